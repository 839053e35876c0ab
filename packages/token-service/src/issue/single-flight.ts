import { withTimeout } from '../with-timeout.js';

/** Runs that callers share: one at a time for each key. */
export interface SingleFlight<T> {
  /**
   * Joins the run that is under way for the same need, or starts one. Of two needs with one key the second waits until the
   * first is settled, and settles as it did where that is enough for it, which by default nothing is. A run that does not
   * settle in a quarter of a minute is waited for no longer.
   */
  readonly share: (
    key: string,
    need: string,
    start: () => Promise<T>,
    isEnough?: (settled: PromiseSettledResult<T>) => boolean,
  ) => Promise<T>;
  /** Has nobody else join what is under way for these keys. */
  readonly drop: (...keys: string[]) => void;
  /** Resolves once nothing is under way. */
  readonly idle: () => Promise<void>;
}

/**
 * As long as a lease: after it somebody else may issue. On workers of Cloudflare a run whose request was cancelled never
 * settles, and whoever waited for it would hang.
 */
const givenUpAfterMs = 15_000;

/** A run, and what it is for. */
interface Run<T> {
  readonly need: string;
  readonly run: Promise<T>;
}

export function createSingleFlight<T>(): SingleFlight<T> {
  const underWay = new Map<string, Run<T>>();
  /** With those that were given up. */
  const runs = new Set<Promise<T>>();

  function forget(key: string, run: Promise<T>): void {
    if (underWay.get(key)?.run === run) underWay.delete(key);
  }

  function begin(key: string, need: string, start: () => Promise<T>): Promise<T> {
    const run = start().finally(() => {
      runs.delete(run);
      forget(key, run);
    });
    runs.add(run);
    underWay.set(key, { need, run });
    return run;
  }

  const share: SingleFlight<T>['share'] = async (key, need, start, isEnough = () => false) => {
    for (let running = underWay.get(key); running; running = underWay.get(key)) {
      const { run } = running;
      const waited = withTimeout(Promise.allSettled([run]), givenUpAfterMs, 'The run has not settled.');
      const [settled] = await waited.catch(() => []);
      if (!settled) forget(key, run);
      else if (running.need === need || isEnough(settled)) return run;
    }
    return begin(key, need, start);
  };

  return {
    share,
    drop(...keys) {
      for (const key of keys) underWay.delete(key);
    },
    async idle() {
      while (runs.size > 0) await Promise.allSettled(runs);
    },
  };
}
