import { checkCallNames, createCall } from '../call/call.js';
import type { CallOptions } from '../call-options.js';
import type { Http } from '../http/create-http.js';
import type { Pipeline } from '../pipeline/run-call.js';
import { writeRequest } from '../request/write-request.js';
import type { Settings } from '../resolve-options.js';
import { type Answer, resultOf } from '../response/classify-answer.js';
import type { Operation } from '../table-types.js';
import type { Send } from '../transport/transport.js';

/** What named methods need: the pipeline, and the middlewares' way to it, where there is one. */
interface MethodParts {
  readonly settings: Settings;
  readonly run: Pipeline['run'];
  readonly send: Send;
  readonly http: Http | undefined;
}

type Method = (request?: unknown, options?: CallOptions) => Promise<unknown>;

const noOptions: CallOptions = {};

/** Creates the method of every operation in the table. */
export function createMethods(parts: MethodParts): Record<string, Method> {
  const methods = parts.settings.api.operations.map((operation) => [
    operation.operationId,
    createMethod(operation, parts),
  ]);
  return Object.fromEntries(methods);
}

function createMethod(operation: Operation, { settings, run, send, http }: MethodParts): Method {
  const { method, path } = operation;

  /** @throws {NexconnError} */
  function unwrap(answer: Answer): unknown {
    const { failure, body, result } = answer;
    if (failure) throw failure;
    return result ? result[0] : resultOf(body, settings.api);
  }

  return async function callOperation(request: unknown = {}, options: CallOptions = noOptions): Promise<unknown> {
    if (options !== noOptions) checkCallNames(options);
    if (http && http.middlewares.size > 0) return unwrap(await http.call(operation, request, options));
    const call = createCall({ operation, method, path, send }, options, settings);
    const written = writeRequest(operation, request, call, settings);
    return unwrap(await run(written instanceof Promise ? await written : written, call));
  };
}
