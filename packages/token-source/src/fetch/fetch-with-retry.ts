import type { Environment } from '../environment.js';
import { LoginRequiredError, malformedAnswer, TokenSourceError } from '../errors.js';
import { redactLikelySecrets } from '../redact-likely-secrets.js';
import { createRedact, safeCause } from '../safe-cause.js';
import type { Emit, Settings } from '../settings.js';
import { sleep, underSignal, untilAborted, withTimeout } from '../waiting.js';

/** An answer with every field in place. */
interface CheckedAnswer {
  readonly accessToken: string;
  readonly userId: string | undefined;
  readonly lifetimeMs: number | null;
}

/** A checked answer, and the time of the request, from which its lifetime is counted. */
export interface Fetched extends CheckedAnswer {
  readonly askedAt: { readonly wall: number; readonly monotonic: number };
}

const firstBackOffMs = 500;
const maxBackOffMs = 30_000;
const maxRetryAfterMs = 60_000;

/** Creates the function that asks for a token, again after a failure that may pass: full jitter, and at least `Retry-After`. */
export function createFetcher(settings: Settings, environment: Environment, emit: Emit) {
  const { fetchToken, userId, timeoutMs, maxAttempts } = settings;
  const { now, monotonicNow, random } = environment;
  // `Retry-After` holds for the next call as well.
  let quietUntil = 0;

  return async (rejectedToken: string | undefined, signal: AbortSignal): Promise<Fetched> => {
    let waitMs = quietUntil - monotonicNow();
    for (let attempt = 1; ; attempt += 1) {
      // A device that is online again need not sit out its back-off, but `Retry-After` is the server's own wish.
      const wakers = monotonicNow() < quietUntil ? { after: environment.after } : environment;
      if (waitMs > 0) await sleep(waitMs, signal, wakers);
      try {
        const askedAt = { wall: now(), monotonic: monotonicNow() };
        const answer = checkAnswer(await once(rejectedToken, signal), userId);
        emit({ type: 'fetched', attempts: attempt });
        return { ...answer, askedAt };
      } catch (thrown) {
        const error = judgeFailure(thrown, [rejectedToken ?? '']);
        const { retryAfterMs = 0 } = error;
        const askedMs = Math.min(retryAfterMs, maxRetryAfterMs);
        if (askedMs > 0) quietUntil = monotonicNow() + askedMs;
        const last = signal.aborted || error.code !== 'UNAVAILABLE' || attempt === maxAttempts;
        waitMs = askedMs + random() * Math.min(firstBackOffMs * 2 ** (attempt - 1), maxBackOffMs);
        emit({ type: 'attempt-failed', attempt, waitMs: last ? undefined : waitMs, error });
        if (last) throw error;
      }
    }
  };

  function once(rejectedToken: string | undefined, outer: AbortSignal): Promise<unknown> {
    return underSignal(outer, (signal) => {
      const answer = Promise.resolve().then(() => fetchToken({ rejectedToken, signal }));
      return untilAborted(withTimeout(answer, timeoutMs, environment), outer);
    });
  }
}

/** Returns the answer of the app server or the app's own function, checked. Errors name fields, never values. */
function checkAnswer(answer: unknown, wanted: string | undefined): CheckedAnswer {
  const { accessToken, userId, expiresInSeconds: seconds = null } = Object(answer) as Record<string, unknown>;
  if (typeof accessToken !== 'string' || !accessToken) throw malformedAnswer('has no accessToken');
  if (userId !== undefined && typeof userId !== 'string') throw malformedAnswer('has a wrong userId');
  if (seconds !== null && !(typeof seconds === 'number' && seconds >= 0)) {
    throw malformedAnswer('has a wrong expiresInSeconds');
  }
  if (wanted !== undefined && userId !== undefined && userId !== wanted) {
    const message = 'The app server answered with the token of another user: not used.';
    throw new TokenSourceError(message, { code: 'WRONG_USER' });
  }
  return { accessToken, userId: userId ?? wanted, lifetimeMs: seconds === null ? null : seconds * 1000 };
}

/** Returns the error that a failed attempt stands for. */
function judgeFailure(thrown: unknown, tokens: readonly string[]): TokenSourceError {
  if (thrown instanceof TokenSourceError) return thrown;
  const { status, retryAfterMs } = Object(thrown) as { status?: unknown; retryAfterMs?: unknown };
  if (typeof status !== 'number') {
    const redact = createRedact(tokens);
    // The app's own function may quote its session or another token of its own.
    const cause = safeCause(thrown, (text) => redactLikelySecrets(redact(text)));
    return new TokenSourceError('The app server did not answer: try again later.', { code: 'UNAVAILABLE', cause });
  }
  if (status === 401 || status === 403) {
    const message = `The app server answered ${status}: have the user log in again.`;
    return new LoginRequiredError(message, { code: 'LOGIN_REQUIRED', status });
  }
  if (status === 408 || status === 425 || status === 429 || status >= 500) {
    const known = { code: 'UNAVAILABLE', status, ...(typeof retryAfterMs === 'number' && { retryAfterMs }) } as const;
    return new TokenSourceError(`The app server answered ${status}: try again later.`, known);
  }
  // Browsers show a redirect that is not followed as status 0.
  const answered = status === 0 ? 'with a redirect' : status;
  const message = `The app server answered ${answered}: check the token endpoint.`;
  return new TokenSourceError(message, { code: 'REFUSED', status });
}
