import type { ValidationIssue } from '@nexconn-kit/contract';
import type { FieldEncoding } from '../table-types.js';
import { FormPart } from './form-part.js';
import { isHeaderName, isHeaderValue } from './header-syntax.js';
import { plain } from './unwritable.js';
import { textOf, toNamedTexts } from './write-parameters.js';

/** A field of a form; one without a name is a part of a list of them. */
export interface Field {
  readonly name?: string;
  readonly value: unknown;
  readonly encoding: FieldEncoding;
}

export type NamedField = Field & { readonly name: string };

/** A part as it is sent. */
interface Part {
  readonly headers: Readonly<Record<string, string>>;
  readonly content: Blob | Uint8Array<ArrayBuffer> | string;
}

/** Whether a field is written as a parameter of a query is: then no media type counts. */
export function isStyled({ style, explode, allowReserved }: FieldEncoding): boolean {
  return style !== undefined || explode !== undefined || allowReserved !== undefined;
}

/** Whether a value is a part by itself, whatever its style: many documents give one to each field, files included. */
export function isPart(value: unknown): boolean {
  return value instanceof FormPart || value instanceof Blob || bytesOf(value) !== undefined;
}

/** Returns the parts of a field; each item of a list is one, but for that of a list of parts without names. */
export function toParts({ name, value, encoding }: Field): Part[] {
  if (name !== undefined && isStyled(encoding) && !itemsOf(value).some(isPart))
    return toNamedTexts({ ...encoding, name }, value).map(([key, text]) => toPart(key, text, encoding));
  return itemsOf(name === undefined ? [value] : value).map((item) => toPart(name, item, encoding));
}

function toPart(name: string | undefined, given: unknown, encoding: FieldEncoding): Part {
  const { value: item, headers, ...own } = given instanceof FormPart ? given : new FormPart(given, {});
  const type = own.contentType ?? typeOf(item, encoding);
  const content = item instanceof Blob ? item : (bytesOf(item) ?? asText(item, encoding));
  const filename = own.filename ?? (typeof content === 'string' ? undefined : (Reflect.get(content, 'name') ?? 'blob'));
  const disposition = `form-data; name="${quoted(name)}"${filename === undefined ? '' : `; filename="${quoted(filename)}"`}`;
  return {
    headers: {
      ...(name !== undefined && { 'Content-Disposition': disposition }),
      ...(type !== undefined && { 'Content-Type': type }),
      ...encoding.headers,
      ...headers,
    },
    content,
  };
}

/** Returns a name as browsers write it. */
function quoted(name: unknown): string {
  return String(name).replace(/["\r\n]/g, encodeURIComponent);
}

/** Returns the media type that a part says of itself; undefined for what is a plain text without it. */
function typeOf(item: unknown, encoding: FieldEncoding): string | undefined {
  if (item instanceof Blob && item.type !== '') return item.type;
  const types = typesOf(encoding);
  if (isObject(item)) return types.find(isJson) ?? 'application/json';
  const first = types.find((type) => !type.includes('*'));
  return item instanceof Blob || bytesOf(item) ? (first ?? 'application/octet-stream') : first;
}

/** Returns the media types that a part may have; none where the document leaves it open. */
function typesOf(encoding: FieldEncoding): string[] {
  const { contentType = '' } = isStyled(encoding) ? {} : encoding;
  return contentType
    .split(',')
    .map((type) => type.trim())
    .filter((type) => type !== '');
}

/** Returns what is wrong with what parts say of themselves: a line break in it would begin another header, or end the part. */
export function headerIssues({ name = '', value }: Field): ValidationIssue[] {
  return itemsOf(value).flatMap((item): ValidationIssue[] => {
    const header = item instanceof FormPart ? wrongHeader(item) : undefined;
    if (header === undefined) return [];
    const rule =
      'Names and values of headers have one line, and Content-Disposition and Content-Type are set by what sends them.';
    const message = `${name} has ${isHeaderName(header) ? header : 'a header'} that its part cannot have. ${rule}`;
    return [{ field: name, keyword: 'header', message }];
  });
}

function wrongHeader({ headers, contentType = '' }: FormPart): string | undefined {
  if (!isHeaderValue(contentType)) return 'contentType';
  // Those of a `Headers` or a `Map` stand behind methods.
  if (Symbol.iterator in Object(headers)) return 'headers';
  const named = Object.entries({ ...headers });
  return named.find(
    ([header, text]) => !isHeaderName(header) || !isHeaderValue(text) || /^content-(disposition|type)$/i.test(header),
  )?.[0];
}

/** Returns what is wrong with the type of a file, or with an object that has to be written as something else than JSON. */
export function partIssues({ name = '', value, encoding }: Field): ValidationIssue[] {
  const types = typesOf(encoding);
  if (types.length === 0) return [];
  return itemsOf(value).flatMap((item): ValidationIssue[] => {
    const type = statedType(item);
    if (type === '' || types.some((range) => isInRange(type, range))) return [];
    const message = isObject(item)
      ? `${name} is an object, which is sent as application/json. Pass a text of ${encoding.contentType}.`
      : `${name} has the Content-Type ${type}. Send ${encoding.contentType}.`;
    return [{ field: name, keyword: 'contentType', message }];
  });
}

function statedType(item: unknown): string {
  if (item instanceof FormPart) return item.contentType ?? statedType(item.value);
  if (item instanceof Blob) return item.type;
  return isObject(item) ? 'application/json' : '';
}

function isInRange(type: string, range: string): boolean {
  const [given = '', taken = ''] = [type, range].map((text) => text.split(';', 1)[0]?.trim().toLowerCase());
  if (isJson(given)) return isJson(taken) || ['*/*', 'application/*', 'text/plain'].includes(taken);
  return taken === '*/*' || taken === given || (taken.endsWith('/*') && given.startsWith(taken.slice(0, -1)));
}

/** Returns parts as one body, and its type, which names what stands between them. */
export async function joinParts(
  parts: readonly Part[],
  type: string,
): Promise<{ bytes: Uint8Array<ArrayBuffer>; contentType: string }> {
  const boundary = `part-${crypto.randomUUID()}`;
  const pieces = parts.flatMap(({ headers, content }) => {
    const lines = Object.entries(headers).map((header) => `${header.join(': ')}\r\n`);
    return [`--${boundary}\r\n${lines.join('')}\r\n`, content, '\r\n'];
  });
  const body = new Blob([...pieces, `--${boundary}--\r\n`]);
  return { bytes: new Uint8Array(await body.arrayBuffer()), contentType: `${type}; boundary=${boundary}` };
}

/** Returns the items of a list that are there; what is none is the only one. */
export function itemsOf(value: unknown): unknown[] {
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  return items.filter((item) => ((item instanceof FormPart ? item.value : item) ?? undefined) !== undefined);
}

/** Returns the text of a value that no style tells of: JSON where the document says so, or where nothing else can be. */
export function asText(value: unknown, encoding: FieldEncoding): string {
  return isJson(typesOf(encoding)[0] ?? '') ? JSON.stringify(value) : textOf(plain(value));
}

function isObject(value: unknown): boolean {
  if (value instanceof FormPart) return false;
  const said = plain(value);
  return typeof said === 'object' && said !== null && !(said instanceof Blob) && !bytesOf(said);
}

function isJson(type: string): boolean {
  return /[/+]json\s*(;|$)/i.test(type);
}

/** Returns the bytes of a buffer or a view of one; undefined for what is none. */
export function bytesOf(value: unknown): Uint8Array<ArrayBuffer> | undefined {
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  if (!ArrayBuffer.isView(value)) return undefined;
  return new Uint8Array(value.buffer as ArrayBuffer, value.byteOffset, value.byteLength);
}
