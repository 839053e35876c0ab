import type { Expression, Segment, Selector } from './json-path.js';
import { createReader, type Reader } from './reader.js';

/** The functions of RFC 9535: what each takes, and whether it says a value or only whether something holds. */
const functions: Readonly<
  Record<string, { readonly takes: readonly ('value' | 'nodes')[]; readonly isValue: boolean }>
> = {
  length: { takes: ['value'], isValue: true },
  count: { takes: ['nodes'], isValue: true },
  value: { takes: ['nodes'], isValue: true },
  match: { takes: ['value', 'value'], isValue: false },
  search: { takes: ['value', 'value'], isValue: false },
};

const comparison = /==|!=|<=|>=|<|>/y;
const shorthand = /[A-Za-z_\u0080-\u{10ffff}][A-Za-z0-9_\u0080-\u{10ffff}]*/uy;
const whole = /0|-?[1-9]\d*/y;
const number = /(?:-?(?:0|[1-9]\d*))(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const functionName = /[a-z][a-z0-9_]*(?=\()/y;
const keyword = /(?:true|false|null)(?![A-Za-z0-9_])/y;

/** Returns the segments of a JSONPath (RFC 9535). @throws {JsonPathError} */
export function parseJsonPath(text: string): readonly Segment[] {
  const reader = createReader(text);
  if (!reader.take('$')) reader.fail('a JSONPath begins with $');
  const segments = readSegments(reader);
  if (!reader.isAtEnd()) reader.fail('nothing belongs there');
  return segments;
}

function readSegments(reader: Reader): Segment[] {
  const segments: Segment[] = [];
  for (;;) {
    const mark = reader.mark();
    reader.skipSpace();
    const segment = readSegment(reader);
    if (segment === undefined) {
      reader.goBack(mark);
      return segments;
    }
    segments.push(segment);
  }
}

function readSegment(reader: Reader): Segment | undefined {
  if (reader.take('..')) {
    if (reader.sees('[')) return { isDescendant: true, selectors: readBrackets(reader) };
    return { isDescendant: true, selectors: [readDotted(reader)] };
  }
  if (reader.take('.')) return { isDescendant: false, selectors: [readDotted(reader)] };
  return reader.sees('[') ? { isDescendant: false, selectors: readBrackets(reader) } : undefined;
}

function readDotted(reader: Reader): Selector {
  if (reader.take('*')) return { kind: 'wildcard' };
  const name = reader.match(shorthand);
  return name === undefined ? reader.fail('a name or * belongs after a dot') : { kind: 'name', name };
}

function readBrackets(reader: Reader): Selector[] {
  reader.take('[');
  const selectors: Selector[] = [];
  do {
    reader.skipSpace();
    selectors.push(readSelector(reader));
    reader.skipSpace();
  } while (reader.take(','));
  if (!reader.take(']')) reader.fail('] is missing');
  return selectors;
}

function readSelector(reader: Reader): Selector {
  if (reader.take('*')) return { kind: 'wildcard' };
  if (reader.sees("'") || reader.sees('"')) return { kind: 'name', name: readText(reader) };
  if (reader.take('?')) {
    reader.skipSpace();
    return { kind: 'filter', test: asTest(readOr(reader), reader) };
  }
  return readIndexOrSlice(reader);
}

function readIndexOrSlice(reader: Reader): Selector {
  const start = readWhole(reader);
  const mark = reader.mark();
  reader.skipSpace();
  if (!reader.take(':')) {
    reader.goBack(mark);
    return start === undefined
      ? reader.fail('a name, an index, a slice, * or a filter belongs in brackets')
      : { kind: 'index', index: start };
  }
  reader.skipSpace();
  const end = readWhole(reader);
  reader.skipSpace();
  let step = 1;
  if (reader.take(':')) {
    reader.skipSpace();
    step = readWhole(reader) ?? 1;
  }
  return { kind: 'slice', step, ...(start !== undefined && { start }), ...(end !== undefined && { end }) };
}

function readWhole(reader: Reader): number | undefined {
  const text = reader.match(whole);
  if (text === undefined) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : reader.fail('the number is too large');
}

const escapes: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', '/': '/', '\\': '\\' };

function readText(reader: Reader): string {
  const quote = reader.next();
  let text = '';
  for (;;) {
    if (reader.isAtEnd()) reader.fail(`${quote} is missing at the end of a text`);
    const character = reader.next();
    if (character === quote) return isPaired(text) ? text : reader.fail('half of a surrogate pair stands alone');
    if (character < ' ') reader.fail('a control character has to be escaped');
    text += character === '\\' ? readEscape(reader, quote) : character;
  }
}

function readEscape(reader: Reader, quote: string): string {
  const escaped = reader.next();
  if (escaped === quote) return quote;
  if (escaped !== 'u') return escapes[escaped] ?? reader.fail('there is no such escape');
  const digits = reader.match(/[0-9A-Fa-f]{4}/y) ?? reader.fail('four hexadecimal digits belong after \\u');
  return String.fromCharCode(Number.parseInt(digits, 16));
}

function isPaired(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}

function readOr(reader: Reader): Expression {
  return readJoined(reader, 'or', '||', () => readJoined(reader, 'and', '&&', () => readBasic(reader)));
}

function readJoined(reader: Reader, kind: 'and' | 'or', token: string, read: () => Expression): Expression {
  const first = read();
  const operands = [first];
  for (;;) {
    const mark = reader.mark();
    reader.skipSpace();
    if (!reader.take(token)) {
      reader.goBack(mark);
      break;
    }
    reader.skipSpace();
    operands.push(read());
  }
  return operands.length === 1 ? first : { kind, operands: operands.map((operand) => asTest(operand, reader)) };
}

function readBasic(reader: Reader): Expression {
  if (reader.sees('!') && !reader.sees('!=')) {
    reader.take('!');
    reader.skipSpace();
    return {
      kind: 'not',
      operand: asTest(reader.sees('(') ? readParentheses(reader) : readComparable(reader), reader),
    };
  }
  if (reader.sees('(')) return readParentheses(reader);
  const left = readComparable(reader);
  const mark = reader.mark();
  reader.skipSpace();
  const operator = reader.match(comparison);
  if (operator === undefined) {
    reader.goBack(mark);
    return left;
  }
  reader.skipSpace();
  const right = readComparable(reader);
  return { kind: 'compare', operator, left: asValue(left, reader), right: asValue(right, reader) };
}

function readParentheses(reader: Reader): Expression {
  reader.take('(');
  reader.skipSpace();
  const inner = asTest(readOr(reader), reader);
  reader.skipSpace();
  if (!reader.take(')')) reader.fail(') is missing');
  // What is in parentheses is no value that could be compared.
  return inner.kind === 'and' || inner.kind === 'or' ? inner : { kind: 'and', operands: [inner] };
}

function readComparable(reader: Reader): Expression {
  for (const [sign, isRelative] of [
    ['@', true],
    ['$', false],
  ] as const) {
    if (reader.take(sign)) return { kind: 'query', isRelative, segments: readSegments(reader) };
  }
  if (reader.sees("'") || reader.sees('"')) return { kind: 'literal', value: readText(reader) };
  const name = reader.match(functionName);
  if (name !== undefined) return readCall(reader, name);
  const word = reader.match(keyword);
  if (word !== undefined) return { kind: 'literal', value: JSON.parse(word) };
  const digits = reader.match(number);
  return digits === undefined
    ? reader.fail('a query, a text, a number or a function belongs there')
    : { kind: 'literal', value: Number(digits) };
}

function readCall(reader: Reader, name: string): Expression {
  const known = Object.hasOwn(functions, name) ? functions[name] : undefined;
  if (!known) reader.fail(`there is no function ${name}`);
  reader.take('(');
  const operands: Expression[] = [];
  reader.skipSpace();
  while (!reader.sees(')')) {
    operands.push(readOr(reader));
    reader.skipSpace();
    if (!reader.take(',')) break;
    reader.skipSpace();
    if (reader.sees(')')) reader.fail('an argument is missing');
  }
  if (!reader.take(')')) reader.fail(') is missing');
  const { takes } = known as (typeof functions)[string];
  if (operands.length !== takes.length) reader.fail(`${name} takes ${takes.length} arguments`);
  const checked = operands.map((operand, index) => {
    if (takes[index] === 'value') return asValue(operand, reader);
    return operand.kind === 'query' ? operand : reader.fail(`${name} takes a query`);
  });
  return { kind: 'call', name, operands: checked };
}

/** What stands alone in a filter asks whether something is there, or holds. */
function asTest(expression: Expression, reader: Reader): Expression {
  if (expression.kind === 'literal') reader.fail('a value has to be compared with something');
  if (expression.kind === 'call' && functions[expression.name]?.isValue) {
    reader.fail(`what ${expression.name} returns has to be compared with something`);
  }
  return expression;
}

/** What is compared is one value: a query that may find several is none. */
function asValue(expression: Expression, reader: Reader): Expression {
  if (expression.kind === 'literal') return expression;
  if (expression.kind === 'call' && functions[expression.name]?.isValue) return expression;
  if (expression.kind === 'query' && expression.segments.every(isSingular)) return expression;
  return reader.fail('only a value can be compared: a text, a number, or a query that finds one');
}

function isSingular({ isDescendant, selectors }: Segment): boolean {
  const [only] = selectors;
  return !isDescendant && selectors.length === 1 && (only?.kind === 'name' || only?.kind === 'index');
}
