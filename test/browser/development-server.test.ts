import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../packages/cli/src/commands/sandbox/start-sandbox.js';
import { hasChromium } from './chromium.js';
import { launchChromium } from './launch-chromium.js';

describe.runIf(hasChromium)('the token service of the sandbox and a page of another port, in Chromium', () => {
  let folder: string;
  let browser: Browser;
  let sandbox: Sandbox;
  let development: Server;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'nexconn-development-'));
    writeFileSync(join(folder, 'index.html'), '<p>page</p>');
    sandbox = await startSandbox({
      ...{ mockPort: 0, tokensPort: 0, docsPort: 0, docsFolder: folder },
    });
    development = createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>app</title>');
    });
    await once(development.listen(0, '127.0.0.1'), 'listening');
    browser = await launchChromium({ args: ['--host-resolver-rules=MAP *.example 127.0.0.1'] });
  });
  afterAll(async () => {
    await browser?.close();
    development?.close();
    await sandbox?.[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  /** What a page of this host gets, by the lines of the page of the commands. */
  async function fetchToken(host: string): Promise<unknown> {
    const context = await browser.newContext();
    try {
      const page = await context.newPage();
      await page.goto(`http://${host}:${(development.address() as AddressInfo).port}/`);
      return await page.evaluate(
        (url) =>
          fetch(`${url}/access-token`, { method: 'POST', headers: { 'X-User-Id': 'jlk456j5' } }).then(
            (response) => response.json(),
            (error) => `${error}`,
          ),
        sandbox.tokens.url.replace('127.0.0.1', 'localhost'),
      );
    } finally {
      await context.close();
    }
  }

  test.each(['localhost', '127.0.0.1'])('a page of %s gets a token without a proxy', async (host) => {
    expect(await fetchToken(host)).toEqual({
      userId: 'jlk456j5',
      accessToken: expect.any(String),
      expiresInSeconds: null,
    });
  });

  test('a page of elsewhere gets none', async () => {
    expect(await fetchToken('evil.example')).toBe('TypeError: Failed to fetch');
  });
});
