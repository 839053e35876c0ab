import type { Environment } from '../environment.js';
import { malformedAnswer, TokenSourceError } from '../errors.js';
import type { Emit, Settings } from '../settings.js';
import { sleep, underSignal, untilAborted, withTimeout } from '../waiting.js';
import { judgeFailure } from './judge-failure.js';

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
    // Where an engine has no clock that never goes back, its time may have been set.
    let waitMs = Math.min(quietUntil - monotonicNow(), maxRetryAfterMs);
    for (let attempt = 1; ; attempt += 1) {
      // A device that is online again need not sit out its back-off, but `Retry-After` is the server's own wish.
      const wakers = monotonicNow() < quietUntil ? { after: environment.after } : environment;
      if (waitMs > 0) await sleep(waitMs, signal, wakers);
      quietUntil = 0;
      try {
        const askedAt = { wall: now(), monotonic: monotonicNow() };
        const answer = checkAnswer(await once(rejectedToken, signal), userId);
        emit({ type: 'fetched', attempts: attempt });
        return { ...answer, askedAt };
      } catch (thrown) {
        const error = thrown as TokenSourceError;
        const { retryAfterMs = 0 } = error;
        const askedMs = Math.min(retryAfterMs, maxRetryAfterMs);
        quietUntil = monotonicNow() + askedMs;
        const last = signal.aborted || error.code !== 'UNAVAILABLE' || attempt === maxAttempts;
        waitMs = askedMs + random() * Math.min(firstBackOffMs * 2 ** (attempt - 1), maxBackOffMs);
        emit({ type: 'attempt-failed', attempt, waitMs: last ? undefined : waitMs, error });
        if (last) throw error;
      }
    }
  };

  /** @throws {TokenSourceError} */
  function once(rejectedToken: string | undefined, outer: AbortSignal): Promise<unknown> {
    return underSignal(outer, (signal) => {
      const endsAt = monotonicNow() + timeoutMs;
      const answer = Promise.resolve().then(() => (outer.aborted ? undefined : fetchToken({ rejectedToken, signal })));
      const judged = withTimeout(answer, timeoutMs, environment).catch(async (thrown) => {
        throw await judgeFailure(thrown, [rejectedToken ?? ''], endsAt - monotonicNow(), environment);
      });
      return untilAborted(judged, outer);
    });
  }
}

/** Returns the answer of the app server or the app's own function, checked. Errors name fields, never values. */
function checkAnswer(answer: unknown, wanted: string | undefined): CheckedAnswer {
  const { accessToken, userId, expiresInSeconds: seconds = null } = Object(answer) as Record<string, unknown>;
  // U+FFFD is what bytes that are no UTF-8 are read as.
  if (typeof accessToken !== 'string' || !accessToken.trim() || accessToken.includes('\ufffd'))
    throw malformedAnswer('has no accessToken');
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
