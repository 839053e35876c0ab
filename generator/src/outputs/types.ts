import { asObject, dereference, isObject } from '@nexconn-kit/document/compiler';
import openapiTS, { astToString, type OpenAPI3 } from 'openapi-typescript';
import type { JsonObject, OutputFile, ResolvedDocument } from '../types.js';
import { header } from '../typescript/header.js';

/**
 * `types.gen.ts`: `paths`, `components` and `operations`, the types that openapi-fetch is used with. The only file that
 * knows openapi-typescript.
 *
 * That package is in maintenance mode, and `typescript/type-writer.ts` writes the same schemas as named types with their
 * limits. It stays, since openapi-fetch infers from its exact shape. To replace it, the type writer has to write
 * `paths` itself: for each path and method `parameters` by place, `requestBody` and `responses` by status and media type,
 * about 60 lines on its `typeOf` and `members`; the types test of the client says whether it is right.
 */
export async function typesOutput(document: ResolvedDocument): Promise<OutputFile[]> {
  // It changes what it is given.
  const copy = structuredClone(readable(document)) as unknown as OpenAPI3;
  const nodes = await openapiTS(copy, { silent: true, defaultNonNullable: false });
  const path = `${document.home.folder}/types.gen.ts`;
  return [{ path, content: `${header(document)}${astToString(nodes)}` }];
}

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];

/** Returns a document without the operations that were left out of it; a `$ref` that leads nowhere or in a circle, which is refused, becomes `{}`. */
function readable({ bundle, operations }: Pick<ResolvedDocument, 'bundle' | 'operations'>): JsonObject {
  const played = new Set(operations.map(({ method, path }) => `${method.toLowerCase()} ${path}`));
  const paths = Object.entries(asObject(bundle.paths)).flatMap(([path, item]): [string, typeof item][] => {
    if (!isObject(item) || typeof item.$ref === 'string') return [[path, item]];
    const kept = Object.entries(item).filter(([key]) => !methods.includes(key) || played.has(`${key} ${path}`));
    return kept.some(([key]) => methods.includes(key)) ? [[path, Object.fromEntries(kept)]] : [];
  });
  const left = bundle.paths === undefined ? bundle : { ...bundle, paths: Object.fromEntries(paths) };
  return JSON.parse(JSON.stringify(left), (_, value) => (isBroken(value) ? {} : value));

  function isBroken(value: unknown): boolean {
    if (!isObject(value) || typeof value.$ref !== 'string') return false;
    return !value.$ref.startsWith('#') || dereference(bundle, value as JsonObject) === undefined;
  }
}
