import { clearTimeout, performanceNow, setTimeout } from '../../../system-time.js';
import type { Row, RowUser } from './input/rows.js';

/** What becomes of a row: `value` of what it was issued, why it was rejected, or nothing yet, since the run has ended before. */
export type Outcome<T> =
  | { readonly kind: 'issued'; readonly value: T }
  | { readonly kind: 'rejected'; readonly reason: string }
  | { readonly kind: 'undone' };

/** How rows are issued for. */
export interface IssueRowsOptions<T> {
  readonly issue: (user: RowUser, signal: AbortSignal) => Promise<T>;
  /** What an error of it says: the row is at fault, the run cannot go on, or it is worth another attempt. */
  readonly blame: (error: unknown) => 'row' | 'run' | 'moment';
  /** How many are under way at once. */
  readonly concurrency: number;
  /** How long nothing may succeed, in milliseconds. */
  readonly maxOutageMs: number;
  /** Once it aborts, what is under way has a moment to end. */
  readonly stop: AbortSignal;
  /** Called in the order of the rows. */
  readonly onSettled: (row: Row, outcome: Exclude<Outcome<T>, { kind: 'undone' }>) => void;
}

/** Issues for rows, in their order. */
export interface RowIssuer {
  /** Resolves once there is room for another row; to false where the run is to end. */
  readonly hasRoom: () => Promise<boolean>;
  readonly issueFor: (row: Row) => void;
  readonly reject: (row: Row, reason: string) => void;
  /** Resolves once nothing is under way; rejects with what has ended the run. */
  readonly finish: () => Promise<void>;
  /** Ends the run: what is under way ends, nothing else begins. */
  readonly fail: (error: unknown) => void;
  /** Whether nothing succeeds at the moment. */
  readonly isOut: () => boolean;
  readonly underWay: () => number;
}

/** How many rows may wait for the one before them to be written: as many as are issued while one is tried for half a minute. */
const maxWaiting = 8_192;
/** How long what is under way has to end, once the run is stopped. */
const drainMs = 10_000;
const firstPauseMs = 500;
const longestPauseMs = 15_000;
/** After so many calls that failed while those of others succeeded, the row is at fault, whatever the error says. */
const maxCalls = 5;

interface Waiting<T> {
  readonly row: Row;
  outcome: Outcome<T> | undefined;
}

/** Creates what issues for rows: many at once, each again while the API is in trouble, and tells of them in their order. */
export function createRowIssuer<T>(options: IssueRowsOptions<T>): RowIssuer {
  const { issue, blame, concurrency, maxOutageMs, stop, onSettled } = options;
  const calls = new AbortController();
  let waiting: Waiting<T>[] = [];
  let head = 0;
  let underWay = 0;
  let successes = 0;
  let succeededAt = performanceNow();
  let isOut = false;
  let hasGap = false;
  let failure: { readonly error: unknown } | undefined;
  let changed = makeResolvers();
  let drainTimer: ReturnType<typeof setTimeout> | undefined;
  const wakes = new Set<() => void>();

  function end(): void {
    for (const wake of wakes) wake();
    drainTimer ??= setTimeout(() => calls.abort(), drainMs);
    notify();
  }
  if (stop.aborted) end();
  else stop.addEventListener('abort', end, { once: true });

  const isEnding = (): boolean => stop.aborted || failure !== undefined;

  function notify(): void {
    changed.resolve(undefined);
    changed = makeResolvers();
  }

  function fail(error: unknown): void {
    failure ??= { error };
    end();
  }

  /** Reports the rows in front; behind one that is undone none is. */
  function settle(): void {
    for (let first = waiting[head]; first?.outcome && !hasGap; first = waiting[head]) {
      head += 1;
      if (first.outcome.kind === 'undone') hasGap = true;
      else onSettled(first.row, first.outcome);
    }
    if (head > 1_000) [waiting, head] = [waiting.slice(head), 0];
    notify();
  }

  async function attempt(user: RowUser): Promise<Outcome<T>> {
    let pauseMs = firstPauseMs;
    const successesBefore = successes;
    for (let made = 1; ; made += 1) {
      try {
        const value = await issue(user, calls.signal);
        succeed();
        return { kind: 'issued', value };
      } catch (error) {
        const kind = calls.signal.aborted ? 'run' : blame(error);
        if (kind === 'row' || (kind === 'moment' && made >= maxCalls && successes > successesBefore)) {
          if (kind === 'row') succeed();
          return { kind: 'rejected', reason: (error as Error).message };
        }
        if (kind === 'run' || performanceNow() - succeededAt > maxOutageMs) {
          if (!stop.aborted) fail(error);
          return { kind: 'undone' };
        }
        isOut ||= made > 1 && successes === successesBefore;
      }
      if (isEnding()) return { kind: 'undone' };
      await pause(pauseMs * (0.5 + Math.random() / 2));
      pauseMs = Math.min(pauseMs * 2, longestPauseMs);
      if (isEnding()) return { kind: 'undone' };
    }
  }

  /** The API answers. */
  function succeed(): void {
    successes += 1;
    succeededAt = performanceNow();
    isOut = false;
  }

  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        wakes.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      wakes.add(wake);
    });
  }

  return {
    async hasRoom() {
      while (!isEnding() && (underWay >= concurrency || waiting.length - head >= maxWaiting)) await changed.promise;
      return !isEnding();
    },
    issueFor(row) {
      const { user } = row;
      if (!user) throw new TypeError('A row without a user cannot be issued for.');
      const entry: Waiting<T> = { row, outcome: undefined };
      waiting.push(entry);
      // A pause without any row is no outage.
      if (underWay === 0) succeededAt = performanceNow();
      underWay += 1;
      void attempt(user).then((outcome) => {
        entry.outcome = outcome;
        underWay -= 1;
        settle();
      });
    },
    reject(row, reason) {
      waiting.push({ row, outcome: { kind: 'rejected', reason } });
      settle();
    },
    async finish() {
      while (underWay > 0) await changed.promise;
      stop.removeEventListener('abort', end);
      clearTimeout(drainTimer);
      if (failure) throw failure.error;
    },
    fail,
    isOut: () => isOut,
    underWay: () => underWay,
  };
}

/** Node 20 has no `Promise.withResolvers`. */
function makeResolvers(): { promise: Promise<unknown>; resolve: (value: unknown) => void } {
  let resolve: (value: unknown) => void = () => {};
  const promise = new Promise<unknown>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
