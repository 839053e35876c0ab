import { count, type Line, maxRecordBytes } from './lines.js';

/** A record of a CSV text (RFC 4180), or what is wrong with its first line. */
export interface CsvRecord {
  /** Where it begins. */
  readonly line: number;
  readonly endsAt: number;
  readonly fields: readonly string[];
  /** As the rest of a sentence; the record has no fields then. */
  readonly fault: string | undefined;
}

const quote = '"';
/** The fault of a line whose quote takes the lines behind it, where they have none. */
export const unclosedQuote = `opens a quote that is not closed within ${count(maxRecordBytes)} bytes or the file`;

/**
 * Reads the records of lines, blank lines left out. A record in error takes its first line alone, and reading goes on with
 * the next one: a quote that never closes costs one row.
 */
export async function* readCsv(batches: AsyncIterable<readonly Line[]>): AsyncGenerator<CsvRecord[]> {
  let rest: readonly Line[] = [];
  for await (const batch of batches) {
    const lines = rest.length > 0 ? [...rest, ...batch] : batch;
    const { records, used } = readRecords(lines, false);
    rest = lines.slice(used);
    if (records.length > 0) yield records;
  }
  if (rest.length > 0) yield readRecords(rest, true).records;
}

/** Reads as many records as lines have; the last one may need more of them. */
function readRecords(lines: readonly Line[], isEnd: boolean): { records: CsvRecord[]; used: number } {
  const records: CsvRecord[] = [];
  let used = 0;
  while (used < lines.length) {
    const first = lines[used] as Line;
    if (first.fault === undefined && (first.text === '' || first.text === '\r')) {
      used += 1;
      continue;
    }
    const found = readRecord(lines, used, isEnd);
    if (!found) break;
    records.push(found.record);
    used += found.lines;
  }
  return { records, used };
}

interface Found {
  readonly record: CsvRecord;
  /** How many lines it takes. */
  readonly lines: number;
}

function readRecord(lines: readonly Line[], at: number, isEnd: boolean): Found | undefined {
  const { line, endsAt, text, fault } = lines[at] as Line;
  if (fault !== undefined) return { record: { line, endsAt, fields: [], fault }, lines: 1 };
  if (!text.includes(quote)) {
    return { record: { line, endsAt, fields: withoutReturn(text).split(','), fault }, lines: 1 };
  }
  const parsed = parseQuoted(lines, at, isEnd);
  if (parsed === undefined) return undefined;
  if (typeof parsed === 'string') return { record: { line, endsAt, fields: [], fault: parsed }, lines: 1 };
  const last = lines[at + parsed.lines - 1] as Line;
  return { record: { line, endsAt: last.endsAt, fields: parsed.fields, fault }, lines: parsed.lines };
}

/** Returns the fields of a record with quotes; what is wrong with it; or undefined where it needs more lines. */
function parseQuoted(
  lines: readonly Line[],
  at: number,
  isEnd: boolean,
): { readonly fields: string[]; readonly lines: number } | string | undefined {
  const fields: string[] = [];
  let taken = 1;
  let text = (lines[at] as Line).text;
  let length = text.length;
  let position = 0;

  for (;;) {
    let field = '';
    if (text[position] === quote) {
      let from = position + 1;
      for (;;) {
        const close = text.indexOf(quote, from);
        if (close < 0) {
          const next = lines[at + taken];
          if (!next && !isEnd) return undefined;
          if (!next || next.fault !== undefined || length + next.text.length > maxRecordBytes) return unclosedQuote;
          field += `${text.slice(from)}\n`;
          text = next.text;
          length += 1 + text.length;
          from = 0;
          taken += 1;
        } else if (text[close + 1] === quote) {
          field += text.slice(from, close + 1);
          from = close + 2;
        } else {
          field += text.slice(from, close);
          position = close + 1;
          break;
        }
      }
      if (position < text.length && text[position] !== ',' && text.slice(position) !== '\r') {
        return 'has a character behind the quote that closes a field';
      }
    } else {
      const comma = text.indexOf(',', position);
      const end = comma < 0 ? text.length : comma;
      field = text.slice(position, end);
      if (field.includes(quote)) return 'has a quote in a field that does not begin with one';
      position = end;
      if (comma < 0) field = withoutReturn(field);
    }
    fields.push(field);
    if (text[position] !== ',') return { fields, lines: taken };
    position += 1;
  }
}

function withoutReturn(text: string): string {
  return text.endsWith('\r') ? text.slice(0, -1) : text;
}

/** Returns a field as it is written. */
export function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
