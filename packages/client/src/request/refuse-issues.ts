import type { ValidationIssue } from '@nexconn-kit/contract';
import { type Call, detailsOf } from '../call/call.js';
import { NexconnRequestError } from '../errors.js';

/** @throws {NexconnRequestError} INVALID_REQUEST, with every issue in its message, unless there is none */
export function refuseIssues(issues: readonly ValidationIssue[], call: Call): void {
  if (issues.length === 0) return;
  const message = `${call.title} was not sent: ${issues.map((issue) => issue.message).join(' ')}`;
  throw new NexconnRequestError(message, { code: 'INVALID_REQUEST', issues, ...detailsOf(call) });
}

/** A body that JSON has no words for. */
export const unserializable: ValidationIssue = {
  field: '',
  keyword: 'type',
  message: 'The request body cannot be written as JSON: it refers to itself or holds a BigInt.',
};
