import type { ValidationIssue } from '@nexconn-kit/contract';
import type { Parameter, WriteParameters } from '../table-types.js';
import { plain, writeField } from './unwritable.js';

/** Writes path, query and cookies as OpenAPI's styles have them, and headers that are lists or objects. */
export const writeParameters: WriteParameters = ({ path, parameters }, params, headers, refuse) => {
  const query: string[] = [];
  const cookies: string[] = [];
  const issues: ValidationIssue[] = [];
  let written = path;
  for (const parameter of parameters) {
    const { name, in: place, field = name } = parameter;
    const value: unknown = params[place]?.[name];
    if (value === undefined || value === null) continue;
    const texts = writeField(field, value, issues, () => write(parameter, value));
    if (place === 'path') written = written.replaceAll(`{${name}}`, () => texts.join(''));
    else if (place === 'query') query.push(...texts);
    else if (place === 'cookie') cookies.push(...texts);
    else if (typeof value === 'object') headers[name] = texts.join('');
  }
  refuse(issues);
  if (cookies.length > 0) headers.Cookie = cookies.join('; ');
  const pairs = query.filter((pair) => pair !== '');
  return pairs.length === 0 ? written : `${written}?${pairs.join('&')}`;
};

function write(parameter: Parameter, value: unknown): string[] {
  if (parameter.in === 'path') return [writePath(parameter, value)];
  if (parameter.in === 'header') return [joined(parameter, value, (text) => text)];
  return writePairs(parameter, value);
}

type Encode = (text: string) => string;

/** Returns a value as a text; JSON for what has members. */
export function textOf(value: unknown): string {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
}

function encodeAll(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** Leaves what RFC 3986 reserves as it is, and what is encoded already, but for what would end the value or change in it. */
function encodeSome(text: string): string {
  return encodeURI(text)
    .replace(/%(25|5B|5D)/g, decodeURIComponent)
    .replace(/[#&+]/g, encodeURIComponent);
}

function entriesOf(value: object): [name: string, text: string][] {
  return Object.entries(value)
    .filter(([, member]) => member !== undefined && member !== null)
    .map(([name, member]) => [name, textOf(plain(member))]);
}

function itemsOf(value: readonly unknown[]): string[] {
  return value.filter((item) => item !== undefined && item !== null).map((item) => textOf(plain(item)));
}

/** Returns a value in the style `simple`. */
function joined({ explode = false, style }: Parameter, given: unknown, encode: Encode): string {
  const value = plain(given);
  if (style === 'json' || typeof value !== 'object' || value === null) {
    return encode(style === 'json' ? JSON.stringify(value) : textOf(value));
  }
  if (Array.isArray(value)) return itemsOf(value).map(encode).join(',');
  return entriesOf(value)
    .map(([name, text]) => `${encode(name)}${explode ? '=' : ','}${encode(text)}`)
    .join(',');
}

function writePath(parameter: Parameter, given: unknown): string {
  const { name, style, explode = false } = parameter;
  const value = plain(given);
  const text = joined(parameter, value, encodeAll);
  if (style === 'label') return `.${explode ? text.replaceAll(',', '.') : text}`;
  if (style !== 'matrix') return text;
  if (!explode || typeof value !== 'object' || value === null) return `;${name}=${text}`;
  if (Array.isArray(value))
    return itemsOf(value)
      .map((item) => `;${name}=${encodeAll(item)}`)
      .join('');
  return `;${text.replaceAll(',', ';')}`;
}

/** How names, values and what separates them are written. */
interface Signs {
  readonly name: Encode;
  readonly value: Encode;
  readonly separators: Readonly<Record<string, string>>;
}

// The names of many query parameters have brackets, which servers know by themselves.
const encodeName: Encode = (text) => encodeAll(text).replaceAll('%5B', '[').replaceAll('%5D', ']');
const asItIs: Encode = (text) => text;
const inParts: Signs = { name: asItIs, value: asItIs, separators: { spaceDelimited: ' ', pipeDelimited: '|' } };

/** Returns a field of a form in parts as the names and texts that its style makes of it. */
export function toNamedTexts(field: StyledField, given: unknown): [name: string, text: string][] {
  return toPairs(field, given, inParts);
}

/** A field that has one of the styles of a query. */
export type StyledField = Pick<Parameter, 'name' | 'style' | 'explode' | 'allowReserved'> &
  Partial<Pick<Parameter, 'in'>>;

/** Returns a parameter, or a field of a form, as `name=value` pairs in the encoding of URLs. */
export function writePairs(field: StyledField, given: unknown): string[] {
  const value = field.allowReserved ? encodeSome : encodeAll;
  const signs = { name: encodeName, value, separators: { spaceDelimited: '%20', pipeDelimited: '|' } };
  return toPairs(field, given, signs).map((pair) => pair.join('='));
}

function toPairs(field: StyledField, given: unknown, signs: Signs): [name: string, text: string][] {
  const { in: place, style = 'form', explode = style === 'form' } = field;
  const name = signs.name(field.name);
  const value = plain(given);
  if (style === 'json') return [[name, signs.value(JSON.stringify(value))]];
  if (typeof value !== 'object' || value === null) return [[name, signs.value(textOf(value))]];
  const separator = signs.separators[style] ?? ',';
  if (Array.isArray(value)) {
    const items = itemsOf(value).map(signs.value);
    if (explode || style === 'deepObject') return items.map((item) => [name, item]);
    return items.length === 0 ? [] : [[name, items.join(separator)]];
  }
  if (style === 'deepObject') return toDeepPairs(name, value, signs);
  const entries = entriesOf(value);
  if (explode && place !== 'cookie') return entries.map(([key, text]) => [signs.name(key), signs.value(text)]);
  return [[name, entries.flat().map(signs.value).join(separator)]];
}

function toDeepPairs(name: string, value: object, signs: Signs): [name: string, text: string][] {
  return Object.entries(value).flatMap(([key, given]): [string, string][] => {
    const member = plain(given);
    const inner = `${name}[${signs.name(key)}]`;
    if (member === undefined || member === null) return [];
    if (Array.isArray(member)) return itemsOf(member).map((item) => [inner, signs.value(item)]);
    return typeof member === 'object' ? toDeepPairs(inner, member, signs) : [[inner, signs.value(textOf(member))]];
  });
}
