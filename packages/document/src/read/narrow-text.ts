import { indentOf, isItem, isNothing, readKey } from './plain-yaml.js';

/** A part of a text. */
export interface NarrowedText {
  readonly text: string;
  /** Returns where a character of the part stands in the whole. */
  readonly offsetInWhole: (offset: number) => number;
}

/** As many keys name one of many in a document, such as a schema in `components`. */
export const narrowingKeys = 3;

/**
 * Returns of the text of plain YAML what its first keys lead to, three of them or two: their lines, and what is below the last.
 * Undefined where they lead nowhere, or through a list.
 *
 * To find the place of one mistake in a large document, all of its syntax would take longer than to read its values.
 */
export function narrowText(text: string, keys: readonly string[]): NarrowedText | undefined {
  const lines = text.split('\n');
  const found: Lines[] = [];
  let inner: Lines = { start: 0, end: lines.length };
  for (const key of keys.slice(0, narrowingKeys)) {
    const next = findKey(lines, key, inner);
    if (!next) break;
    found.push(next);
    inner = { start: next.start + 1, end: next.end };
  }
  const last = found.pop();
  if (!last || found.length === 0) return undefined;
  const starts = found.map(({ start }) => start);
  return pick(lines, [...starts.map((start) => ({ start, end: start + 1 })), last]);
}

/** Returns a text of these lines alone. */
function pick(lines: readonly string[], parts: readonly Lines[]): NarrowedText {
  let text = '';
  const shifts = parts.map(({ start, end }) => {
    const from = text.length;
    text += `${lines.slice(start, end).join('\n')}\n`;
    return { from, by: lengthOf(lines, start) - from };
  });
  return { text, offsetInWhole: (offset) => offset + (shifts.findLast(({ from }) => from <= offset)?.by ?? 0) };
}

function lengthOf(lines: readonly string[], count: number): number {
  let length = 0;
  for (let index = 0; index < count; index += 1) length += (lines[index] ?? '').length + 1;
  return length;
}

/** Lines from the first to that behind the last. */
interface Lines {
  readonly start: number;
  readonly end: number;
}

/** Returns the lines of a key of the map that stands in these, with what is below it. */
function findKey(lines: readonly string[], key: string, { start, end }: Lines): Lines | undefined {
  const contentOf = (index: number): string => (lines[index] ?? '').slice(indentOf(lines[index] ?? ''));
  const isSaying = (index: number): boolean => !isNothing(contentOf(index)) && lines[index] !== '---';
  let at = start;
  while (at < end && !isSaying(at)) at += 1;
  const own = indentOf(lines[at] ?? '');
  const isOwn = (index: number): boolean => isSaying(index) && indentOf(lines[index] ?? '') <= own;
  const isNext = (index: number): boolean => isOwn(index) && !isItem(contentOf(index));
  while (at < end && !(isNext(at) && readKey(contentOf(at)) === key)) at += 1;
  if (at === end) return undefined;
  let next = at + 1;
  while (next < end && !isNext(next)) next += 1;
  return { start: at, end: next };
}
