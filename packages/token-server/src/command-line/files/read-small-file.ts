import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { isatty } from 'node:tty';
import { performanceNow } from '../../system-time.js';

/** How much of a file is read, and how long a pipe is waited for. */
export interface SmallFileLimits {
  readonly maxBytes: number;
  /** How long a pipe may stay silent, in milliseconds. Default: 10000. */
  readonly waitMs?: number;
}

/** Why a file was not read; its message holds neither the path nor what is in the file. */
export class UnreadFile extends Error {
  override readonly name = 'UnreadFile';
  /** Such as `ENOENT`; `TOO_LARGE` and `SILENT` are our own. */
  readonly code: string;

  /** @param message What follows the name of the file: `cannot be read (ENOENT)`. */
  constructor(message: string, code: string) {
    super(message);
    this.code = code;
  }
}

/** How long a pipe is left alone before it is looked at again. */
const pauseMs = 20;
const pause = new Int32Array(new SharedArrayBuffer(4));

/** Returns the text of a file that is small, as `readSmallBytes` reads it. @throws {UnreadFile} */
export function readSmallFile(path: string, limits: SmallFileLimits): string {
  return readSmallBytes(path, limits).toString('utf8');
}

/**
 * Returns the bytes of a file that is small: neither a device without an end nor a pipe that nobody writes to keeps a command.
 * Pipes are read, as that of `<(pass show nexconn)` is.
 *
 * @throws {UnreadFile}
 */
export function readSmallBytes(path: string, limits: SmallFileLimits): Buffer {
  let file: number | undefined;
  try {
    // To open a pipe without a writer would block. Windows has no such flag, and no such pipe.
    file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    return readOpened(file, limits);
  } catch (error) {
    if (error instanceof UnreadFile) throw error;
    const { code = 'no reason is known' } = error as NodeJS.ErrnoException;
    throw new UnreadFile(`cannot be read (${code})`, code);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function readOpened(file: number, { maxBytes, waitMs = 10_000 }: SmallFileLimits): Buffer {
  const found = fstatSync(file);
  if (found.size > maxBytes) throw tooLarge(`${found.size}`, maxBytes);
  // Somebody types there, and ends with Ctrl-D.
  const patienceMs = isatty(file) ? Number.POSITIVE_INFINITY : waitMs;
  const chunks: Buffer[] = [];
  let size = 0;
  let heardAt = performanceNow();
  for (;;) {
    const chunk = Buffer.allocUnsafe(Math.min(65_536, maxBytes + 1 - size));
    const length = readChunk(file, chunk);
    if (length === 0 && !(found.isFIFO() && size === 0)) return Buffer.concat(chunks, size);
    if (length > 0) {
      chunks.push(chunk.subarray(0, length));
      size += length;
      heardAt = performanceNow();
      if (size > maxBytes) throw tooLarge(`more than ${maxBytes}`, maxBytes);
      continue;
    }
    if (performanceNow() - heardAt >= patienceMs) {
      throw new UnreadFile(`is a pipe that nobody has written to within ${waitMs} ms`, 'SILENT');
    }
    Atomics.wait(pause, 0, 0, pauseMs);
  }
}

/** Returns how many bytes were read; 0 at the end, and -1 where there is nothing so far. */
function readChunk(file: number, chunk: Buffer): number {
  try {
    return readSync(file, chunk);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return -1;
    throw error;
  }
}

function tooLarge(size: string, maxBytes: number): UnreadFile {
  return new UnreadFile(`has ${size} bytes, where ${maxBytes} are the most`, 'TOO_LARGE');
}
