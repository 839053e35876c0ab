import { TokenSourceError } from '../errors.js';

/** Makes the error for an answer that is none. */
export function malformed(problem: string): TokenSourceError {
  return new TokenSourceError('MALFORMED_ANSWER', `The answer of the app server ${problem}: check the token endpoint.`);
}
