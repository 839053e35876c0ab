import type { Parameter, WriteParameters } from '../table-types.js';

/** Writes path, query and cookies as OpenAPI's styles have them, and headers that are lists or objects. */
export const writeParameters: WriteParameters = ({ path, parameters }, params, headers) => {
  const query: string[] = [];
  const cookies: string[] = [];
  let written = path;
  for (const parameter of parameters) {
    const { name, in: place } = parameter;
    const value: unknown = params[place]?.[name];
    if (value === undefined || value === null) continue;
    if (place === 'path') written = written.replaceAll(`{${name}}`, () => writePath(parameter, value));
    else if (place === 'query') query.push(...writePairs(parameter, value));
    else if (place === 'cookie') cookies.push(...writePairs(parameter, value));
    else if (typeof value === 'object') headers[name] = joined(parameter, value, (text) => text);
  }
  if (cookies.length > 0) headers.Cookie = cookies.join('; ');
  const pairs = query.filter((pair) => pair !== '');
  return pairs.length === 0 ? written : `${written}?${pairs.join('&')}`;
};

type Encode = (text: string) => string;

function textOf(value: unknown): string {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
}

/** Dates and others that say how they are written as JSON are texts. */
function plain(value: unknown): unknown {
  const toJSON: unknown = Reflect.get(Object(value), 'toJSON');
  return typeof toJSON === 'function' ? toJSON.call(value) : value;
}

function encodeAll(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** Leaves what RFC 3986 reserves as it is, and what is encoded already. */
function encodeSome(text: string): string {
  return encodeURI(text).replaceAll('%25', '%').replaceAll('%5B', '[').replaceAll('%5D', ']').replaceAll('#', '%23');
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

function writePairs(parameter: Parameter, given: unknown): string[] {
  const { name: plainName, in: place, style = 'form', explode = style === 'form', allowReserved } = parameter;
  const encode = allowReserved ? encodeSome : encodeAll;
  // The names of many query parameters have brackets, which servers know by themselves.
  const encodeName: Encode = (text) => encodeAll(text).replaceAll('%5B', '[').replaceAll('%5D', ']');
  const name = encodeName(plainName);
  const value = plain(given);
  const pair = (key: string, text: string): string => `${key}=${encode(text)}`;
  if (style === 'json') return [pair(name, JSON.stringify(value))];
  if (typeof value !== 'object' || value === null) return [pair(name, textOf(value))];
  if (Array.isArray(value)) {
    const items = itemsOf(value);
    if (explode || style === 'deepObject') return items.map((item) => pair(name, item));
    const separator = style === 'spaceDelimited' ? '%20' : style === 'pipeDelimited' ? '|' : ',';
    return [`${name}=${items.map(encode).join(separator)}`];
  }
  if (style === 'deepObject') return writeDeep(name, value, pair, encodeName);
  const entries = entriesOf(value);
  if (explode && place === 'query') return entries.map(([key, text]) => pair(encodeName(key), text));
  return [`${name}=${entries.map(([key, text]) => `${encode(key)},${encode(text)}`).join(',')}`];
}

function writeDeep(
  name: string,
  value: object,
  pair: (key: string, text: string) => string,
  encodeName: Encode,
): string[] {
  return Object.entries(value).flatMap(([key, given]) => {
    const member = plain(given);
    const inner = `${name}[${encodeName(key)}]`;
    if (member === undefined || member === null) return [];
    if (Array.isArray(member)) return itemsOf(member).map((item) => pair(inner, item));
    return typeof member === 'object' ? writeDeep(inner, member, pair, encodeName) : [pair(inner, textOf(member))];
  });
}
