import { basename, dirname } from 'node:path';
import * as writers from '@nexconn-kit/client/api';
import { type ApiDescription, createApiClient } from '@nexconn-kit/client/api';
import { bundleDocument, describeClient, readSources, resolveDocument } from '@nexconn-kit/document/compiler';

/** Returns the calls of a client for the document in a file, which sends what it sends by a `fetch`, and each once. */
export async function clientOf<Operations>(
  file: string,
  baseUrl: string,
  fetch: (request: Request) => Promise<Response>,
): Promise<Operations> {
  const sources = await readSources(dirname(file), basename(file));
  const resolved = resolveDocument(bundleDocument(sources), sources, 'play');
  const description = describeClient(resolved, resolved.operations, sources, writers) as unknown as ApiDescription;
  return createApiClient(description, { baseUrl, retry: false, fetch }).operations as unknown as Operations;
}
