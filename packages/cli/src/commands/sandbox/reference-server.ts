import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CliError } from '../../errors.js';
import { type StaticServer, startStaticServer } from './static-server.js';

/**
 * Serves the API reference page, and the guide and the OpenAPI documents beside it.
 *
 * @throws {CliError} PAGE_MISSING, PORT_IN_USE, LISTEN_FAILED
 */
export async function startReferenceServer(pagePath: string, port: number): Promise<StaticServer> {
  if (!existsSync(pagePath)) {
    throw new CliError('PAGE_MISSING', 'The API reference page is not built. Build it with: npm run docs');
  }
  const folder = dirname(pagePath);
  const contentType = 'text/html; charset=utf-8';
  const page = { path: pagePath, contentType };
  const files = new Map([
    ['/', page],
    ['/index.html', page],
    ['/many-users.html', { path: join(folder, 'many-users.html'), contentType }],
    ['/openapi.json', { path: join(folder, 'openapi.json'), contentType: 'application/json' }],
    ['/openapi.yaml', { path: join(folder, 'openapi.yaml'), contentType: 'application/yaml' }],
  ]);
  return startStaticServer(files, port);
}
