import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { extname, join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import {
  CliError,
  createHttpServer,
  limitPipelining,
  listen,
  type TlsPair,
} from '@nexconn-kit/token-server/command-line';

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

interface Body {
  readonly bytes: Buffer;
  readonly encoding?: 'br' | 'gzip';
}

interface ServedFile {
  readonly path: string;
  /** By the encodings that were asked for; read, and packed, once. */
  readonly bodies: Map<string, Promise<Body>>;
  etag?: string;
}

const contentTypes: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.http': 'text/plain; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.md': 'text/markdown; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webp': 'image/webp',
  '.yaml': 'application/yaml',
  '.yml': 'application/yaml',
};
const packed = /^(text\/|application\/(json|yaml)|image\/svg)/;

/**
 * Serves the documentation: the files of this folder, and nothing else, by default on 127.0.0.1.
 *
 * @param links other pages that each page links at its top; read when a page is first asked for
 * @param tls the certificate to listen with `https:`
 * @throws {CliError} PAGE_MISSING, PORT_IN_USE, LISTEN_FAILED
 */
export async function startDocsServer(
  folder: string,
  port: number,
  host?: string,
  links: readonly PageLink[] = [],
  tls?: TlsPair,
): Promise<StaticServer> {
  if (!existsSync(join(folder, 'index.html'))) {
    throw new CliError('The documentation is not built. Build it with: npm run docs', { code: 'PAGE_MISSING' });
  }
  const files = createFileList(folder);
  const server = createHttpServer({ tls }, (request, response) => {
    limitPipelining(request, response);
    answer(files, links, request, response).catch(() => response.destroy());
  });
  const url = await listen(server, port, host);
  return { url, [Symbol.asyncDispose]: () => close(server) };
}

/** Returns the files of the folder by their path in it: a request only picks a key of the map, so no path leads elsewhere. */
function createFileList(folder: string): () => Promise<ReadonlyMap<string, ServedFile>> {
  let listing: Promise<ReadonlyMap<string, ServedFile>> | undefined;
  let listed = 0;
  return async () => {
    // A build puts another folder in its place.
    const { ino } = await stat(folder);
    if (listing === undefined || ino !== listed) listing = listFiles(folder);
    listed = ino;
    return listing;
  };
}

async function listFiles(folder: string): Promise<ReadonlyMap<string, ServedFile>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(paths.map((path) => [`/${relative(folder, path).split(sep).join('/')}`, { path, bodies: new Map() }]));
}

async function answer(
  list: () => Promise<ReadonlyMap<string, ServedFile>>,
  links: readonly PageLink[],
  { method, url = '/', headers }: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (method !== 'GET' && method !== 'HEAD') return refuse(response, 405, 'Only GET and HEAD.', { allow: 'GET, HEAD' });
  const files = await list();
  const [path = '/', query] = splitQuery(url);
  const found = files.get(path) ?? files.get(path.endsWith('/') ? `${path}index.html` : `${path}.html`);
  if (found === undefined && files.has(`${path}/index.html`)) {
    return refuse(response, 308, 'The page has a slash at its end.', { location: `${path}/${query}` });
  }
  const file = found ?? files.get('/404.html');
  if (file === undefined) return refuse(response, 404, 'There is no such page.');
  const contentType = contentTypes[extname(file.path)] ?? 'application/octet-stream';
  const { bytes, encoding } = await bodyOf(file, contentType, links, headers['accept-encoding']);
  const shared = {
    ...safeHeaders(contentType),
    // The names of these files change with what is in them.
    ...(found && /^\/assets\//.test(path) ? { 'cache-control': 'public, max-age=31536000, immutable' } : {}),
    ...(packed.test(contentType) ? { vary: 'accept-encoding' } : {}),
    etag: file.etag,
  };
  if (found && hasTag(headers['if-none-match'], file.etag)) {
    response.writeHead(304, shared).end();
    return;
  }
  const length = { 'content-length': bytes.byteLength };
  response.writeHead(found ? 200 : 404, {
    ...shared,
    ...length,
    ...(encoding ? { 'content-encoding': encoding } : {}),
  });
  response.end(method === 'HEAD' ? undefined : bytes);
}

function splitQuery(url: string): [path: string, query: string] {
  const [before = '/'] = url.split(/[?#]/, 1);
  const query = /\?[^#]*/.exec(url)?.[0] ?? '';
  try {
    return [decodeURIComponent(before), query];
  } catch {
    return [before, query];
  }
}

function hasTag(wanted: string | undefined, etag: string | undefined): boolean {
  return etag !== undefined && (wanted?.split(/\s*,\s*/).includes(etag) ?? false);
}

function bodyOf(file: ServedFile, contentType: string, links: readonly PageLink[], accepted = ''): Promise<Body> {
  const encoding = packed.test(contentType) ? /\b(br|gzip)\b(?!;\s*q=0(\.0*)?(,|$))/.exec(accepted)?.[0] : undefined;
  const chosen = encoding && /\bbr\b(?!;\s*q=0)/.test(accepted) ? 'br' : encoding;
  const known = file.bodies.get(chosen ?? '');
  if (known) return known;
  const body = readBody(file, contentType, links, chosen as Body['encoding']);
  file.bodies.set(chosen ?? '', body);
  body.catch(() => file.bodies.delete(chosen ?? ''));
  return body;
}

async function readBody(
  file: ServedFile,
  contentType: string,
  links: readonly PageLink[],
  encoding: Body['encoding'],
): Promise<Body> {
  const content = await readFile(file.path);
  const bytes = contentType.startsWith('text/html') ? withLinks(content, links) : content;
  // Weak: one for all encodings of it.
  file.etag = `W/"${createHash('sha1').update(bytes).digest('base64url')}"`;
  if (encoding === undefined) return { bytes };
  const options = { params: { [constants.BROTLI_PARAM_QUALITY]: 6, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } };
  const small = encoding === 'br' ? promisify(brotliCompress)(bytes, options) : promisify(gzip)(bytes);
  return { bytes: await small, encoding };
}

/** A page is one of a build, which does not know the ports of a sandbox. */
function withLinks(page: Buffer, links: readonly PageLink[]): Buffer {
  if (links.length === 0) return page;
  const text = page.toString();
  const items = links.map(({ title, url }) => `<a href="${url}">${title}</a>`);
  // The menu of a page of the site stays at the top while a reader scrolls: then the links above it do so too.
  const isFixed = text.includes('<div id="app">');
  const style = [
    '.sandbox-links{display:flex;gap:24px;box-sizing:border-box;height:40px;padding:8px 16px;overflow-x:auto;white-space:nowrap',
    ';font:13px/24px system-ui,sans-serif;color:inherit;background:Canvas}',
    '.sandbox-links a{color:inherit}',
    isFixed ? '.sandbox-links{position:fixed;inset:0 0 auto;z-index:50}:root{--vp-layout-top-height:40px}' : '',
  ].join('');
  const nav = `<style>${style}</style><nav aria-label="Sandbox" class="sandbox-links">${items.join('')}</nav>`;
  return Buffer.from(text.replace(/^ *<body>$/m, (body) => `${body}\n${nav}`));
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
