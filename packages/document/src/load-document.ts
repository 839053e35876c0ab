import { bundleDocument } from './internal/bundle-document.js';
import { makeApi } from './internal/make-api.js';
import { readSources } from './internal/read-sources.js';
import { resolveDocument } from './internal/resolve-document.js';
import type { LoadedDocument } from './types.js';

/**
 * Reads an OpenAPI 3.1 document with every file that it refers to, and makes of it what a mock plays.
 *
 * Nothing is fetched: a `$ref` to another host is an error. Messages name files as seen from the working directory.
 *
 * @throws {DocumentError} `DOCUMENT_INVALID`, with every problem that was found
 * @example
 * const mock = await startMock({ document: await loadDocument('openapi.yaml') });
 */
export async function loadDocument(path: string): Promise<LoadedDocument> {
  const sources = await readSources(process.cwd(), path);
  const api = makeApi(resolveDocument(await bundleDocument(sources), sources), sources);
  return { ...api, files: sources.files() };
}
