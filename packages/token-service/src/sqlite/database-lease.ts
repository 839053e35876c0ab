import { randomUUID } from 'node:crypto';
import {
  closeSync,
  fstatSync,
  futimesSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { TokenServiceError } from '../errors.js';
import { clearInterval, setInterval, setTimeout } from '../system-time.js';
import { isFullDisk, readFile } from './database-files.js';

/** What opened the database, and so what a lease can be checked with. */
export type Engine = 'node:sqlite' | 'wasm';

/** A lease on a database file that this process holds. */
export interface DatabaseLease {
  /** Whether the one before was taken over on its silence alone: it may come back, and write into the files that it has open. */
  readonly isTakenOnSilence: boolean;
  /** What the one before had recorded last; undefined where there was none, or none that tells. */
  readonly recordBefore: string | undefined;
  /** Whether it is still this process's, by what stands in the file now. Once lost, it stays so. */
  readonly isHeld: () => boolean;
  /** Whether it is known to be somebody else's by now: as `isHeld` or a heartbeat has seen. */
  readonly isLost: () => boolean;
  /** Keeps a text of 32 letters or digits in the lease, for whoever finds it after a kill -9. */
  readonly record: (text: string) => void;
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
/** What the lease of version 0.1 has: process, its start, and an ID. It is not renewed. */
const oldFields = 3;
const recordLength = 32;
const noRecord = '-'.repeat(recordLength);

interface Holder {
  readonly pid: string;
  readonly start: string;
  readonly owner: string;
  readonly engine: string;
  readonly machine: string;
  readonly record: string;
}

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
  const self: Self = { path, owner: randomUUID(), engine, heartbeatMs };
  const pause = options.pause ?? sleep;
  for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
    const fd = createOrNothing(path, describe(self, noRecord, 0));
    if (fd !== undefined) return hold(self, { fd, isTakenOnSilence: false, recordBefore: undefined });
    const found = readFile(path);
    if (found === undefined) continue;
    const before = parse(found);
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
    throw inUse(path, parse(readFile(path) ?? ''), heartbeatMs);
  }
  throw inUse(path, undefined, heartbeatMs);
}

/** Who acquires or holds a lease, and where. */
interface Self {
  readonly path: string;
  readonly owner: string;
  readonly engine: Engine;
  readonly heartbeatMs: number;
}

/** Returns what stands in the file of a lease. */
function describe({ owner, engine }: Self, record: string, beat: number): string {
  const time = `${beat}`.padStart(12, '0');
  return `${process.pid} ${startOf(process.pid)} ${owner} ${engine} ${machine()} ${record} ${time}\n`;
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Looks are counted, not time: of two that were frozen together, neither may think that the other was silent. */
async function isSilent(
  { path, heartbeatMs }: Self,
  found: string,
  companions: readonly string[],
  pause: (ms: number) => Promise<void>,
): Promise<boolean> {
  if (isAliveByOldRule(parse(found))) return false;
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
function takeOver(self: Self, found: string, record = noRecord): number | undefined {
  const draft = `${self.path}.${self.owner}`;
  const fd = openSync(draft, 'wx', 0o600);
  try {
    writeIfThereIsRoom(fd, describe(self, record, 0));
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
function hold(self: Self, { fd, isTakenOnSilence, recordBefore }: HoldOptions): DatabaseLease {
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

/** The file of a lease that is held, with what stands in it. */
interface LeaseFile extends Pick<DatabaseLease, 'isHeld' | 'isLost' | 'record'> {
  /** Renews the lease where it is held. */
  readonly beat: () => void;
  /** Returns whether the lease was still this process's. */
  readonly close: () => boolean;
}

function openLeaseFile(self: Self, first: number, recordBefore: string): LeaseFile {
  const { path } = self;
  let [fd, record, beat, isOver] = [first, recordBefore, 0, false];

  /** One that a full disk had no room for is told by the file that it is. */
  function isMine(text: string | undefined): boolean {
    if (text !== '') return parse(text ?? '')?.owner === self.owner;
    return statSync(path, { throwIfNoEntry: false })?.ino === fstatSync(fd).ino;
  }

  /** Removed by hand: whoever comes first creates the next one, and this may be this process. */
  function createAnew(): boolean {
    const created = createOrNothing(path, describe(self, record, beat));
    if (created === undefined) return false;
    closeSync(fd);
    fd = created;
    return true;
  }

  function isHeld(): boolean {
    if (isOver) return false;
    const found = readFile(path);
    if (found === undefined && createAnew()) return true;
    isOver = !isMine(found ?? readFile(path));
    return !isOver;
  }

  function write(): void {
    // By the file that it has open: one that was taken over is no longer under this name.
    if (writeIfThereIsRoom(fd, describe(self, record, beat))) return;
    const now = new Date();
    futimesSync(fd, now, now);
  }

  return {
    isHeld,
    isLost: () => isOver,
    record(text) {
      record = text;
      write();
    },
    beat() {
      beat += 1;
      if (isHeld()) write();
    },
    close() {
      const wasMine = !isOver && isMine(readFile(path));
      isOver = true;
      closeSync(fd);
      return wasMine;
    },
  };
}

/**
 * Returns what the holder of a lease has recorded last, whether it is alive or not. Empty where nobody has left a lease;
 * undefined where that of version 0.1, or a new one, says nothing.
 */
export function readLeaseRecord(path: string): string | undefined {
  const found = readFile(path);
  return found === undefined ? '' : recordOf(parse(found));
}

function recordOf(holder: Holder | undefined): string | undefined {
  return holder === undefined || holder.record === noRecord ? undefined : holder.record;
}

/** Returns undefined where the file is there already. */
function createOrNothing(path: string, text: string): number | undefined {
  let fd: number | undefined;
  try {
    fd = openSync(path, 'wx', 0o600);
    writeIfThereIsRoom(fd, text);
    return fd;
  } catch (error) {
    if (fd !== undefined) discard(fd, path);
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return undefined;
    throw error;
  }
}

/** Returns whether there was: on a full disk a lease is one all the same, by the file that was created. */
function writeIfThereIsRoom(fd: number, text: string): boolean {
  try {
    writeSync(fd, text, 0);
    return true;
  } catch (error) {
    if (!isFullDisk(error)) throw error;
    return false;
  }
}

function discard(fd: number, path: string): void {
  closeSync(fd);
  rmSync(path, { force: true });
}

/** Returns undefined where it names no owner. */
function parse(text: string): Holder | undefined {
  const fields = text.trim().split(' ');
  const [pid = '', start = '', owner = '', engine = '', of = '', record = noRecord] = fields;
  return fields.length < oldFields ? undefined : { pid, start, owner, engine, machine: of, record };
}

function signsOf(files: readonly string[]): string {
  return files
    .map((file) => {
      const { size, mtimeMs } = statSync(file, { throwIfNoEntry: false }) ?? {};
      return `${size} ${mtimeMs}`;
    })
    .join();
}

/** Version 0.1 renews nothing. Its process is asked for, where it can be seen from here. */
function isAliveByOldRule(holder: Holder | undefined): boolean {
  if (holder?.engine !== '' || !/^\d+$/.test(holder.pid)) return false;
  try {
    process.kill(Number(holder.pid), 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  return holder.start === startOf(Number(holder.pid));
}

/** Returns when a process started, in ticks of the system, for version 0.1; `-` where the system does not say. */
function startOf(pid: number): string {
  const stat = readSystem(`/proc/${pid}/stat`);
  // The name of the program, in brackets, may hold spaces.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '-';
}

/** Returns what is another text on another machine, and after it was started anew. */
function machine(): string {
  return (readSystem('/proc/sys/kernel/random/boot_id').trim() || hostname()).replaceAll(/\s/g, '_') || '-';
}

function readSystem(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function inUse(path: string, holder: Holder | undefined, heartbeatMs: number): TokenServiceError {
  const named = holder === undefined ? 'somebody' : `process ${holder.pid}, as it numbers itself`;
  const message =
    `The database is in use by ${named}: ${path} was renewed while this process looked. One process has it at a time: ` +
    'stop the other one, or let several share a Redis or a PostgreSQL. A process that was killed frees it by itself: ' +
    `whoever starts waits up to ${((looks / looksPerHeartbeat + 1) * heartbeatMs) / 1_000} seconds for that, and not at ` +
    'all on Node 22 and later.';
  return new TokenServiceError(message, { code: 'STORE_FAILED' });
}
