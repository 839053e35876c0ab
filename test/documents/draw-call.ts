import type { Dice } from '../soak/create-dice.js';
import { drawValue } from './draw-value.js';
import { membersOf, type Node, type RawDocument, type RawOperation } from './raw-document.js';

/** A call as it goes over the wire. */
export interface DrawnCall {
  readonly operation: RawOperation;
  /** What was done to it, for the report. */
  readonly change: string;
  readonly path: string;
  readonly query: readonly (readonly [name: string, value: string])[];
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

type Members = Readonly<Record<string, Node>>;

/** What may be wrong with a call, or odd. */
const changes = [
  'none',
  'none',
  'none',
  'no credentials',
  'no body',
  'no parameters',
  'other body',
  'other parameters',
  'accept',
  'prefer',
];

/** Draws a call of an operation, right in one of three and with one thing changed in the others. */
export function drawCall(document: RawDocument, operation: RawOperation, dice: Dice): DrawnCall {
  const { resolve } = document;
  const change = dice.pick(changes);
  const { definition, pathItem } = operation;
  const lists = [pathItem.parameters, definition.parameters].flatMap((list) => (Array.isArray(list) ? list : []));
  const parameters = new Map(lists.map(resolve).map((each) => [`${each.in} ${each.name}`, each]));
  let path = operation.path;
  const query: [string, string][] = [];
  const headers: Record<string, string> = change === 'no credentials' ? {} : credentials(document, operation, query);
  for (const parameter of parameters.values()) {
    const { name, in: place, required } = parameter;
    const isLeftOut = place !== 'path' && (change === 'no parameters' || (required !== true && dice.chance(50)));
    if (isLeftOut) continue;
    const value =
      change === 'other parameters' ? dice.pick(['', 'x', '-1', '1.5']) : drawParameter(parameter, document, dice);
    if (place === 'path') path = path.replace(`{${name}}`, encodeURIComponent(textOf(value) || 'x'));
    else if (place === 'query') query.push(...toPairs(`${name}`, value, parameter));
    else if (place === 'header') headers[`${name}`.toLowerCase()] = textOf(value).replace(/[^ -~]/g, 'x');
    else if (place === 'cookie')
      headers.cookie = [headers.cookie, `${name}=${encodeURIComponent(textOf(value))}`].filter(Boolean).join('; ');
  }
  path = path.replace(/\{[^}]*\}/g, 'x');
  const body = change === 'no body' ? undefined : drawBody(document, operation, dice, change, headers);
  if (body !== undefined) headers['content-length'] = `${Buffer.byteLength(body)}`;
  if (change === 'accept')
    headers.accept = dice.pick(['application/json', 'text/plain', 'application/xml;q=0.5, */*', 'image/png']);
  if (change === 'prefer')
    headers.prefer = `code=${dice.pick(
      Object.keys(membersOf(definition.responses))
        .filter((key) => /^\d{3}$/.test(key))
        .concat('418'),
    )}`;
  return { operation, change, path, query, headers, body };
}

function drawParameter(parameter: Members, document: RawDocument, dice: Dice): unknown {
  const [first] = Object.values(membersOf(parameter.examples));
  const shown = [parameter.example, document.resolve(first).value].filter((value) => value !== undefined);
  if (shown.length > 0 && dice.chance(70)) return shown[0];
  const [media] = Object.values(membersOf(parameter.content));
  if (media !== undefined) return JSON.stringify(drawValue(membersOf(media).schema, document, dice));
  return drawValue(parameter.schema ?? {}, document, dice);
}

function toPairs(name: string, value: unknown, { style = 'form', explode }: Members): [string, string][] {
  if (Array.isArray(value)) {
    if (explode ?? style === 'form') return value.map((item) => [name, textOf(item)]);
    const separator = style === 'spaceDelimited' ? ' ' : style === 'pipeDelimited' ? '|' : ',';
    return [[name, value.map(textOf).join(separator)]];
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value);
    if (style === 'deepObject') return entries.map(([key, each]) => [`${name}[${key}]`, textOf(each)]);
    if (explode ?? true) return entries.map(([key, each]) => [key, textOf(each)]);
    return [[name, entries.flat().map(textOf).join(',')]];
  }
  return [[name, textOf(value)]];
}

function textOf(value: unknown): string {
  return typeof value === 'object' ? (JSON.stringify(value) ?? '') : `${value}`;
}

/** Writes the credentials of the first way in which an operation may be called. */
function credentials(
  { root, resolve }: RawDocument,
  { definition }: RawOperation,
  query: [string, string][],
): Record<string, string> {
  const [alternative] = [definition.security ?? root.security ?? []].flat();
  const headers: Record<string, string> = {};
  for (const name of Object.keys(membersOf(alternative))) {
    const scheme = resolve(membersOf(membersOf(root.components).securitySchemes)[name]);
    if (scheme.type === 'apiKey' && scheme.in === 'query') query.push([`${scheme.name}`, 'key']);
    else if (scheme.type === 'apiKey' && scheme.in === 'cookie') headers.cookie = `${scheme.name}=key`;
    else if (scheme.type === 'apiKey') headers[`${scheme.name}`.toLowerCase()] = 'key';
    else headers.authorization = `${scheme.scheme}`.toLowerCase() === 'basic' ? 'Basic YTpi' : 'Bearer abc';
  }
  return headers;
}

function drawBody(
  document: RawDocument,
  { method, definition }: RawOperation,
  dice: Dice,
  change: string,
  headers: Record<string, string>,
): string | undefined {
  // A Request of the platform has no body with these.
  if (method === 'GET' || method === 'HEAD' || method === 'TRACE') return undefined;
  const content = Object.entries(membersOf(document.resolve(definition.requestBody).content));
  if (content.length === 0) return undefined;
  const [mediaType, media] = dice.pick(content);
  const { schema, example, examples } = document.resolve(media);
  const type = mediaType.includes('*') ? 'application/json' : mediaType;
  headers['content-type'] = type;
  if (change === 'other body') {
    const other = dice.pick(['{}', '[]', '"text"', '{"a":null}', 'text']);
    if (other === 'text') headers['content-type'] = 'text/plain';
    return other;
  }
  const shown = [example, document.resolve(Object.values(membersOf(examples))[0]).value].filter(
    (value) => value !== undefined,
  );
  const value = shown.length > 0 && dice.chance(50) ? shown[0] : drawValue(schema ?? {}, document, dice);
  return writeBody(type, value, headers);
}

const boundary = 'boundary-of-a-drawn-call';

function writeBody(type: string, value: unknown, headers: Record<string, string>): string {
  if (/[/+]json/.test(type)) return JSON.stringify(value) ?? 'null';
  if (type === 'application/x-www-form-urlencoded') {
    return new URLSearchParams(Object.entries(membersOf(value)).map(([name, each]) => [name, textOf(each)])).toString();
  }
  if (type === 'multipart/form-data') {
    headers['content-type'] = `${type}; boundary=${boundary}`;
    const parts = Object.entries(membersOf(value)).map(
      ([name, each]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${textOf(each)}\r\n`,
    );
    return `${parts.join('')}--${boundary}--\r\n`;
  }
  return typeof value === 'string' ? value : textOf(value);
}
