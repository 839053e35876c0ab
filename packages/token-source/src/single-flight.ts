import type { TokenSourceError } from './errors.js';
import type { TokenWaitOptions } from './types.js';
import { untilAborted } from './waiting.js';

/** One fetch that several callers wait for. */
export interface SharedFetch {
  /** Waits for the token; the fetch is aborted when the last caller stops waiting. */
  readonly join: (options: TokenWaitOptions | undefined) => Promise<string>;
  /** Rejects for every caller with this error, and aborts the fetch. */
  readonly end: (error: TokenSourceError) => void;
}

/** Starts a fetch that several callers can wait for; `onOver` is called when it has settled or nobody waits any more. */
export function createSharedFetch(work: (signal: AbortSignal) => Promise<string>, onOver: () => void): SharedFetch {
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
