import { MockError } from '../errors.js';
import { type OperationId, operationTable } from '../generated/console/operations.gen.js';
import { requestValidators } from '../generated/console/validators.gen.js';
import type { CallContext, ConsoleHandlers, MockConsole } from './types.js';

/** Makes the console of its handlers: each request is validated first. */
export function createConsole(handlers: ConsoleHandlers): MockConsole {
  const methods = Object.keys(operationTable).map((name) => {
    const operationId = name as OperationId;
    const handle = handlers[operationId] as (request: unknown, context: CallContext) => unknown;
    const method = async (request: unknown = {}, context: CallContext = {}): Promise<unknown> => {
      refuseInvalid(operationId, request);
      return handle(request, context);
    };
    return [operationId, method];
  });
  return Object.freeze(Object.fromEntries(methods)) as MockConsole;
}

function refuseInvalid(operationId: OperationId, request: unknown): void {
  const issues = requestValidators[operationId](request);
  if (issues.length === 0) return;
  const message = `${operationId} cannot be called so. ${issues.map((issue) => issue.message).join(' ')}`;
  throw new MockError('INVALID_REQUEST', message);
}
