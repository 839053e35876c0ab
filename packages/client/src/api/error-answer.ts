import type { Call } from '../call/call.js';
import type { NexconnError } from '../errors.js';
import { plainRefusalError } from '../response/api-error.js';
import type { ApiOperation, ErrorAnswer } from './types.js';

/** Kept apart from the errors: a body may hold what no log should. */
const answers = new WeakMap<object, { readonly status: number; readonly body: unknown }>();

/**
 * Returns the error for an answer that is no success of an API without an envelope, and keeps the answer for whoever asks for it;
 * undefined where something else than the API may have answered.
 */
export function refusalOf(body: unknown, status: number, call: Call): NexconnError | undefined {
  if (status < 400 || body === undefined) return undefined;
  const failure = plainRefusalError(status, call);
  answers.set(failure, { status, body });
  return failure;
}

/**
 * Returns the answer that a call of an operation failed with, typed by its status; undefined where there was none. No property of
 * the error has it, so that it is in no log. The body is as it came: the document is not checked against it.
 *
 * @example
 * const answer = errorAnswerOf(error, getAnimalOperation);
 * if (answer?.status === 404) console.log(answer.body.title);
 */
export function errorAnswerOf<Described extends ApiOperation>(
  error: unknown,
  operation: Described,
): ErrorAnswer<Described> | undefined {
  const isOfIt =
    typeof error === 'object' && error !== null && Reflect.get(error, 'operationId') === operation.operationId;
  return isOfIt ? (answers.get(error) as ErrorAnswer<Described> | undefined) : undefined;
}
