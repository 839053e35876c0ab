import { MockError } from '../errors.js';
import type { JournalEntry } from './types.js';

/** What is waited for. */
export interface JournalWait {
  readonly matches: (entry: JournalEntry) => boolean;
  /** What is there already; the entries that come are added to it. */
  readonly found: JournalEntry[];
  readonly count: number;
  readonly timeoutMs: number;
  /** Gives the wait up. */
  readonly signal?: AbortSignal | undefined;
}

/** Those who wait for entries of a journal. */
export interface JournalWaits {
  /** Whether anybody waits. */
  readonly any: () => boolean;
  readonly tell: (entry: JournalEntry) => void;
  /** @throws {MockError} `WAIT_TIMED_OUT` */
  readonly wait: (wait: JournalWait) => Promise<readonly JournalEntry[]>;
}

export function createJournalWaits(): JournalWaits {
  const looking = new Set<(entry: JournalEntry) => void>();

  function wait({ matches, found, count, timeoutMs, signal }: JournalWait): Promise<readonly JournalEntry[]> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => end(() => reject(timedOut(found.length, count, timeoutMs))), timeoutMs);
      const giveUp = () => end(() => reject(signal?.reason));
      const look = (entry: JournalEntry) => {
        if (matches(entry) && found.push(entry) >= count) end(() => resolve(found));
      };
      function end(settle: () => void): void {
        clearTimeout(timer);
        looking.delete(look);
        signal?.removeEventListener('abort', giveUp);
        settle();
      }
      looking.add(look);
      signal?.addEventListener('abort', giveUp);
      if (found.length >= count) end(() => resolve(found));
      else if (signal?.aborted) giveUp();
    });
  }

  return {
    any: () => looking.size > 0,
    tell(entry) {
      for (const look of looking) look(entry);
    },
    wait,
  };
}

function timedOut(found: number, count: number, timeoutMs: number): MockError {
  const message = `After ${timeoutMs} ms, ${found} of ${count} requests had come that match. Look at what the journal lists instead.`;
  return new MockError('WAIT_TIMED_OUT', message);
}
