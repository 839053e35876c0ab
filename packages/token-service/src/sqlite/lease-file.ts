import { closeSync, fstatSync, futimesSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { isFullDisk, readFile } from './database-files.js';

/** What opened the database, and so what a lease can be checked with. */
export type Engine = 'node:sqlite' | 'wasm';

/** What the lease of version 0.1 has: process, its start, and an ID. It is not renewed. */
const oldFields = 3;
/** How long a record is, in characters. */
export const recordLength: number = 32;
export const noRecord: string = '-'.repeat(recordLength);

/** Who acquires or holds a lease, and where. */
export interface LeaseOwner {
  readonly path: string;
  readonly owner: string;
  readonly engine: Engine;
  readonly heartbeatMs: number;
}

/** What stands in the file of a lease, of whatever version. */
export interface LeaseHolder {
  readonly pid: string;
  readonly start: string;
  readonly owner: string;
  readonly engine: string;
  readonly machine: string;
  readonly record: string;
}

/** The file of a lease that is held, with what stands in it. */
export interface LeaseFile {
  /** Whether it is still this process's, by what stands in the file now. Once lost, it stays so. */
  readonly isHeld: () => boolean;
  /** Whether it is known to be somebody else's by now: as `isHeld` or a heartbeat has seen. */
  readonly isLost: () => boolean;
  /** Keeps a text of 32 letters or digits in the lease, for whoever finds it after a kill -9. */
  readonly record: (text: string) => void;
  /** Renews the lease where it is held. */
  readonly beat: () => void;
  /** Returns whether the lease was still this process's. */
  readonly close: () => boolean;
}

/**
 * Returns the file of a lease that this process has put there.
 *
 * @param first The file as it is open.
 */
export function openLeaseFile(self: LeaseOwner, first: number, recordBefore: string): LeaseFile {
  const { path } = self;
  let [fd, record, beat, isOver] = [first, recordBefore, 0, false];

  /** One that a full disk had no room for is told by the file that it is. */
  function isMine(text: string | undefined): boolean {
    if (text !== '') return parseLease(text ?? '')?.owner === self.owner;
    return statSync(path, { throwIfNoEntry: false })?.ino === fstatSync(fd).ino;
  }

  /** Removed by hand: whoever comes first creates the next one, and this may be this process. */
  function createAnew(): boolean {
    const created = createLease(path, describeLease(self, record, beat));
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
    if (writeIfThereIsRoom(fd, describeLease(self, record, beat))) return;
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

/** Returns undefined where the file is there already. */
export function createLease(path: string, text: string): number | undefined {
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
export function writeIfThereIsRoom(fd: number, text: string): boolean {
  try {
    writeSync(fd, text, 0);
    return true;
  } catch (error) {
    if (!isFullDisk(error)) throw error;
    return false;
  }
}

export function discard(fd: number, path: string): void {
  closeSync(fd);
  rmSync(path, { force: true });
}

/** Returns what stands in the file of a lease. */
export function describeLease({ owner, engine }: LeaseOwner, record: string, beat: number): string {
  const time = `${beat}`.padStart(12, '0');
  return `${process.pid} ${startOf(process.pid)} ${owner} ${engine} ${machine()} ${record} ${time}\n`;
}

/** Returns undefined where it names no owner. */
export function parseLease(text: string): LeaseHolder | undefined {
  const fields = text.trim().split(' ');
  const [pid = '', start = '', owner = '', engine = '', of = '', record = noRecord] = fields;
  return fields.length < oldFields ? undefined : { pid, start, owner, engine, machine: of, record };
}

export function recordOf(holder: LeaseHolder | undefined): string | undefined {
  return holder === undefined || holder.record === noRecord ? undefined : holder.record;
}

/**
 * Returns what the holder of a lease has recorded last, whether it is alive or not. Empty where nobody has left a lease;
 * undefined where that of version 0.1, or a new one, says nothing.
 */
export function readLeaseRecord(path: string): string | undefined {
  const found = readFile(path);
  return found === undefined ? '' : recordOf(parseLease(found));
}

/** Version 0.1 renews nothing. Its process is asked for, where it can be seen from here. */
export function isAliveByOldRule(holder: LeaseHolder | undefined): boolean {
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
export function machine(): string {
  return (readSystem('/proc/sys/kernel/random/boot_id').trim() || hostname()).replaceAll(/\s/g, '_') || '-';
}

function readSystem(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
