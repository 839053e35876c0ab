import openapiTS, { astToString, type OpenAPI3 } from 'openapi-typescript';
import type { OutputFile, ResolvedDocument } from '../types.js';
import { header } from '../typescript/header.js';

/** `types.gen.ts`: the types that openapi-fetch is used with. The only file that knows openapi-typescript. */
export async function typesOutput(document: ResolvedDocument): Promise<OutputFile[]> {
  // It changes what it is given.
  const copy = structuredClone(document.bundle) as unknown as OpenAPI3;
  const nodes = await openapiTS(copy, { silent: true, defaultNonNullable: false });
  const path = `${document.home.folder}/types.gen.ts`;
  return [{ path, content: `${header(document.source)}${astToString(nodes)}` }];
}
