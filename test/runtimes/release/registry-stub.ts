import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import type { Manifest } from './scratch-clone.js';

/** What a package manager sends to publish a version. */
export interface Publication {
  readonly name: string;
  readonly 'dist-tags': Readonly<Record<string, string>>;
  readonly versions: Readonly<Record<string, Manifest & { readonly dist: { readonly integrity: string } }>>;
  readonly access: string;
}

/** A registry on this machine that has no package, and takes what is published. */
export interface RegistryStub extends AsyncDisposable {
  readonly url: string;
  readonly published: readonly Publication[];
  /** The hosts that were asked for through it as a proxy: whatever else somebody wanted to reach. */
  readonly others: readonly string[];
}

/** Starts it on any free port. */
export async function startRegistryStub(): Promise<RegistryStub> {
  const published: Publication[] = [];
  const others: string[] = [];
  const server = createServer(async (request, response) => {
    response.setHeader('Content-Type', 'application/json');
    if (/^https?:/.test(request.url ?? '')) others.push(request.url ?? '');
    if (request.method === 'PUT') {
      published.push((await json(request)) as Publication);
      response.writeHead(201).end('{"ok":true}');
    } else response.writeHead(404).end('{"error":"not_found"}');
  });
  server.on('connect', ({ url = '' }, socket) => {
    others.push(url);
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    published,
    others,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
}
