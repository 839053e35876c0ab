import openapiTS, { astToString, type OpenAPI3 } from 'openapi-typescript';
import type { OutputFile, ResolvedDocument } from '../types.js';
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
  const copy = structuredClone(document.bundle) as unknown as OpenAPI3;
  const nodes = await openapiTS(copy, { silent: true, defaultNonNullable: false });
  const path = `${document.home.folder}/types.gen.ts`;
  return [{ path, content: `${header(document)}${astToString(nodes)}` }];
}
