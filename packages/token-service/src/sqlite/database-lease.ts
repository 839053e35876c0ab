import { randomUUID } from 'node:crypto';
import { openSync, renameSync, rmSync, statSync } from 'node:fs';
import { TokenServiceError } from '../errors.js';
import { clearInterval, setInterval, setTimeout } from '../system-time.js';
import { readFile } from './database-files.js';
import {
  createLease,
  describeLease,
  discard,
  type Engine,
  isAliveByOldRule,
  type LeaseFile,
  type LeaseHolder,
  type LeaseOwner,
  machine,
  noRecord,
  openLeaseFile,
  parseLease,
  recordLength,
  recordOf,
  writeIfThereIsRoom,
} from './lease-file.js';

/** A lease on a database file that this process holds. */
export interface DatabaseLease extends Pick<LeaseFile, 'isHeld' | 'isLost' | 'record'> {
  /** Whether the one before was taken over on its silence alone: it may come back, and write into the files that it has open. */
  readonly isTakenOnSilence: boolean;
  /** What the one before had recorded last; undefined where there was none, or none that tells. */
  readonly recordBefore: string | undefined;
  /** Ends the lease. The file is removed where it is still this process's; it stays where what is recorded there is still needed. */
  readonly release: (isRecordNeeded?: boolean) => void;
}

/** How quickly a lease is renewed and watched, for tests. */
export interface LeasePace {
  readonly heartbeatMs?: number | undefined;
}

/** How a lease is acquired. */
export interface DatabaseLeaseOptions extends LeasePace {
  readonly engine: Engine;
  /** Files whose growth is a sign of life as well. */
  readonly companions?: readonly string[];
  /** Resolves after so many milliseconds, for tests. Default: by `setTimeout`. */
  readonly pause?: (ms: number) => Promise<void>;
}

/** How often a holder renews its lease. */
const defaultHeartbeatMs = 1_000;
/** A lease that was not renewed for so many looks, a quarter of a heartbeat apart, is over: five heartbeats. */
const looks = 20;
const looksPerHeartbeat = 4;
/** Others come and go meanwhile: never so often, unless the file system is at odds with itself. */
const maxAttempts = 100;

/**
 * Acquires the lease on a database: a file beside it, with a random owner and a heartbeat. It goes by nothing that two
 * containers or machines need not share: neither process IDs nor clocks nor the locks of the file system.
 *
 * One that is there already is watched, and taken over once it was not renewed for five heartbeats. Where this process
 * has the lock of the operating system, one that was left on this machine under the same lock is taken over at once.
 *
 * @throws {TokenServiceError} STORE_FAILED where somebody else holds it
 */
export async function acquireDatabaseLease(path: string, options: DatabaseLeaseOptions): Promise<DatabaseLease> {
  const { engine, heartbeatMs = defaultHeartbeatMs } = options;
  const self: LeaseOwner = { path, owner: randomUUID(), engine, heartbeatMs };
  const pause = options.pause ?? sleep;
  for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
    const fd = createLease(path, describeLease(self, noRecord, 0));
    if (fd !== undefined) return hold(self, { fd, isTakenOnSilence: false, recordBefore: undefined });
    const found = readFile(path);
    if (found === undefined) continue;
    const before = parseLease(found);
    const isDead = engine === 'node:sqlite' && before?.engine === engine && before.machine === machine();
    const isOver = isDead || (await isSilent(self, found, options.companions ?? [], pause));
    if (!isOver) throw inUse(path, before, heartbeatMs);
    const recordBefore = recordOf(before);
    const taken = takeOver(self, found, recordBefore);
    // Released, or taken over by another one: whoever comes first creates the next one, and who has it is looked at anew.
    if (taken === undefined) continue;
    const lease = hold(self, { fd: taken, isTakenOnSilence: !isDead, recordBefore });
    // Whoever was as quick has renamed meanwhile; and what the one before had begun to write is written by then.
    if (!isDead) await pause(heartbeatMs);
    if (lease.isHeld()) return lease;
    lease.release();
    throw inUse(path, parseLease(readFile(path) ?? ''), heartbeatMs);
  }
  throw inUse(path, undefined, heartbeatMs);
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Looks are counted, not time: of two that were frozen together, neither may think that the other was silent. */
async function isSilent(
  { path, heartbeatMs }: LeaseOwner,
  found: string,
  companions: readonly string[],
  pause: (ms: number) => Promise<void>,
): Promise<boolean> {
  if (isAliveByOldRule(parseLease(found))) return false;
  // The lease itself as well: on a full disk its time is all that its holder can change.
  const files = [path, ...companions];
  const first = signsOf(files);
  for (let look = 0; look < looks; look += 1) {
    await pause(heartbeatMs / looksPerHeartbeat);
    const now = readFile(path);
    if (now === undefined) return true;
    if (now !== found || signsOf(files) !== first) return false;
  }
  return true;
}

/** Puts a lease in the place of one that is over, in one step; undefined where another one stands there by now. */
function takeOver(self: LeaseOwner, found: string, record = noRecord): number | undefined {
  const draft = `${self.path}.${self.owner}`;
  const fd = openSync(draft, 'wx', 0o600);
  try {
    writeIfThereIsRoom(fd, describeLease(self, record, 0));
    if (readFile(self.path) === found) {
      renameSync(draft, self.path);
      return fd;
    }
  } catch (error) {
    discard(fd, draft);
    throw error;
  }
  discard(fd, draft);
  return undefined;
}

interface HoldOptions extends Pick<DatabaseLease, 'isTakenOnSilence' | 'recordBefore'> {
  readonly fd: number;
}

/** Returns the lease whose file this process has put there, and renews it from now on. */
function hold(self: LeaseOwner, { fd, isTakenOnSilence, recordBefore }: HoldOptions): DatabaseLease {
  const { path, heartbeatMs } = self;
  const file = openLeaseFile(self, fd, recordBefore ?? noRecord);
  const timer = setInterval(() => {
    try {
      file.beat();
    } catch {
      // A disk in trouble: whoever writes to the store is told.
    }
  }, heartbeatMs);
  timer.unref();

  return {
    isTakenOnSilence,
    recordBefore,
    isHeld: file.isHeld,
    isLost: file.isLost,
    record: (text) => file.record(text.padEnd(recordLength, '-').slice(0, recordLength)),
    release(isRecordNeeded = false) {
      clearInterval(timer);
      const isMine = file.close();
      if (isMine && !isRecordNeeded) rmSync(path, { force: true });
    },
  };
}

function signsOf(files: readonly string[]): string {
  return files
    .map((file) => {
      const { size, mtimeMs } = statSync(file, { throwIfNoEntry: false }) ?? {};
      return `${size} ${mtimeMs}`;
    })
    .join();
}

function inUse(path: string, holder: LeaseHolder | undefined, heartbeatMs: number): TokenServiceError {
  const named = holder === undefined ? 'somebody' : `process ${holder.pid}, as it numbers itself`;
  const message =
    `The database is in use by ${named}: ${path} was renewed while this process looked. One process has it at a time: ` +
    'stop the other one, or let several share a Redis or a PostgreSQL. A process that was killed frees it by itself: ' +
    `whoever starts waits up to ${((looks / looksPerHeartbeat + 1) * heartbeatMs) / 1_000} seconds for that, and not at ` +
    'all on Node 22 and later.';
  return new TokenServiceError(message, { code: 'STORE_FAILED' });
}
