import type { Environment } from '../environment.js';
import { LoginRequiredError, TokenSourceError } from '../errors.js';
import { safeCause } from '../safe-cause.js';
import type { Emit, Settings } from '../settings.js';
import { underSignal, untilAborted, wait, within } from '../waiting.js';
import { malformed } from './malformed.js';

/** An answer with every field in place. */
interface CheckedAnswer {
  readonly accessToken: string;
  readonly userId: string | undefined;
  readonly lifetimeMs: number | null;
}

/** A checked answer, and when it was asked for: its lifetime is counted from then on. */
export interface Fetched extends CheckedAnswer {
  readonly askedAt: { readonly wall: number; readonly clock: number };
}

const firstBackOffMs = 500;
const maxBackOffMs = 30_000;
const maxRetryAfterMs = 60_000;

/** Makes what asks for a token until there is one, or an end to it. */
export function createFetcher(settings: Settings, environment: Environment, emit: Emit) {
  const { fetchToken, userId, timeoutMs, maxAttempts } = settings;
  const { now, clock, random } = environment;
  // What the server asked for holds for the next call as well.
  let quietUntil = 0;

  return async (rejectedToken: string | undefined, signal: AbortSignal): Promise<Fetched> => {
    let waitMs = quietUntil - clock();
    for (let attempt = 1; ; attempt += 1) {
      // A device that is online again need not wait; a server that asked for it, must be left alone.
      if (waitMs > 0) await wait(waitMs, signal, clock() < quietUntil ? { after: environment.after } : environment);
      try {
        const askedAt = { wall: now(), clock: clock() };
        const answer = checkAnswer(await once(rejectedToken, signal), userId);
        emit({ type: 'fetched', attempts: attempt });
        return { ...answer, askedAt };
      } catch (thrown) {
        const error = judgeFailure(thrown, [rejectedToken]);
        const { retryAfterMs = 0 } = error;
        const askedMs = Math.min(retryAfterMs, maxRetryAfterMs);
        if (askedMs > 0) quietUntil = clock() + askedMs;
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
      return untilAborted(within(timeoutMs, answer, environment), outer);
    });
  }
}

/** Checks what the app server or the app's own function gave. Names fields, never values. */
function checkAnswer(answer: unknown, wanted: string | undefined): CheckedAnswer {
  const { accessToken, userId, expiresInSeconds: seconds = null } = Object(answer) as Record<string, unknown>;
  if (typeof accessToken !== 'string' || !accessToken) throw malformed('has no accessToken');
  if (userId !== undefined && typeof userId !== 'string') throw malformed('has a wrong userId');
  if (seconds !== null && !(typeof seconds === 'number' && seconds >= 0)) {
    throw malformed('has a wrong expiresInSeconds');
  }
  if (wanted !== undefined && userId !== undefined && userId !== wanted) {
    throw new TokenSourceError('WRONG_USER', 'The app server answered with the token of another user: not used.');
  }
  return { accessToken, userId: userId ?? wanted, lifetimeMs: seconds === null ? null : seconds * 1000 };
}

/** Says what a failed attempt means. */
function judgeFailure(thrown: unknown, tokens: readonly (string | undefined)[]): TokenSourceError {
  if (thrown instanceof TokenSourceError) return thrown;
  const { status, retryAfterMs } = Object(thrown) as { status?: unknown; retryAfterMs?: unknown };
  if (typeof status !== 'number') {
    const cause = safeCause(thrown, tokens);
    return new TokenSourceError('UNAVAILABLE', 'The app server did not answer: try again later.', { cause });
  }
  if (status === 401 || status === 403) return new LoginRequiredError(status);
  if (status === 408 || status === 425 || status === 429 || status >= 500) {
    const known = { status, ...(typeof retryAfterMs === 'number' && { retryAfterMs }) };
    return new TokenSourceError('UNAVAILABLE', `The app server answered ${status}: try again later.`, known);
  }
  // Browsers show a redirect that is not followed as status 0.
  const answered = status === 0 ? 'with a redirect' : status;
  return new TokenSourceError('REFUSED', `The app server answered ${answered}: check the token endpoint.`, { status });
}
