import { isUtf8 } from 'node:buffer';

/** A line of a text, without its line feed. */
export interface Line {
  /** Counts from 1. */
  readonly line: number;
  /** Where it ends, in bytes from the start of the text. */
  readonly endsAt: number;
  readonly text: string;
  /** What is wrong with it as text, as the rest of a sentence; its text is empty then. */
  readonly fault: string | undefined;
}

/** The longest line or record that is read: the fields of a user have some 1,500 bytes. */
export const maxRecordBytes = 65_536;

const lineFeed = 0x0a;

/** How many lines are read at once: a chunk has tens of thousands where they are short, and what is made of them takes a hundred times of that. */
const maxLines = 1_024;

/** Reads the lines of a text of any size, some at once; of one that is too long no more than its length is kept. */
export async function* readLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<Line[]> {
  let rest: Buffer = Buffer.alloc(0);
  /** Bytes of the line under way that were left out. */
  let skipped = 0;
  let line = 0;
  let offset = 0;

  function toLine(bytes: Buffer, hasEnd: boolean): Line {
    line += 1;
    const length = skipped + bytes.length;
    skipped = 0;
    offset += length + (hasEnd ? 1 : 0);
    return { line, endsAt: offset, ...textOf(bytes, length) };
  }

  for await (const chunk of withoutMark(chunks)) {
    if (chunk.skipped) offset += chunk.skipped;
    const bytes = rest.length > 0 ? Buffer.concat([rest, chunk.bytes]) : chunk.bytes;
    let lines: Line[] = [];
    let from = 0;
    for (let end = bytes.indexOf(lineFeed); end >= 0; end = bytes.indexOf(lineFeed, from)) {
      lines.push(toLine(bytes.subarray(from, end), true));
      from = end + 1;
      if (lines.length === maxLines) {
        yield lines;
        lines = [];
      }
    }
    rest = bytes.subarray(from);
    if (rest.length > maxRecordBytes) {
      skipped += rest.length;
      rest = Buffer.alloc(0);
    }
    // What is left of a chunk must not keep all of it.
    else rest = Buffer.from(rest);
    if (lines.length > 0) yield lines;
  }
  if (rest.length + skipped > 0) yield [toLine(rest, false)];
}

function textOf(bytes: Buffer, length: number): Pick<Line, 'text' | 'fault'> {
  if (length > maxRecordBytes) {
    const fault = `is ${count(length)} bytes long; at most ${count(maxRecordBytes)} are allowed`;
    return { text: '', fault };
  }
  if (!isUtf8(bytes)) return { text: '', fault: 'is not UTF-8' };
  return { text: bytes.toString('utf8'), fault: undefined };
}

interface Chunk {
  readonly bytes: Buffer;
  /** How long the byte order mark before it is. */
  readonly skipped: number;
}

/** A byte order mark is no part of the first name. */
async function* withoutMark(chunks: AsyncIterable<Buffer>): AsyncGenerator<Chunk> {
  let isFirst = true;
  for await (const chunk of chunks) {
    const hasMark = isFirst && chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf;
    isFirst = false;
    yield hasMark ? { bytes: chunk.subarray(3), skipped: 3 } : { bytes: chunk, skipped: 0 };
  }
}

/** Returns a whole number for people. */
export function count(value: number): string {
  return value.toLocaleString('en-US');
}
