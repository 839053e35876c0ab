import type { Call } from '../call/call.js';
import { checkRequestId } from './check-parameters.js';
import { refuseIssues } from './refuse-issues.js';

/**
 * Gives a call its ID, a new one unless it has been given one.
 *
 * It belongs to the call, not to the attempt: all attempts of a call are found under one.
 *
 * @throws {NexconnRequestError} INVALID_REQUEST
 */
export function identify(given: string | undefined, call: Call): string {
  if (given !== undefined) refuseIssues(checkRequestId(given), call);
  call.sentRequestId = given ?? crypto.randomUUID();
  return call.sentRequestId;
}
