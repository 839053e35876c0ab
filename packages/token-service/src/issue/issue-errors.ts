import { NexconnError, NexconnRateLimitError, NexconnRequestError } from '@nexconn-kit/client';
import { TokenServiceError } from '../errors.js';

/** When to ask again after trouble that says nothing of its end. */
const laterMs = 2_000;

/** Makes the error for an issue call that failed; a request that can never succeed stays as the client has it. */
export function issueError(error: unknown): Error {
  if (error instanceof TokenServiceError || error instanceof NexconnRequestError) return error;
  if (!(error instanceof NexconnError)) return storeError(error);
  if (!error.retryable) {
    const message = `No token could be issued: ${error.code}. Its cause says what to mend.`;
    return new TokenServiceError(message, { code: 'ISSUE_FAILED', cause: error });
  }
  if (error instanceof NexconnRateLimitError && error.retryAfterMs !== undefined) return queueError(error);
  const message = `No token could be issued now: ${error.code}. Ask again later.`;
  return new TokenServiceError(message, { code: 'TRY_LATER', retryAfterMs: laterMs, cause: error });
}

function queueError(cause: NexconnRateLimitError): TokenServiceError {
  const { retryAfterMs } = cause;
  const message = `More tokens are asked for than the rate limit lets through. Ask again in ${retryAfterMs} ms.`;
  return new TokenServiceError(message, { code: 'QUEUE_FULL', retryAfterMs, cause });
}

/** Makes the error for a store that failed. */
export function storeError(cause: unknown): TokenServiceError {
  const message = 'The token store failed. Ask again later; its cause says what to mend.';
  return new TokenServiceError(message, { code: 'STORE_FAILED', retryAfterMs: laterMs, cause });
}

/** Makes the error for an instance that waited for another one in vain. */
export function waitError(maxWaitMs: number): TokenServiceError {
  const message = `Another instance has been issuing for this user for more than ${maxWaitMs} ms. Ask again later.`;
  return new TokenServiceError(message, { code: 'TRY_LATER', retryAfterMs: laterMs });
}

/** Makes the error for a token that was replaced only just now. */
export function coolDownError(retryAfterMs: number): TokenServiceError {
  const message =
    `The token was issued only just now, and is not replaced for another ${retryAfterMs} ms. ` +
    'A token that is refused at once points to another App Key or environment.';
  return new TokenServiceError(message, { code: 'COOLING_DOWN', retryAfterMs });
}
