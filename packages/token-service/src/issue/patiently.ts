import { TokenServiceError } from '../errors.js';

/** Trouble of the API or the store is waited out so often; who is out of turn waits for as long as log-ins go first. */
const mostTroubles = 5;
/** How soon somebody who was told to wait longer asks again: log-ins may leave room before that. */
const longestPauseMs = 5_000;

/**
 * Does some work of a long job that nobody waits for by the second, again where waiting helps.
 *
 * @throws {TokenServiceError} ABORTED, before the work is begun or while it is waited for; and what the work throws
 */
export async function patiently<T>(work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  for (let troubles = 0; ; ) {
    if (signal?.aborted) throw abortError(signal);
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof TokenServiceError) || error.retryAfterMs === undefined) throw error;
      if (error.code !== 'QUEUE_FULL') troubles += 1;
      if (troubles === mostTroubles) throw error;
      await pause(Math.min(error.retryAfterMs, longestPauseMs), signal);
    }
  }
}

function abortError({ reason }: AbortSignal): TokenServiceError {
  return new TokenServiceError('Issuing anew was aborted by its signal.', { code: 'ABORTED', cause: reason });
}

/** Waits that long, or until the signal aborts. */
function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal?.addEventListener('abort', end);
  });
}
