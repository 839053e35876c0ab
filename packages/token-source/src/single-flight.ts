import type { TokenSourceError } from './errors.js';
import type { TokenWaitOptions } from './types.js';
import { untilAborted } from './waiting.js';

/** One fetch that several callers wait for. */
export interface Flight {
  /** Ends with the last caller who waits for it. */
  readonly join: (options: TokenWaitOptions | undefined) => Promise<string>;
  /** Ends it for everybody. */
  readonly end: (error: TokenSourceError) => void;
}

/** Starts some work, and tells when it is over. */
export function createFlight(work: (signal: AbortSignal) => Promise<string>, onOver: () => void): Flight {
  const controller = new AbortController();
  let fail: (error: TokenSourceError) => void = () => {};
  const token = new Promise<string>((resolve, reject) => {
    fail = reject;
    work(controller.signal).then(resolve, reject);
  });
  token.then(onOver, onOver);
  let waiting = 0;

  return {
    async join(options) {
      waiting += 1;
      try {
        return await untilAborted(token, options?.signal);
      } finally {
        waiting -= 1;
        if (waiting === 0) {
          onOver();
          controller.abort();
        }
      }
    },
    end(error) {
      onOver();
      fail(error);
      controller.abort();
    },
  };
}
