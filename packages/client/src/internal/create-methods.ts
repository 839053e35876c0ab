import { type Operation, operationTable } from '@nexconn-kit/contract';
import type { OperationMethods } from '../generated/nexconn/methods.gen.js';
import type { CallOptions } from '../types.js';
import { resultOf } from './classify-answer.js';
import type { Exchange } from './create-exchange.js';
import { splitRequest } from './split-request.js';

/** Makes the method of every operation in the table. */
export function createMethods(exchange: Exchange): OperationMethods {
  const methods = Object.values(operationTable).map((operation) => [
    operation.operationId,
    createMethod(operation, exchange),
  ]);
  return Object.fromEntries(methods);
}

function createMethod(operation: Operation, exchange: Exchange) {
  return async function callOperation(request: unknown = {}, options: CallOptions = {}): Promise<unknown> {
    const { signal, timeoutMs, requestId } = options;
    const init = { ...splitRequest(operation, request), signal, timeoutMs, requestId };
    const { answer } = await exchange(operation.method, operation.path, init);
    if (answer.failure) throw answer.failure;
    return resultOf(answer.body);
  };
}
