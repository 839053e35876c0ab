import type { FileHandle } from 'node:fs/promises';
import { csvField, readCsv } from '../input/csv.js';
import { readChunks } from '../input/input.js';
import { readLines } from '../input/lines.js';
import type { Format } from '../input/rows.js';

/** A row of a file that was written here: its columns, in their order. */
export type Entry = readonly (string | number)[];

/** Columns of a file, in their order. */
export interface Layout {
  readonly format: Format;
  readonly columns: readonly string[];
}

/** What was read of an entry. */
export interface ReadEntry {
  readonly values: readonly unknown[];
  /** Where it ends, in bytes. */
  readonly endsAt: number;
}

/** Entries that are read one after the other. */
export interface EntryReader {
  /** Resolves once `first` says what comes next. */
  readonly ready: () => Promise<void>;
  /** The next entry; undefined at the end. */
  readonly first: () => ReadEntry | undefined;
  readonly take: () => void;
}

/** Returns the line of an entry, its line feed included. */
export function writeEntry({ format, columns }: Layout, entry: Entry): string {
  if (format === 'csv') return `${entry.map((value) => csvField(String(value))).join(',')}\n`;
  return `${JSON.stringify(Object.fromEntries(columns.map((name, index) => [name, entry[index]])))}\n`;
}

/** Returns what a file begins with. */
export function writeHeader({ format, columns }: Layout): string {
  return format === 'csv' ? `${columns.join(',')}\n` : '';
}

/** Reads the entries of a file from its start; what is none has no values. */
export function createEntryReader(file: FileHandle | undefined, size: number, layout: Layout): EntryReader {
  const batches = file && size > 0 ? readEntries(file, size, layout) : undefined;
  let entries: ReadEntry[] = [];
  let at = 0;
  let isEnd = batches === undefined;
  return {
    async ready() {
      while (at >= entries.length && !isEnd) {
        const next = await batches?.next();
        isEnd = next?.done !== false;
        [entries, at] = [next?.value ?? [], 0];
      }
    },
    first: () => entries[at],
    take() {
      at += 1;
    },
  };
}

async function* readEntries(file: FileHandle, size: number, layout: Layout): AsyncGenerator<ReadEntry[]> {
  const lines = readLines(readChunks(file, size));
  const { columns } = layout;
  if (layout.format === 'ndjson') {
    for await (const batch of lines) {
      yield batch.map(({ text, endsAt }) => ({ values: valuesOf(text, columns), endsAt }));
    }
    return;
  }
  let isFirst = true;
  for await (const records of readCsv(lines)) {
    const entries = records.map(({ fields, endsAt }) => ({ values: fields, endsAt }));
    // Of another file, the header is an entry, which is nobody's.
    const hasHeader = isFirst && entries[0]?.values.join() === columns.join();
    isFirst = false;
    yield hasHeader ? entries.slice(1) : entries;
  }
}

function valuesOf(text: string, columns: readonly string[]): readonly unknown[] {
  try {
    const value: Record<string, unknown> = Object(JSON.parse(text));
    return columns.map((name) => value[name]);
  } catch {
    return [];
  }
}
