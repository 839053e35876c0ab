import { isJsonType, type JsonObject, parametersOf, type Resolve } from '../document/lookup.js';
import { toFormValue } from './form-value.js';
import { isFormType } from './read-form.js';

/** A parameter that is the query as a whole: `in: querystring` of OpenAPI 3.2. */
export interface WholeParameter {
  readonly name: string;
  readonly contentType: string;
  readonly media: JsonObject;
}

/** Returns the parameter that is the query as a whole; undefined where the query is of single ones. */
export function findWhole(pathItem: JsonObject, definition: JsonObject, resolve: Resolve): WholeParameter | undefined {
  const node = parametersOf(pathItem, definition, resolve).find((parameter) => parameter.in === 'querystring');
  const [[contentType, media] = []] = Object.entries(resolve(node?.content));
  return node && contentType !== undefined ? { name: `${node.name}`, contentType, media: resolve(media) } : undefined;
}

/** What Prism's caller may write into any query; it is none of the document's. */
const preferences = new Set(['__code', '__example', '__dynamic']);

/** Returns the value of a query as a whole; undefined where there is none, and the text where that is no JSON. */
export function readWholeQuery(
  query: URLSearchParams,
  { contentType, media }: WholeParameter,
  resolve: Resolve,
): unknown {
  const fields = [...query].filter(([name]) => !preferences.has(name));
  if (fields.length === 0) return undefined;
  if (isFormType(contentType)) {
    return toFormValue(
      fields.map(([name, text]) => ({ name, mediaType: undefined, text })),
      media,
      resolve,
    );
  }
  const text = fields.map(([name, value]) => (value === '' ? name : `${name}=${value}`)).join('&');
  if (!isJsonType(contentType)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
