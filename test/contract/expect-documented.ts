import { expect } from 'vitest';
import type { DocumentOperation } from './document-operations.js';
import { swept } from './sweep.js';

/** Asserts that an answer has a status that the operation documents, or `default`, and the shape documented for it. */
export function expectDocumented(operation: DocumentOperation, status: number, body: unknown): void {
  const byStatus = (wanted: string) => operation.answers.find((answer) => answer.status === wanted);
  const answer = byStatus(String(status)) ?? byStatus('default');
  expect(answer, `${operation.operationId} documents no answer ${status}`).toBeDefined();
  expect(swept.oracle.errors(answer?.schema ?? {}, body)).toEqual([]);
}
