import { isCollection, isScalar, parseDocument } from 'yaml';
import type { Json, JsonObject } from '../json/types.js';

/** Something that is left to the parser of all of YAML. */
class Unusual extends Error {}

/** Deeper, and the stack might be full. */
const maxLevels = 400;

/**
 * Returns what a file of YAML says, where it is written as documents of OpenAPI mostly are: maps and lists by indents, plain and quoted texts,
 * and blocks of text. Undefined where anything else stands in it or anything is wrong: the package `yaml` reads that, in several
 * times as long.
 */
export function readPlainYaml(text: string): Json | undefined {
  const body = text.replace(/^---\n/, '');
  if (/[\r\uFEFF]|^(?:---|\.\.\.|%)/m.test(body)) return undefined;
  try {
    return readLines(body.split('\n'));
  } catch (error) {
    if (error instanceof Unusual) return undefined;
    throw error;
  }
}

function readLines(lines: readonly string[]): Json {
  let at = -1;
  let indent = 0;
  /** What stands in the line behind its indent, and behind the dashes of the lists that begin in it. */
  let content = '';
  let level = 0;
  advance();
  if (indent !== 0 || (!isItem(content) && keyEnd(content) === undefined)) throw new Unusual();
  const value = readNode(-1);
  if (at < lines.length) throw new Unusual();
  return value;

  /** Goes on to the next line that says something. */
  function advance(): void {
    for (at += 1; at < lines.length; at += 1) {
      const line = lineAt(at);
      indent = indentOf(line);
      content = line.slice(indent);
      if (!isNothing(content)) return;
    }
    indent = -1;
    content = '';
  }

  function lineAt(index: number): string {
    return lines[index] ?? '';
  }

  function readNode(outer: number): Json {
    level += 1;
    if (level > maxLevels) throw new Unusual();
    const isMap = !isItem(content) && keyEnd(content) !== undefined;
    const node = isItem(content) ? readList(indent) : isMap ? readMap(indent) : readText(content, outer);
    level -= 1;
    return node;
  }

  function readMap(own: number): JsonObject {
    const map: JsonObject = {};
    while (indent === own && !isItem(content)) {
      const end = keyEnd(content);
      if (end === undefined) throw new Unusual();
      const key = toKey(withoutSpaces(content.slice(0, end)));
      if (Object.hasOwn(map, key) || key === '__proto__') throw new Unusual();
      const rest = content.slice(end + 1);
      map[key] = readBehind(rest.slice(indentOf(rest)), own, true);
    }
    if (indent > own) throw new Unusual();
    return map;
  }

  function readList(own: number): Json[] {
    const list: Json[] = [];
    while (indent === own && isItem(content)) {
      const spaces = 1 + indentOf(content.slice(1));
      const rest = content.slice(spaces);
      if (isNothing(rest)) list.push(readBehind(rest, own, false));
      else {
        [indent, content] = [own + spaces, rest];
        list.push(readNode(own));
      }
    }
    if (indent > own) throw new Unusual();
    return list;
  }

  /** Reads what stands behind a key or a dash, or in the lines below; the dashes of a list may stand right below its key. */
  function readBehind(rest: string, own: number, isKey: boolean): Json {
    if (!isNothing(rest)) return readText(rest, own);
    advance();
    if (indent > own) return readNode(own);
    return isKey && indent === own && isItem(content) ? readList(own) : null;
  }

  /** Reads a text, a number, or what is in brackets. */
  function readText(text: string, outer: number): Json {
    const first = text.charAt(0);
    if (first === '|' || first === '>') return readBlock(text, outer);
    if (first === '"' || first === "'") return readQuoted(text) ?? readFragment(text, outer);
    if (first === '[' || first === '{') return readFlow(text) ?? readFragment(text, outer);
    if (!startsPlain.test(text)) throw new Unusual();
    return toValue(readPlain(text, outer));
  }

  function readPlain(text: string, outer: number): string {
    let value = withoutComment(text);
    // Nothing goes on behind a comment.
    const isWhole = value.length < withoutSpaces(text).length;
    for (let gap = ' ', next = at + 1; !isWhole && next < lines.length; next += 1) {
      const line = lineAt(next);
      const more = line.slice(indentOf(line));
      if (more === '') gap = gap === ' ' ? '\n' : `${gap}\n`;
      else if (line.length - more.length <= outer || isNothing(more)) break;
      else {
        const part = withoutComment(more);
        if (part.length < withoutSpaces(more).length) throw new Unusual();
        value += `${gap}${part}`;
        gap = ' ';
        at = next;
      }
    }
    advance();
    return value;
  }

  function readQuoted(text: string): string | undefined {
    const quoted = /^(?:"[^"\\\t]*(?:\\.[^"\\\t]*)*"|'(?:[^'\t]|'')*')(?= *$| +#)/.exec(text)?.[0];
    if (quoted === undefined) return undefined;
    advance();
    return unquote(quoted);
  }

  function readFlow(text: string): Json | undefined {
    const isEmpty = /^\{\} *$/.test(text);
    const words = /^\[((?:\w[\w./$-]*(?:, *(?=\w)|(?=\])))*)\] *$/.exec(text)?.[1];
    if (!isEmpty && words === undefined) return undefined;
    advance();
    if (words === undefined) return {};
    return words === '' ? [] : words.split(',').map((word) => toValue(word.slice(indentOf(word))));
  }

  /** Leaves what is in quotes or brackets, or a block of text, to the parser of all of YAML. */
  function readFragment(text: string, outer: number): Json {
    const more = linesBelow(outer);
    const isLast = at + more.length + 1 === lines.length;
    const fragment = `${[text, ...more].join('\n')}${isLast ? '' : '\n'}`;
    const isText = /^["'|>]/.test(text);
    // What is named elsewhere is not in it, and how far a block that counts is in depends on where it stands.
    if (isText ? /^[|>].*\d/.test(text) : /[&*!]|<</.test(fragment)) throw new Unusual();
    const { contents, errors } = parseDocument(fragment, { prettyErrors: false });
    const isWhole = isText ? isScalar(contents) : isCollection(contents) && contents.flow === true;
    if (errors.length > 0 || contents === null || !isWhole) throw new Unusual();
    at += more.length;
    advance();
    return contents.toJSON() as Json;
  }

  function readBlock(header: string, outer: number): Json {
    const [, style, further, strip] = /^([|>])([1-9]?)(-?) *$/.exec(header) ?? [];
    const block = linesBelow(outer);
    const isText = block.map((line) => indentOf(line) < line.length);
    const [start, end] = [isText.indexOf(true), isText.lastIndexOf(true)];
    const own = further ? outer + Number(further) : indentOf(block[start] ?? '');
    const isOdd = (line: string, index: number): boolean => {
      const inner = indentOf(line);
      if (inner === line.length) return inner > own && (style === '>' || index < start || index > end);
      return inner < own || line.charAt(inner) === '\t' || (style === '>' && inner > own);
    };
    if (style === undefined || start === -1 || block.some(isOdd)) return readFragment(header, outer);
    at += block.length;
    advance();
    const texts = block.slice(0, end + 1).map((line) => line.slice(own));
    return `${style === '|' ? texts.join('\n') : fold(texts)}${strip === '-' ? '' : '\n'}`;
  }

  /** Returns the lines below this one that are further in, with the empty ones. */
  function linesBelow(outer: number): string[] {
    const start = at + 1;
    let end = start;
    for (; end < lines.length; end += 1) {
      const inner = indentOf(lineAt(end));
      if (inner <= outer && inner < lineAt(end).length) break;
    }
    return lines.slice(start, end);
  }
}

/** What a plain text may begin with. */
const startsPlain = /^(?:[^\s\-?:,[\]{}#&*!|>'"%@`]|-[^\s])/;

/** Returns how many spaces a line begins with. */
export function indentOf(line: string): number {
  let count = 0;
  while (line.charCodeAt(count) === 32) count += 1;
  return count;
}

function withoutSpaces(text: string): string {
  let end = text.length;
  while (text.charCodeAt(end - 1) === 32) end -= 1;
  return text.slice(0, end);
}

/** Whether an item of a list begins. */
export function isItem(content: string): boolean {
  return content === '-' || content.startsWith('- ');
}

/** Whether what stands behind an indent is empty, or a comment. */
export function isNothing(content: string): boolean {
  return content === '' || content.startsWith('#');
}

/** Returns the key that a line of a plain file begins with; undefined where none begins. */
export function readKey(content: string): string | undefined {
  const end = keyEnd(content);
  return end === undefined ? undefined : toKey(withoutSpaces(content.slice(0, end)));
}

/** Returns where the colon behind a key stands; undefined where no key begins. */
function keyEnd(content: string): number | undefined {
  const quoted = /^(?:"[^"\\]*"|'[^']*')(?=:(?: |$))/.exec(content)?.[0];
  if (quoted !== undefined) return quoted.length;
  if (!startsPlain.test(content)) return undefined;
  const end = content.indexOf(': ');
  if (end !== -1) return end;
  return content.endsWith(':') ? content.length - 1 : undefined;
}

function toKey(text: string): string {
  if (/\t| #/.test(text) || text.length > 1000) throw new Unusual();
  if (/^["']/.test(text)) return unquote(text);
  const key = toValue(text);
  if (typeof key !== 'string' && !(typeof key === 'number' && String(key) === text)) throw new Unusual();
  return text;
}

/** Returns a plain text up to its comment. */
function withoutComment(text: string): string {
  const end = text.indexOf(' #');
  const plain = withoutSpaces(end === -1 ? text : text.slice(0, end));
  if (/: |:$|\t/.test(plain)) throw new Unusual();
  return plain;
}

function unquote(quoted: string): string {
  if (quoted.startsWith("'")) return quoted.slice(1, -1).replaceAll("''", "'");
  if (!quoted.includes('\\')) return quoted.slice(1, -1);
  try {
    return JSON.parse(quoted);
  } catch {
    // YAML has escapes that JSON has not.
    throw new Unusual();
  }
}

/** Returns what a plain text stands for in the core schema of YAML. */
function toValue(text: string): Json {
  if (!/^[-+.\d~nNtTfF<]/.test(text)) return text;
  if (/^(?:~|[Nn]ull|NULL)$/.test(text)) return null;
  if (/^(?:[Tt]rue|TRUE)$/.test(text)) return true;
  if (/^(?:[Ff]alse|FALSE)$/.test(text)) return false;
  if (/^[-+]?\d+$/.test(text)) return Number.parseInt(text, 10);
  if (/^[-+]?(?:\.\d+|\d+\.\d*|(?:\.\d+|\d+\.?\d*)[eE][-+]?\d+)$/.test(text)) return Number.parseFloat(text);
  // Numbers that are seldom written so, and a merge.
  if (/^(?:[-+]?\.inf|\.nan|0o[0-7]+|0x[\da-f]+|<<)$/i.test(text)) throw new Unusual();
  return text;
}

/** Joins the lines of a folded block: those with nothing in between by spaces. */
function fold(lines: readonly string[]): string {
  let text = '';
  let gap = '';
  for (const line of lines) {
    if (line === '') gap = gap === ' ' ? '\n' : `${gap}\n`;
    else {
      text += `${gap}${line}`;
      gap = ' ';
    }
  }
  return text;
}
