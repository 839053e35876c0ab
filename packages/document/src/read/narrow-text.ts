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

/** Returns the same of the text of JSON, whose values stand in braces of their own there. */
export function narrowJson(text: string, keys: readonly string[]): NarrowedText | undefined {
  const found: Member[] = [];
  let at = endOfSpace(text, text.startsWith('\uFEFF') ? 1 : 0);
  for (const key of keys.slice(0, narrowingKeys)) {
    const next = findMember(text, key, at);
    if (!next) break;
    found.push(next);
    at = next.value;
  }
  if (found.length < 2) return undefined;
  let part = '';
  const shifts = found.map(({ key, value }, index) => {
    part += '{';
    const from = part.length;
    part += text.slice(key, index === found.length - 1 ? endOfValue(text, value) : value);
    return { from, by: key - from };
  });
  return toNarrowed(`${part}${'}'.repeat(found.length)}`, shifts);
}

/** Where the key of a member of an object begins, and where its value does. */
interface Member {
  readonly key: number;
  readonly value: number;
}

/** Returns the member of that name of the object that begins at a place. */
function findMember(text: string, name: string, start: number): Member | undefined {
  if (text[start] !== '{') return undefined;
  for (let key = endOfSpace(text, start + 1); text[key] === '"'; ) {
    const end = endOfString(text, key);
    const value = endOfSpace(text, text.indexOf(':', end) + 1);
    if (JSON.parse(text.slice(key, end)) === name) return { key, value };
    const behind = endOfSpace(text, endOfValue(text, value));
    if (text[behind] !== ',') return undefined;
    key = endOfSpace(text, behind + 1);
  }
  return undefined;
}

function endOfSpace(text: string, start: number): number {
  let at = start;
  while (/\s/.test(text[at] ?? '')) at += 1;
  return at;
}

function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); ; end = text.indexOf('"', end + 1)) {
    let slashes = 0;
    while (text[end - slashes - 1] === '\\') slashes += 1;
    if (slashes % 2 === 0) return end + 1;
  }
}

function endOfValue(text: string, start: number): number {
  let at = start;
  for (let depth = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === '"') at = endOfString(text, at) - 1;
    else if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') depth -= 1;
    // Of a number or a word, what is behind it.
    if (depth < 0) return at;
    if (depth === 0 && /[}\]",]/.test(text[at] ?? '')) return text[at] === ',' ? at : at + 1;
  }
  return at;
}

/** Returns a text of these lines alone. */
function pick(lines: readonly string[], parts: readonly Lines[]): NarrowedText {
  let text = '';
  const shifts = parts.map(({ start, end }) => {
    const from = text.length;
    text += `${lines.slice(start, end).join('\n')}\n`;
    return { from, by: lengthOf(lines, start) - from };
  });
  return toNarrowed(text, shifts);
}

function toNarrowed(text: string, shifts: readonly { from: number; by: number }[]): NarrowedText {
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
