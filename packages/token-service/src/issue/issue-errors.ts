import type { NexconnError, NexconnRateLimitError, NexconnRequestError } from '@nexconn-kit/client';
import {
  isClientError,
  isRateLimitError,
  isRequestError,
  isTokenServiceError,
  TokenServiceError,
  type TokenServiceErrorCode,
} from '../errors.js';
import { redactLikelySecrets } from '../redaction/redact-likely-secrets.js';
import { legible, safeCause } from '../redaction/safe-cause.js';
import { explainStoreFailure } from '../stores/explain-store-failure.js';

/** When to try again after trouble whose end is unknown. */
const laterMs = 2_000;

/** Returns the error for a call that issued no token. A request that can never succeed keeps the client's error. */
export function issueError(thrown: unknown): TokenServiceError | NexconnRequestError {
  const error = legible(thrown);
  return isTokenServiceError(error) || isRequestError(error) ? error : callError(error, issuing);
}

/** Returns the error for a call that did not tell the API of another name or avatar; as of one that issued no token. */
export function changeError(thrown: NexconnError): TokenServiceError | NexconnRequestError {
  return isRequestError(thrown) ? thrown : callError(thrown, changing);
}

/** Returns the error for a call that did not make the tokens of a user void, whatever the reason. */
export function expireError(thrown: unknown): TokenServiceError {
  const error = legible(thrown);
  if (!isTokenServiceError(error)) return callError(error, expiring);
  const { retryAfterMs } = error;
  return new TokenServiceError(`${expiring.problem}. ${error.message}`, { code: 'EXPIRE_FAILED', retryAfterMs });
}

/** What a call was for: what is said where it failed, and the codes of that. */
interface Purpose {
  readonly problem: string;
  /** Where trying again does not help. */
  readonly refused: TokenServiceErrorCode;
  readonly passing: TokenServiceErrorCode;
}

const issuing: Purpose = { problem: 'No token could be issued', refused: 'ISSUE_FAILED', passing: 'TRY_LATER' };
const changing: Purpose = { ...issuing, problem: 'The API could not be told of another name or avatar' };
const expiring: Purpose = {
  problem: "The user's tokens could not be ended at the API, and nothing was removed from the store",
  ...{ refused: 'EXPIRE_FAILED', passing: 'EXPIRE_FAILED' },
};

function callError(error: unknown, { problem, refused, passing }: Purpose): TokenServiceError {
  if (!isClientError(error)) {
    // A middleware of the app's, or a client of its own, has failed.
    const message = `${problem}: the client failed with an error of its own. Its cause says what to mend.`;
    return new TokenServiceError(message, { code: refused, cause: safeCause(error, redactLikelySecrets) });
  }
  if (!error.retryable) {
    const message = `${problem}: ${error.code}. Its cause says what to mend.`;
    return new TokenServiceError(message, { code: refused, apiError: error });
  }
  if (passing === 'TRY_LATER' && isRateLimitError(error) && error.retryAfterMs !== undefined) return queueError(error);
  const message = `${problem} now: ${error.code}. Try again later.`;
  return new TokenServiceError(message, { code: passing, retryAfterMs: laterMs, apiError: error });
}

/** Returns the error for App Secrets whose provider failed, or was silent. */
export function secretIdsError(cause: unknown): TokenServiceError {
  const message = 'It cannot be told now which App Secret is in force. Try again later; its cause says what to mend.';
  const safe = safeCause(cause, redactLikelySecrets);
  return new TokenServiceError(message, { code: 'TRY_LATER', retryAfterMs: laterMs, cause: safe });
}

/** Returns the error for a result that holds no token of the user who asked for one. */
export function foreignResultError(): TokenServiceError {
  const message =
    "No token could be issued: the API's result holds none for this user, and nothing was stored. " +
    'Check what stands between here and the API, and that it is no server that answers with examples.';
  return new TokenServiceError(message, { code: 'ISSUE_FAILED' });
}

/** Returns the error for a client that does not tell by which App Secret it has issued. */
export function untoldSecretError(): TokenServiceError {
  const message =
    'No token could be issued: the client did not call onAccepted with an App Secret that its appSecrets.ids() lists, so ' +
    'that nobody knows until when a token of it is valid. A client that wraps another passes on all options of issueAccessToken.';
  return new TokenServiceError(message, { code: 'ISSUE_FAILED' });
}

function queueError(cause: NexconnRateLimitError): TokenServiceError {
  const { retryAfterMs } = cause;
  const message = `More tokens are asked for than the rate limit lets through. Try again in ${retryAfterMs} ms.`;
  return new TokenServiceError(message, { code: 'QUEUE_FULL', retryAfterMs, cause });
}

/**
 * Returns the error for a store that failed. Clients hang what they sent on their errors, as `ioredis` does with the token:
 * only what `safeCause` keeps is passed on.
 */
export function storeError(thrown: unknown): TokenServiceError {
  const cause = legible(thrown);
  const { code, remedy = 'Try again later; its cause says what to mend.' } = explainStoreFailure(cause);
  // Such as that of a store of a newer version, whose own words are all that helps.
  const isOwn = isTokenServiceError(cause);
  const message = isOwn
    ? `The token store failed. ${cause.message}`
    : `The token store failed${code === undefined ? '' : ` (${code})`}. ${remedy}`;
  const safe = isOwn ? cause : safeCause(cause, redactLikelySecrets);
  return new TokenServiceError(message, { code: 'STORE_FAILED', retryAfterMs: laterMs, cause: safe });
}

/** Returns the error for a user whose stored token cannot be read here. */
export function unreadableError(): TokenServiceError {
  const message =
    'The stored token is encrypted under a key that is not given here, or was changed in the store. ' +
    'Give all keys that were in use (keys of createEncryptedStore, NEXCONN_ENCRYPTION_KEYS).';
  return new TokenServiceError(message, { code: 'STORE_FAILED', retryAfterMs: laterMs });
}

/** Returns the error for a call of the client that has not ended. */
export function callTimeoutError(callTimeoutMs: number): TokenServiceError {
  const message = `The client has not ended its call within ${callTimeoutMs} ms (callTimeoutMs). Try again later.`;
  return new TokenServiceError(message, { code: 'TRY_LATER', retryAfterMs: laterMs });
}

/** Returns the error for a caller who has waited for another instance in vain. */
export function waitError(maxWaitMs: number): TokenServiceError {
  const message = `Another instance has been issuing for this user for more than ${maxWaitMs} ms. Try again later.`;
  return new TokenServiceError(message, { code: 'TRY_LATER', retryAfterMs: laterMs });
}

/** Returns the error for a rejected token that is itself a new one. */
export function coolDownError(retryAfterMs: number): TokenServiceError {
  const message =
    `The token was issued only just now, and is not replaced for another ${retryAfterMs} ms. ` +
    'A token that is refused at once points to another App Key or environment.';
  return new TokenServiceError(message, { code: 'COOLING_DOWN', retryAfterMs });
}
