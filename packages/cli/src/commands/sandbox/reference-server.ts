import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { dirname, join } from 'node:path';
import { CliError, limitPipelining, listen } from '@nexconn-kit/token-server/command-line';

/** A file to serve. */
export interface StaticFile {
  readonly path: string;
  readonly contentType: string;
  /** Other pages that it links at its top; read at each request. Default: none. */
  readonly links?: readonly PageLink[];
}

/** A page on another port. */
export interface PageLink {
  readonly title: string;
  readonly url: string;
}

/** A server on this machine. */
export interface StaticServer extends AsyncDisposable {
  /** Such as `http://127.0.0.1:4030`. */
  readonly url: string;
}

/**
 * Serves the API reference page, and the guide and the OpenAPI documents beside it.
 *
 * @throws {CliError} PAGE_MISSING, PORT_IN_USE, LISTEN_FAILED
 */
export async function startReferenceServer(
  pagePath: string,
  port: number,
  host?: string,
  links: readonly PageLink[] = [],
): Promise<StaticServer> {
  if (!existsSync(pagePath)) {
    const message = 'The API reference page is not built. Build it with: npm run docs';
    throw new CliError(message, { code: 'PAGE_MISSING' });
  }
  const folder = dirname(pagePath);
  const contentType = 'text/html; charset=utf-8';
  const page = { path: pagePath, contentType, links };
  const files = new Map<string, StaticFile>([
    ['/', page],
    ['/index.html', page],
    ['/many-users.html', { path: join(folder, 'many-users.html'), contentType }],
    ['/openapi.json', { path: join(folder, 'openapi.json'), contentType: 'application/json' }],
    ['/openapi.yaml', { path: join(folder, 'openapi.yaml'), contentType: 'application/yaml' }],
  ]);
  return startStaticServer(files, port, host);
}

/**
 * Serves these files, and nothing else, by default on 127.0.0.1: a request only picks a key of the map, so no path leads elsewhere.
 *
 * @throws {CliError} PORT_IN_USE, LISTEN_FAILED
 */
export async function startStaticServer(
  files: ReadonlyMap<string, StaticFile>,
  port: number,
  host?: string,
): Promise<StaticServer> {
  const server = createServer((request, response) => {
    limitPipelining(request, response);
    answer(files, request, response).catch(() => response.destroy());
  });
  const url = await listen(server, port, host);
  return { url, [Symbol.asyncDispose]: () => close(server) };
}

async function answer(
  files: ReadonlyMap<string, StaticFile>,
  { method, url = '/' }: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (method !== 'GET' && method !== 'HEAD') return refuse(response, 405, 'Only GET and HEAD.', { allow: 'GET, HEAD' });
  const file = files.get(url.split(/[?#]/, 1)[0] ?? '/');
  if (file === undefined) return refuse(response, 404, 'There is no such page.');
  const body = withLinks(await readFile(file.path), file.links ?? []);
  response.writeHead(200, { ...safeHeaders(file.contentType), 'content-length': body.byteLength });
  response.end(method === 'HEAD' ? undefined : body);
}

/** The page is one of a build, which does not know the ports of a sandbox. */
function withLinks(page: Buffer, links: readonly PageLink[]): Buffer {
  if (links.length === 0) return page;
  const items = links.map(({ title, url }) => `<a href="${url}" style="color:inherit">${title}</a>`);
  const style = 'display:flex;flex-wrap:wrap;gap:4px 24px;padding:8px 16px;font:15px/24px system-ui,sans-serif';
  const nav = `<nav aria-label="Sandbox" style="${style}">${items.join('')}</nav>`;
  return Buffer.from(page.toString().replace(/^<body>$/m, (body) => `${body}\n${nav}`));
}

function refuse(response: ServerResponse, status: number, text: string, headers: Record<string, string> = {}): void {
  response.writeHead(status, { ...safeHeaders('text/plain; charset=utf-8'), ...headers }).end(`${text}\n`);
}

function safeHeaders(contentType: string): Record<string, string> {
  return { 'content-type': contentType, 'cache-control': 'no-cache', 'x-content-type-options': 'nosniff' };
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
