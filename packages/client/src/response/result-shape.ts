import type { Operation } from '../table-types.js';

/** Names the first field that a successful answer must have and lacks; empty for the result itself. */
export function missingField(operation: Operation | undefined, result: unknown): string | undefined {
  if (!operation?.resultFields) return undefined;
  if (typeof result !== 'object' || result === null) return '';
  return operation.resultFields.find((name) => Reflect.get(result, name) === undefined);
}

/** Whether a successful answer has a JSON body by the document; one that the document does not know should. */
export function documentsBody(operation: Operation | undefined): boolean {
  return operation?.hasAnswerBody ?? true;
}
