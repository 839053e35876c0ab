import { createCall } from './call/create-call.js';
import type { OperationMethods } from './generated/nexconn/methods.gen.js';
import { operations } from './generated/nexconn/tables.gen.js';
import type { Exchange } from './http/create-exchange.js';
import type { Pipeline } from './pipeline/run-call.js';
import { splitRequest } from './request/split-request.js';
import { writeMessage } from './request/write-request.js';
import type { Settings } from './resolve-options.js';
import { type Answer, resultOf } from './response/classify-answer.js';
import type { Operation } from './table-types.js';
import type { Transport } from './transport/transport.js';
import type { CallOptions } from './types.js';

/** The two ways of a named method: straight to the pipeline, or past the middlewares where there are any. */
export interface Ways {
  readonly settings: Settings;
  readonly pipeline: Pipeline;
  readonly send: Transport;
  readonly exchange: Exchange;
  readonly hasMiddleware: () => boolean;
}

/** Makes the method of every operation in the table. */
export function createMethods(ways: Ways): OperationMethods {
  const methods = operations.map((operation) => [operation.operationId, createMethod(operation, ways)]);
  return Object.fromEntries(methods);
}

function createMethod(operation: Operation, { settings, pipeline, send, exchange, hasMiddleware }: Ways) {
  const { method, path } = operation;

  async function askOverMiddlewares(request: unknown, options: CallOptions): Promise<Answer> {
    const { signal, timeoutMs, deadlineMs, lane, requestId, onAccepted } = options;
    const chosen = { signal, timeoutMs, deadlineMs, lane, requestId, onAccepted };
    const init = { ...splitRequest(operation, request), ...chosen };
    return (await exchange(method, path, init)).answer;
  }

  return async function callOperation(request: unknown = {}, options: CallOptions = {}): Promise<unknown> {
    if (hasMiddleware()) return unwrap(await askOverMiddlewares(request, options));
    const { signal, timeoutMs, deadlineMs, lane, requestId, onAccepted } = options;
    const call = createCall(
      operation,
      { method, path, send, signal, timeoutMs, deadlineMs, lane, requestId, onAccepted },
      settings,
    );
    const { answer } = await pipeline(writeMessage(operation, request, call, settings), call);
    return unwrap(answer);
  };
}

/** @throws {NexconnError} */
function unwrap({ failure, body }: Answer): unknown {
  if (failure) throw failure;
  return resultOf(body);
}
