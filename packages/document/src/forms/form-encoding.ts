import { asArray, asObject, dereference } from '../json/references.js';
import type { Json, JsonObject } from '../json/types.js';
import { isPartsType } from './media-types.js';

/** How a field of a form is written, where that is not what its value alone says. */
export interface FieldEncoding {
  /** Media types, with commas between them. */
  contentType?: string;
  style?: string;
  explode?: boolean;
  allowReserved?: boolean;
  /** Headers of its part that have one value. */
  headers?: Record<string, string>;
}

/**
 * Returns what a media type of a form says of how its fields are written, by their names: that of parts without names by their
 * places, and by an empty name that of all others. Nothing for any other media type.
 */
export function encodingOf(
  bundle: JsonObject,
  contentType: string,
  { encoding, prefixEncoding, itemEncoding }: JsonObject,
): { encoding?: Record<string, FieldEncoding> } {
  const isMultipart = isPartsType(contentType);
  if (!isMultipart && !/^application\/x-www-form-urlencoded/i.test(contentType)) return {};
  const byPlace = asArray(prefixEncoding).map((node, index): [string, Json] => [`${index}`, node]);
  const ofOthers: [string, Json][] = itemEncoding === undefined ? [] : [['', itemEncoding]];
  const fields = [...Object.entries(asObject(encoding)), ...byPlace, ...ofOthers].map(
    ([name, node]): [string, FieldEncoding] => {
      const written = asObject(node);
      const headers = isMultipart ? constantHeaders(bundle, written) : {};
      return [name, { ...formOf(written), ...(Object.keys(headers).length > 0 && { headers }) }];
    },
  );
  const told = fields.filter(([, field]) => Object.keys(field).length > 0);
  return told.length === 0 ? {} : { encoding: Object.fromEntries(told) };
}

/** One that has a style, or anything else of a parameter, is written as a parameter of a query: its media type does not count. */
function formOf({ contentType, style, explode, allowReserved }: JsonObject): FieldEncoding {
  const styled: FieldEncoding = {
    ...(typeof style === 'string' && { style }),
    ...(typeof explode === 'boolean' && { explode }),
    ...(typeof allowReserved === 'boolean' && { allowReserved }),
  };
  const isStyled = Object.keys(styled).length > 0;
  return isStyled || typeof contentType !== 'string' ? styled : { contentType };
}

/** A header that is one of several values is left to who sends the part, and its type is said elsewhere. */
function constantHeaders(bundle: JsonObject, { headers }: JsonObject): Record<string, string> {
  const entries = Object.entries(asObject(headers)).flatMap(([name, node]): [string, string][] => {
    const { schema } = asObject(dereference(bundle, node));
    const { const: only, enum: listed } = asObject(dereference(bundle, schema));
    const [value, ...others]: Json[] = only === undefined ? asArray(listed) : [only];
    const isOne = value !== undefined && others.length === 0 && typeof value !== 'object';
    return isOne && name.toLowerCase() !== 'content-type' ? [[name, String(value)]] : [];
  });
  return Object.fromEntries(entries);
}
