import type { OutputFile, ResolvedDocument } from '../types.js';
import { header } from '../typescript/header.js';
import { toLiteral } from '../typescript/literal.js';

/** `client.gen.ts`: a client of openapi-fetch, typed by the document and with its first server as the base URL. */
export function fetchClientOutput(document: ResolvedDocument): OutputFile[] {
  const content = [
    "import createFetchClient, { type Client, type ClientOptions } from 'openapi-fetch';",
    "import type { paths } from './types.gen.js';",
    '',
    '/** The base URL of the first server of the document. */',
    `export const baseUrl: string = ${toLiteral(document.servers[0]?.url ?? '')};`,
    '',
    "/** Returns a client of openapi-fetch whose calls are typed by path and method: `client.GET('/path')`. */",
    'export function createApiClient(options: ClientOptions = {}): Client<paths> {',
    '  return createFetchClient<paths>({ baseUrl, ...options });',
    '}',
    '',
  ];
  return [{ path: `${document.home.folder}/client.gen.ts`, content: `${header(document)}${content.join('\n')}` }];
}
