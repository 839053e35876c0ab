import { setImmediate as turn } from 'node:timers/promises';
import { makeApi } from './make-api.js';
import { resolveDocument } from './model/resolve-document.js';
import { bundleDocument } from './read/bundle-document.js';
import { readSources } from './read/read-sources.js';
import type { LoadedDocument } from './types.js';

/** How a document is read. */
export interface LoadOptions {
  /** Gives up reading, with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads an OpenAPI 3.1 document with every file that it refers to, and makes of it what a mock plays.
 *
 * Nothing is fetched: a `$ref` to another host is an error. Messages name files as seen from the working directory.
 *
 * @throws {DocumentError} `DOCUMENT_INVALID`, with every problem that was found
 * @example
 * const mock = await startMock({ document: await loadDocument('openapi.yaml') });
 */
export async function loadDocument(path: string, { signal }: LoadOptions = {}): Promise<LoadedDocument> {
  const sources = await readSources(process.cwd(), path);
  // Each step may take a tenth of a second of a large document; what else the process does comes in between.
  await turn(undefined, { signal });
  const bundle = await bundleDocument(sources);
  await turn(undefined, { signal });
  const resolved = resolveDocument(bundle, sources);
  await turn(undefined, { signal });
  return { ...makeApi(resolved, sources), files: sources.files() };
}
