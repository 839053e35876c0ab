import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { operationTable } from '@nexconn-kit/contract';
import { type RunningMock, startMock } from '@nexconn-kit/mock';
import { signRequest } from '@nexconn-kit/signing';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasChromium } from './chromium.js';
import { launchChromium } from './launch-chromium.js';

/** What a page was given to see of an answer. */
interface Seen {
  status: number;
  reason: string | null;
  requestId: string | null;
  date: string | null;
  body: { code: number };
}

describe.runIf(hasChromium)('a page in Chromium that calls the mock from another origin', () => {
  let pages: Server;
  let browser: Browser;
  let mock: RunningMock;
  let page: Page;

  beforeAll(async () => {
    pages = createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>app</title>');
    });
    await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve));
    mock = await startMock({ port: 0 });
    browser = await launchChromium();
    page = await browser.newPage();
    await page.goto(`http://localhost:${(pages.address() as AddressInfo).port}`);
  });

  afterAll(async () => {
    await browser?.close();
    await mock?.close();
    pages?.closeAllConnections();
    pages?.close();
  });

  /** Issues a token from inside the page. */
  function issue(url: string, changes: Record<string, string> = {}): Promise<Seen> {
    const headers = { ...signRequest(mock), 'Content-Type': 'application/json', 'X-Request-ID': 'r1', ...changes };
    const { method, path } = operationTable.issueAccessToken;
    const init = { method, headers, body: JSON.stringify({ userId: 'jlk456j5', name: 'Ada' }) };
    const script = `(async () => {
      const response = await fetch(${JSON.stringify(url + path)}, ${JSON.stringify(init)});
      const [reason, requestId, date] = ['X-Mock-Reason', 'X-Request-ID', 'Date'].map((name) => response.headers.get(name));
      return { status: response.status, reason, requestId, date, body: await response.json() };
    })()`;
    return page.evaluate(script);
  }

  test('is given its token, and sees the headers', async () => {
    const { status, requestId, date, body } = await issue(mock.url);
    expect({ status, requestId, code: body.code }).toEqual({ status: 200, requestId: 'r1', code: 0 });
    expect(date).not.toBeNull();
  });

  test('sees why its signature was refused', async () => {
    const { status, reason, body } = await issue(mock.url, { Signature: 'junk' });
    expect({ status, code: body.code }).toEqual({ status: 401, code: 1004 });
    expect(reason).toMatch(/\w/);
  });

  test('can ask for a fault', async () => {
    expect((await issue(mock.url, { 'X-Mock-Fault': 'answer=1008' })).status).toBe(429);
    // Not a reset: Chromium sends a request again whose kept-alive connection was reset.
    await expect(issue(mock.url, { 'X-Mock-Fault': 'truncate' })).rejects.toThrow(TypeError.name);
  });

  test('is kept out where its origin is not among those that may call', async () => {
    await using closed = await startMock({ port: 0, allowedOrigins: ['https://app.example.com'] });
    await expect(issue(closed.url)).rejects.toThrow('Failed to fetch');
  });
});
