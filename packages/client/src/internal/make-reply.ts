import type { Answer } from './classify-answer.js';
import type { ReadResponse } from './read-response.js';

/** A success or a refusal of the API. */
export interface Reply {
  readonly answer: Answer;
  /** The response it came in, to be read once more. */
  readonly response: Response;
}

// `new Response` refuses a body with these.
const statusesWithoutBody = [204, 205, 304];

/**
 * Makes the reply of a call; throws the error of a response that is no answer of the API's.
 *
 * Such a response goes no further: whatever comes next expects the documented types.
 */
export function makeReply({ status, statusText, headers, bytes }: ReadResponse, answer: Answer): Reply {
  const isConstructible = status >= 200 && status <= 599;
  if (answer.failure && !(answer.isRefusal && isConstructible)) throw answer.failure;
  const body = statusesWithoutBody.includes(status) ? null : bytes;
  return { answer, response: new Response(body, { status, statusText, headers }) };
}
