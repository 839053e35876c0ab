import { basename, dirname } from 'node:path';
import * as writers from '@nexconn-kit/client/api';
import { type ApiClient, type ApiDescription, createApiClient } from '@nexconn-kit/client/api';
import { bundleDocument, describeClient, readSources, resolveDocument } from '@nexconn-kit/document/compiler';

/** Returns the calls of a client for the document in a file, which sends what it sends by a `fetch`, and each once. */
export async function clientOf<Operations>(
  file: string,
  baseUrl: string,
  fetch: (request: Request) => Promise<Response>,
): Promise<Operations> {
  return (await apiClientOf(file, baseUrl, fetch)).operations as unknown as Operations;
}

/** Returns the whole of that client. */
export async function apiClientOf<Paths extends object>(
  file: string,
  baseUrl: string,
  fetch: (request: Request) => Promise<Response>,
): Promise<ApiClient<object, Paths>> {
  const sources = await readSources(dirname(file), basename(file));
  const resolved = resolveDocument(bundleDocument(sources), sources, 'play');
  const description = describeClient(resolved, resolved.operations, sources, writers);
  const options = { baseUrl, retry: false, fetch } as const;
  return createApiClient(description as unknown as ApiDescription<object, Paths>, options);
}
