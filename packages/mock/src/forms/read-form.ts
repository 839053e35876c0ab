import { asObject, createResolver, type JsonObject, type Resolve } from '../document/lookup.js';
import { ApiError } from '../http/api-error.js';
import type { Route } from '../http/types.js';
import { encodingOf, isStyled, toFormValue } from './form-value.js';
import { readHeaderValue } from './header-value.js';
import { type FormPart, readParts } from './read-parts.js';

/** Returns the value of a body that is a form as its operation describes one; `undefined` for any other body. */
type ReadForm = (route: Pick<Route, 'definition'>, contentType: string, bytes: Uint8Array) => unknown;

/** Creates what reads forms. It throws an `ApiError` where the body is none, or a part of it has a type that is not documented. */
export function createFormReader(document: JsonObject): ReadForm {
  const resolve = createResolver(document);
  return function readForm({ definition }, contentType, bytes) {
    const { value: type, parameters } = readHeaderValue(contentType);
    if (!isFormType(type) && !isPartsType(type)) return undefined;
    const content = asObject(resolve(definition.requestBody).content);
    const documented = Object.keys(content).find((key) => readHeaderValue(key).value === type);
    const boundary = parameters.get('boundary');
    // Without a boundary Prism says what is missing.
    if (documented === undefined || (isPartsType(type) && boundary === undefined)) return undefined;
    const media = resolve(content[documented]);
    const shape = shapeOf(media, resolve);
    // Nothing is said of its parts: it stays what it is.
    if (type !== multipart && isPartsType(type) && shape === undefined) return undefined;
    const byPlace = shape === 'array' && type !== multipart;
    const parts = isPartsType(type) ? readParts(bytes, `${boundary}`, byPlace) : readUrlEncoded(bytes);
    if (parts === undefined)
      throw new ApiError('ParameterInvalid', 'The request body is no form in parts, or breaks off.');
    const form = byPlace ? formByPlaces(parts, media, resolve) : media;
    const encodings = asObject(form.encoding);
    refuseTypes(parts, encodings);
    if (isPartsType(type)) refuseMissingHeaders(parts, encodings, resolve);
    const value = toFormValue(parts, form, resolve);
    return byPlace ? parts.map(({ name }) => asObject(value)[name]) : value;
  };
}

/** Returns what a body in parts is: a list of them by their places, or an object by their names. */
function shapeOf({ schema }: JsonObject, resolve: Resolve): 'array' | 'object' | undefined {
  const { type, items, prefixItems, properties } = resolve(schema);
  if (type === 'array' || items !== undefined || prefixItems !== undefined) return 'array';
  return type === 'object' || properties !== undefined ? 'object' : undefined;
}

/** Returns the form that has parts without names as its fields, by their places. */
function formByPlaces(parts: readonly FormPart[], media: JsonObject, resolve: Resolve): JsonObject {
  const { prefixItems, items } = resolve(media.schema);
  const { prefixEncoding, itemEncoding } = media;
  const at = (list: unknown, index: number, others: unknown): unknown =>
    (Array.isArray(list) ? list[index] : undefined) ?? others ?? {};
  const byName = (of: (index: number) => unknown): JsonObject =>
    Object.fromEntries(parts.map(({ name }, index) => [name, of(index)]));
  const properties = byName((index) => at(prefixItems, index, items));
  return { schema: { properties }, encoding: byName((index) => at(prefixEncoding, index, itemEncoding)) };
}

const multipart = 'multipart/form-data';

/** Whether a media type is a body in parts. */
export function isPartsType(mediaType: string): boolean {
  return /^multipart\//i.test(mediaType);
}

/** Whether a media type is a form of named fields. */
export function isFormType(mediaType: string): boolean {
  return /^(multipart\/form-data|application\/x-www-form-urlencoded)\s*(;|$)/i.test(mediaType);
}

function readUrlEncoded(bytes: Uint8Array): FormPart[] {
  const pairs = Buffer.from(bytes).toString().split('&');
  return pairs.flatMap((pair) =>
    [...new URLSearchParams(pair)].map(([name, text]) => {
      const encoded = pair.slice(pair.indexOf('=') + 1);
      return { name, mediaType: undefined, text, encoded };
    }),
  );
}

/** What is written where nobody knows the type of a file, as `FormData` has it of a `Blob` without one. */
const unknownType = 'application/octet-stream';

/** Refuses a part without a header that the document demands of it; its own type is none of these. */
function refuseMissingHeaders(parts: readonly FormPart[], encodings: JsonObject, resolve: Resolve): void {
  for (const { name, headers } of parts) {
    const demanded = Object.entries(asObject(encodingOf(encodings, name).headers)).filter(
      ([header, node]) => header.toLowerCase() !== 'content-type' && resolve(node).required === true,
    );
    const missing = demanded.find(([header]) => !headers?.has(header.toLowerCase()));
    if (missing)
      throw new ApiError('ParameterInvalid', `The part ${name} has no header ${missing[0]}. Send it with the part.`);
  }
}

/** Refuses a part whose own media type is none that the document has for it; one that says none is taken as it is. */
function refuseTypes(parts: readonly FormPart[], encodings: JsonObject): void {
  for (const { name, mediaType } of parts) {
    const encoding = encodingOf(encodings, name);
    const { contentType } = encoding;
    if (mediaType === undefined || mediaType === unknownType) continue;
    if (typeof contentType !== 'string' || isStyled(encoding)) continue;
    const taken = contentType.split(',').map((range) => readHeaderValue(range).value);
    if (taken.some((range) => isInRange(mediaType, range))) continue;
    const message = `${name} has the Content-Type ${mediaType}. Send ${contentType}.`;
    throw new ApiError('ParameterInvalid', message);
  }
}

function isInRange(mediaType: string, range: string): boolean {
  return range === '*/*' || range === mediaType || (range.endsWith('/*') && mediaType.startsWith(range.slice(0, -1)));
}
