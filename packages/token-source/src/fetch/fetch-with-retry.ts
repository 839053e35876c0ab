import type { Environment } from '../environment.js';
import type { Emit, Settings } from '../settings.js';
import { underSignal } from '../under-signal.js';
import { untilAborted } from '../until-aborted.js';
import { wait } from '../waiting.js';
import { within } from '../within.js';
import { type CheckedAnswer, checkAnswer } from './check-answer.js';
import { judgeFailure } from './judge-failure.js';

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
