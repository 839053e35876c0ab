import { MockError, optionChecks } from '../errors.js';
import { clearTimeout, setTimeout } from '../system-time.js';
import { watchSignal } from '../watch-signal.js';

/** One request and its answer; never a token, a secret or a signature. */
export interface JournalEntry {
  /** Counts from 1. */
  readonly id: number;
  /** The service's time of the answer, in Unix milliseconds. */
  readonly at: number;
  /** Where the request names an app that the mock knows. */
  readonly appKey?: string;
  /** Left out, as `path`, where what came could not be read so far. */
  readonly method?: string;
  /** Without the query. */
  readonly path?: string;
  readonly operationId?: string;
  /** 0 where no answer was sent. */
  readonly status: number;
  /** The business code. */
  readonly code?: number;
  /** Why it was refused. */
  readonly reason?: string;
  readonly userId?: string;
  readonly requestId?: string;
  readonly durationMs: number;
  /** The kind of fault that was played. */
  readonly fault?: string;
}

/** An entry before it has its id; `undefined` is the same as left out. */
export type JournalDraft = Pick<JournalEntry, 'at' | 'status' | 'durationMs'> & {
  readonly [Field in Exclude<keyof JournalEntry, 'id'>]?: JournalEntry[Field] | undefined;
};

/** The entries that are wanted; all that is given must match. */
export interface JournalFilter {
  readonly appKey?: string | undefined;
  readonly userId?: string | undefined;
  readonly operationId?: string | undefined;
  readonly status?: number | undefined;
  readonly code?: number | undefined;
  /** Only entries after this one. */
  readonly afterId?: number | undefined;
  /** At most so many: the first after `afterId`, otherwise the last. Default: all that are kept. */
  readonly limit?: number | undefined;
}

/** The last requests, oldest first. Needs no `this`. */
export interface Journal {
  /** Adds an entry under the next id, which it returns. */
  readonly add: (entry: JournalDraft) => number;
  /** Returns an entry; `undefined` where it is not kept any more. */
  readonly get: (id: number) => JournalEntry | undefined;
  readonly list: (filter?: JournalFilter) => readonly JournalEntry[];
  /**
   * Resolves with the matching entries as soon as there are `count` (default 1); those that are there already count.
   * The wait is at most `timeoutMs` (default 5000, at most 60000); `signal` ends it before, with its reason.
   *
   * @throws {MockError} `WAIT_TIMED_OUT`, `MOCK_CLOSED`
   */
  readonly waitFor: (
    filter?: JournalFilter & { readonly count?: number | undefined },
    options?: { readonly timeoutMs?: number | undefined; readonly signal?: AbortSignal | undefined },
  ) => Promise<readonly JournalEntry[]>;
  /** Ends each wait, since nothing comes any more; what there is can still be listed. */
  readonly close: () => void;
  /** Removes the entries of one app, or all. */
  readonly clear: (appKey?: string) => void;
}

const { checkNumber } = optionChecks;
const entries = { unit: 'entries', min: 1, isWhole: true };

/** The longest wait, so that a forgotten one does not keep a process alive. */
const maxTimeoutMs = 60_000;

/** An entry as it is kept: `undefined` stands for what is left out. */
type KeptEntry = JournalDraft & Pick<JournalEntry, 'id'>;

/** How much the texts of all entries may take, in bytes; the usual ones take a hundredth of it. */
const maxTextBytes = 32 * 1024 * 1024;

/**
 * Creates a journal that keeps the last entries: so many, and fewer where their texts are long.
 *
 * @throws {MockError} `INVALID_OPTION`
 */
export function createJournal(capacity = 10_000, maxBytes: number = maxTextBytes): Journal {
  checkNumber('journalSize', capacity, { ...entries, max: Number.MAX_SAFE_INTEGER });
  // A ring; the oldest entry is that of `firstRow`.
  const ring: (KeptEntry | undefined)[] = [];
  let firstRow = 0;
  let size = 0;
  let bytes = 0;
  let lastId = 0;
  const waits = createJournalWaits();

  function find(filter: JournalFilter): JournalEntry[] {
    const inOrder = [...ring.slice(firstRow), ...ring.slice(0, firstRow)].filter((entry) => entry !== undefined);
    return inOrder.filter((entry) => matches(entry, filter)).map(toEntry);
  }

  function keep(entry: KeptEntry): void {
    bytes += bytesOf(entry);
    while (size === capacity || (bytes > maxBytes && size > 0)) dropFirst();
    ring[(firstRow + size) % capacity] = entry;
    size += 1;
  }

  function dropFirst(): void {
    bytes -= bytesOf(ring[firstRow] as KeptEntry);
    ring[firstRow] = undefined;
    firstRow = (firstRow + 1) % capacity;
    size -= 1;
  }

  return {
    add(draft) {
      lastId += 1;
      const entry = { id: lastId, ...draft };
      keep(entry);
      waits.tell(entry);
      return lastId;
    },
    get: (id) => find({ afterId: id - 1, limit: 1 }).find((entry) => entry.id === id),
    list: (filter = {}) => limited(find(filter), filter),
    async waitFor(filter = {}, { timeoutMs = 5000, signal } = {}) {
      const { count = 1 } = filter;
      checkNumber('count', count, { ...entries, max: capacity });
      checkNumber('timeoutMs', timeoutMs, { unit: 'milliseconds', min: 0, max: maxTimeoutMs });
      // `limit` is applied to all that were found, so that it cannot hide entries from `count`.
      const wanted = { matches: (entry: JournalEntry) => matches(entry, filter), found: find(filter), count };
      return limited(await waits.wait({ ...wanted, timeoutMs, signal }), filter);
    },
    close: waits.close,
    clear(appKey) {
      const kept = find({}).filter((entry) => appKey !== undefined && entry.appKey !== appKey);
      ring.length = 0;
      [firstRow, size, bytes] = [0, 0, 0];
      for (const entry of kept) keep(entry);
    },
  };
}

/** Two bytes for each character, which none but Latin-1 takes less than. */
function bytesOf({ method = '', path = '', reason = '', userId = '', requestId = '' }: KeptEntry): number {
  return 2 * (method.length + path.length + reason.length + userId.length + requestId.length);
}

function toEntry(kept: KeptEntry): JournalEntry {
  return Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== undefined)) as unknown as JournalEntry;
}

/** @throws {MockError} INVALID_OPTION */
function limited(found: readonly JournalEntry[], { limit, afterId }: JournalFilter): readonly JournalEntry[] {
  if (limit === undefined) return found;
  checkNumber('limit', limit, { ...entries, max: Number.MAX_SAFE_INTEGER });
  return afterId === undefined ? found.slice(-limit) : found.slice(0, limit);
}

function matches(entry: KeptEntry, filter: JournalFilter): boolean {
  const { appKey, userId, operationId, status, code, afterId = 0 } = filter;
  return (
    entry.id > afterId &&
    (appKey === undefined || entry.appKey === appKey) &&
    (userId === undefined || entry.userId === userId) &&
    (operationId === undefined || entry.operationId === operationId) &&
    (status === undefined || entry.status === status) &&
    (code === undefined || entry.code === code)
  );
}

/** One call that waits for entries. */
interface JournalWait {
  readonly matches: (entry: JournalEntry) => boolean;
  /** The entries that are there already; those that come are added. */
  readonly found: JournalEntry[];
  readonly count: number;
  readonly timeoutMs: number;
  /** Ends the wait. */
  readonly signal?: AbortSignal | undefined;
}

/** The calls that wait for entries of a journal. */
interface JournalWaits {
  readonly tell: (entry: KeptEntry) => void;
  /** @throws {MockError} `WAIT_TIMED_OUT`, `MOCK_CLOSED` */
  readonly wait: (wait: JournalWait) => Promise<readonly JournalEntry[]>;
  /** Ends these and all later ones that lack entries. */
  readonly close: () => void;
}

function createJournalWaits(): JournalWaits {
  const looking = new Set<(entry: JournalEntry) => void>();
  const closing = new AbortController();

  function wait({ matches, found, count, timeoutMs, signal }: JournalWait): Promise<readonly JournalEntry[]> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => end(() => reject(timedOut(found.length, count, timeoutMs))), timeoutMs);
      const giveUp = (by: AbortSignal) => end(() => reject(by.reason));
      const look = (entry: JournalEntry) => {
        if (matches(entry) && found.push(entry) >= count) end(() => resolve(found));
      };
      function end(settle: () => void): void {
        clearTimeout(timer);
        looking.delete(look);
        for (const unwatch of unwatches) unwatch();
        settle();
      }
      looking.add(look);
      const signals = [signal, closing.signal].filter((each) => each !== undefined);
      const unwatches = signals.map((each) => watchSignal(each, () => giveUp(each)));
      const aborted = signals.find((each) => each.aborted);
      if (found.length >= count) end(() => resolve(found));
      else if (aborted) giveUp(aborted);
    });
  }

  return {
    tell(entry) {
      for (const look of looking) look(toEntry(entry));
    },
    wait,
    close: () => closing.abort(mockClosed()),
  };
}

function mockClosed(): MockError {
  const message =
    'The mock was closed before enough requests had come that match. Wait for them first, and close it then.';
  return new MockError(message, { code: 'MOCK_CLOSED' });
}

function timedOut(found: number, count: number, timeoutMs: number): MockError {
  const message = `After ${timeoutMs} ms, ${found} of ${count} requests had come that match. Look at what the journal lists instead.`;
  return new MockError(message, { code: 'WAIT_TIMED_OUT' });
}
