import { createHash } from 'node:crypto';
import { constants, openSync } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { CliError } from '@nexconn-kit/token-server/command-line';
import { count } from './lines.js';
import type { Format } from './rows.js';

/** What an input is recognised by when it is given another time. */
export interface InputIdentity {
  /** Undefined for a pipe. */
  readonly size: number | undefined;
  /** Hash of its first bytes, 64 KiB at most. */
  readonly head: string;
  /** How many bytes that is of. */
  readonly headBytes: number;
}

/** The users to issue for, as they are read. */
export interface Input extends AsyncDisposable {
  /** For people. */
  readonly name: string;
  readonly identity: InputIdentity;
  /** Whether it begins as the other one did, which may have been shorter. */
  readonly beginsAs: (other: InputIdentity) => boolean;
  readonly chunks: AsyncIterable<Buffer>;
  /** The file that it is; undefined for stdin. */
  readonly file: FileHandle | undefined;
}

const headBytes = 65_536;
const chunkBytes = 65_536;

/** Returns the format of a path by its ending. @throws {CliError} USAGE */
export function formatOf(path: string, flag: string): Format {
  if (/\.csv$/i.test(path)) return 'csv';
  if (/\.(ndjson|jsonl)$/i.test(path)) return 'ndjson';
  const what = path === '-' ? 'stdin has no ending' : `${path} ends in neither .csv nor .ndjson`;
  throw new CliError(`${what}. Say what it is by ${flag} csv or ${flag} ndjson.`, { code: 'USAGE' });
}

/**
 * Opens a file, or stdin where the path is `-`, and reads its head, which has to look like its format.
 *
 * @throws {CliError} USAGE
 */
export async function openInput(path: string, format: Format): Promise<Input> {
  if (path === '-') return readStreamInput('stdin', process.stdin, format);
  const found = await stat(path).catch((cause) => refuse(path, cause));
  if (found.isFIFO()) return readStreamInput(path, openPipe(path), format);
  if (found.isDirectory()) throw new CliError(`${path} is a folder. Give a file.`, { code: 'USAGE' });
  if (!found.isFile()) {
    throw new CliError(`${path} is a device or a socket. Give a file, or - for stdin.`, { code: 'USAGE' });
  }
  const file = await open(path, 'r').catch((cause) => refuse(path, cause));
  try {
    return await readFileInput(path, file, format);
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Opens a pipe as that of `<(zcat users.csv.gz)`. A file of its name would keep a thread until somebody writes to it. */
function openPipe(path: string): Readable {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return new Socket({ fd, readable: true, writable: false });
}

async function readStreamInput(name: string, stream: Readable, format: Format): Promise<Input> {
  const { head, chunks } = await peek(stream);
  refuseOtherFormat(head, format, name);
  return {
    name,
    ...identify(head, undefined),
    chunks,
    file: undefined,
    async [Symbol.asyncDispose]() {
      stream.destroy();
    },
  };
}

async function readFileInput(path: string, file: FileHandle, format: Format): Promise<Input> {
  const { size } = await file.stat();
  const { head, chunks } = await peek(readChunks(file, size)).catch((cause) => refuse(path, cause));
  refuseOtherFormat(head, format, path);

  /** The last line of a file that grows may be the half of one. */
  async function* untilChanged(): AsyncGenerator<Buffer> {
    yield* chunks;
    const now = (await file.stat()).size;
    if (now === size) return;
    const message =
      `${path} was changed while it was read: it has ${count(now)} bytes, and had ${count(size)}. ` +
      'Run the same command again once it is complete.';
    throw new CliError(message, { code: 'COMMAND_FAILED' });
  }
  return {
    name: path,
    ...identify(head, size),
    chunks: untilChanged(),
    file,
    [Symbol.asyncDispose]: () => file.close(),
  };
}

/**
 * Reads a file from its start, so many bytes of it at most. A chunk is there until the next one is read: a file of any size
 * takes the memory of one.
 */
export async function* readChunks(file: FileHandle, size: number): AsyncGenerator<Buffer> {
  const buffer = Buffer.allocUnsafe(chunkBytes);
  for (let position = 0; position < size; ) {
    const length = Math.min(chunkBytes, size - position);
    const { bytesRead } = await file.read(buffer, 0, length, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

/** Reads the first bytes of a stream, which its chunks begin with all the same. */
async function peek(stream: AsyncIterable<unknown>): Promise<{ head: Buffer; chunks: AsyncIterable<Buffer> }> {
  const rest = (stream as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  const first: Buffer[] = [];
  for (let size = 0; size < headBytes; ) {
    const next = await rest.next();
    if (next.done) break;
    first.push(Buffer.from(next.value));
    size += next.value.length;
  }
  // In one piece, so that a byte order mark is not cut in two.
  const whole = Buffer.concat(first);
  async function* all(): AsyncGenerator<Buffer> {
    if (whole.length > 0) yield whole;
    yield* { [Symbol.asyncIterator]: () => rest };
  }
  return { head: whole.subarray(0, headBytes), chunks: all() };
}

/** Refuses what none of its lines would be right in: each of them would be rejected by itself. */
function refuseOtherFormat(head: Buffer, format: Format, name: string): void {
  const refuseBecause = (what: string): never => {
    throw new CliError(`${name} ${what}`, { code: 'USAGE' });
  };
  if (head.length === 0) refuseBecause('is empty. Give users, one a line.');
  if ((head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff)) {
    refuseBecause('is UTF-16. Save it as UTF-8.');
  }
  if (head[0] === 0x1f && head[1] === 0x8b) refuseBecause('is compressed. Give it by gunzip -c FILE | nexconn … -');
  if (head[0] === 0x50 && head[1] === 0x4b) refuseBecause('is a ZIP file or a spreadsheet. Save it as CSV.');
  // A byte order mark is white space of a text.
  const [firstLine = '', ...others] = head.toString('utf8').trimStart().split(/\r?\n/, 2);
  const first = firstLine.trimEnd();
  if (format === 'csv') {
    if (/^[{[]/.test(first)) {
      refuseBecause('begins as JSON, and is read as CSV. With one object a line, give it by --format ndjson.');
    }
    return;
  }
  if (first.startsWith('[')) {
    refuseBecause("begins with [, as a JSON array. Write one object a line instead, as jq -c '.[]' does.");
  }
  if (others.length > 0 && /^\{(?:.*[{[,])?$/.test(first)) {
    refuseBecause('has a JSON object over several lines. Write one object a line instead, as jq -c . does.');
  }
  if (/^[\w"' -]+(?:[,;\t][\w"' -]*)+$/.test(first)) {
    refuseBecause('begins with columns, and is read as JSON lines. Where it is CSV, give it by --format csv.');
  }
}

function identify(head: Buffer, size: number | undefined): Pick<Input, 'identity' | 'beginsAs'> {
  const hashOf = (bytes: number): string => createHash('sha256').update(head.subarray(0, bytes)).digest('hex');
  return {
    identity: { size, head: hashOf(head.length), headBytes: head.length },
    beginsAs: (other) => other.headBytes <= head.length && other.head === hashOf(other.headBytes),
  };
}

function refuse(path: string, cause: NodeJS.ErrnoException): never {
  if (cause instanceof CliError) throw cause;
  const message = `${path} cannot be read (${cause.code}). Check the path.`;
  throw new CliError(message, { code: 'USAGE', cause });
}
