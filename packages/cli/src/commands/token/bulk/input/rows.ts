import { CliError } from '@nexconn-kit/token-server/command-line';
import { printable } from '../../../../terminal/terminal.js';
import { type CsvRecord, readCsv, unclosedQuote } from './csv.js';
import { count, type Line, readLines } from './lines.js';

/** How users stand in a file. */
export type Format = 'csv' | 'ndjson';

/** A user of the input; whether its fields are what the API takes is not known yet. */
export interface RowUser {
  readonly userId: string;
  readonly name: string;
  readonly avatarUrl?: string;
}

/** A row of the input. */
export interface Row {
  /** Counts from 1. */
  readonly line: number;
  /** Where it ends, in bytes. */
  readonly endsAt: number;
  /** Empty where it cannot be read. */
  readonly userId: string;
  readonly user: RowUser | undefined;
  /** Why it is no user, as a sentence. */
  readonly fault: string | undefined;
}

/** What is told of an input on the way. */
export interface RowListener {
  /** The columns that are not read. */
  readonly onOtherColumns: (names: readonly string[]) => void;
}

const columns = ['userId', 'name', 'avatarUrl'] as const;
const needed: readonly string[] = ['userId', 'name'];

/**
 * Reads the rows of an input, some hundreds at once.
 *
 * @throws {CliError} USAGE, where the header of a CSV is wrong; COMMAND_FAILED, where a quote of it takes all that is behind it
 */
export function readRows(chunks: AsyncIterable<Buffer>, format: Format, listener: RowListener): AsyncGenerator<Row[]> {
  const lines = readLines(chunks);
  return format === 'csv' ? refuseLostQuote(readCsvRows(lines, listener)) : readJsonRows(lines);
}

async function* readCsvRows(lines: AsyncIterable<Line[]>, listener: RowListener): AsyncGenerator<Row[]> {
  let header: Header | undefined;
  for await (const records of readCsv(lines)) {
    let from = 0;
    if (!header) {
      header = readHeader(records[0] as CsvRecord);
      if (header.others.length > 0) listener.onOtherColumns(header.others);
      from = 1;
    }
    const found = header;
    yield (from === 0 ? records : records.slice(from)).map((record) => toRow(record, found));
  }
}

/** So many lines without a row behind a quote that is not closed are its text, or a text that has none: each would be rejected. */
const maxLostLines = 1_000;

/** Keeps the lines behind a quote that is not closed until there is a row: where none comes, nothing is done about them. */
async function* refuseLostQuote(batches: AsyncIterable<Row[]>): AsyncGenerator<Row[]> {
  let held: Row[] = [];
  for await (const batch of batches) {
    const passed: Row[] = [];
    for (const row of batch) {
      if (row.fault === undefined || (held.length === 0 && row.fault !== sentence(unclosedQuote))) {
        passed.push(...held, row);
        held = [];
      } else if (held.push(row) > maxLostLines) break;
    }
    if (passed.length > 0) yield passed;
    if (held.length > maxLostLines) throw lostQuote(held[0] as Row);
  }
  if (held.length > 0) yield held;
}

function lostQuote({ line }: Row): CliError {
  const message =
    `Line ${line} ${unclosedQuote}, and none of the ${count(maxLostLines)} lines behind it is a row. ` +
    'Close the quote, and look at all rows by --dry-run.';
  return new CliError(message, { code: 'COMMAND_FAILED' });
}

interface Header {
  readonly width: number;
  readonly userId: number;
  readonly name: number;
  /** -1 where there is none. */
  readonly avatarUrl: number;
  readonly others: readonly string[];
}

function readHeader({ fields, fault }: CsvRecord): Header {
  if (fault !== undefined) throw usage(`The header, line 1, ${fault}. Correct it.`);
  const header = fields.join(',');
  const refuse = (what: string): never => {
    const rule = 'Its first line has to name the columns: userId and name, and avatarUrl where there is one.';
    throw usage(`The header "${printable(header).slice(0, 200)}" ${what}. ${rule}`);
  };
  if (header.includes('\r')) refuse('has a CR in it, which alone ends no line: save the file with LF or CRLF');
  if (fields.length === 1 && /[;\t]/.test(header)) refuse('has ; or tabs between its columns, where commas are read');
  for (const name of fields) {
    const meant = columns.find((column) => column !== name && plain(column) === plain(name));
    if (meant !== undefined) refuse(`has a column "${printable(name)}", where ${meant} is meant`);
  }
  const twice = columns.find((name) => fields.indexOf(name) !== fields.lastIndexOf(name));
  if (twice !== undefined) refuse(`has two columns ${twice}`);
  const missing = needed.filter((name) => !fields.includes(name));
  if (missing.length > 0) refuse(`has no column ${missing.join(' and ')}`);
  const [userId = -1, name = -1, avatarUrl = -1] = columns.map((column) => fields.indexOf(column));
  const others = fields.filter((field) => !columns.some((column) => column === field));
  return { width: fields.length, userId, name, avatarUrl, others };
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z]/g, '');
}

function toRow({ line, endsAt, fields, fault }: CsvRecord, header: Header): Row {
  if (fault !== undefined) return { line, endsAt, userId: '', user: undefined, fault: sentence(fault) };
  const { width, userId: at, name, avatarUrl } = header;
  const userId = fields[at] ?? '';
  if (fields.length !== width) {
    const wrong = `The line has ${fields.length} fields; the header has ${width}.`;
    return { line, endsAt, userId, user: undefined, fault: wrong };
  }
  const avatar = avatarUrl < 0 ? '' : (fields[avatarUrl] as string);
  const user = { userId, name: fields[name] as string, ...(avatar === '' ? {} : { avatarUrl: avatar }) };
  return { line, endsAt, userId, user, fault: undefined };
}

async function* readJsonRows(lines: AsyncIterable<Line[]>): AsyncGenerator<Row[]> {
  for await (const batch of lines) {
    yield batch.filter(({ text, fault }) => fault !== undefined || !/^\s*$/.test(text)).map(toJsonRow);
  }
}

function toJsonRow({ line, endsAt, text, fault }: Line): Row {
  const refuse = (what: string): Row => ({ line, endsAt, userId: '', user: undefined, fault: sentence(what) });
  if (fault !== undefined) return refuse(fault);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refuse('is no JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return refuse('is no JSON object');
  // Of another type they are refused by the check of the request.
  const { userId, name, avatarUrl } = value as RowUser;
  const user = {
    ...(userId === undefined ? {} : { userId }),
    ...(name === undefined ? {} : { name }),
    ...(avatarUrl === undefined || avatarUrl === '' || avatarUrl === null ? {} : { avatarUrl }),
  } as RowUser;
  return { line, endsAt, userId: typeof userId === 'string' ? userId : '', user, fault: undefined };
}

/** Returns what is wrong with a line. */
function sentence(fault: string): string {
  return `The line ${fault}.`;
}

function usage(message: string): CliError {
  return new CliError(message, { code: 'USAGE' });
}
