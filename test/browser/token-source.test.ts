import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { TokenSourceEvent } from '@nexconn-kit/token-source';
import { build } from 'esbuild';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { until } from '../support/until.js';
import { hasChromium } from './chromium.js';
import { launchChromium, wholeChromium } from './launch-chromium.js';

const packageFolder = join(import.meta.dirname, '../../packages/token-source');

// What a page runs: the package as an app's own bundler would take it, and a component that shows the hook's state.
const app = `
  import { createElement, StrictMode } from 'react';
  import { createRoot } from 'react-dom/client';
  import { useNexconnToken } from '@nexconn-kit/token-source/react';
  export * from '@nexconn-kit/token-source';
  export function show(source) {
    const Status = () => {
      const { status, token, reload } = useNexconnToken(source);
      return createElement('button', { onClick: reload }, status + (token ? ' ' + token : ''));
    };
    createRoot(document.body).render(createElement(StrictMode, null, createElement(Status)));
  }`;

describe.runIf(hasChromium)('the token source in Chromium', () => {
  let browser: Browser;
  let server: Server;
  let url: string;
  let context: BrowserContext;
  let tabs: [Page, Page];
  /** What the app server was asked, in the order of the requests. */
  let asked: { rejectedToken?: string }[];
  let answer: (response: ServerResponse, accessToken: string) => void;

  beforeAll(async () => {
    const script = await bundleForBrowsers();
    server = createServer(async (request, response) => {
      if (request.method !== 'POST') {
        const html = `<!doctype html><title>app</title><body></body><script>${script}</script>`;
        return void response.writeHead(200, { 'content-type': 'text/html' }).end(html);
      }
      let body = '';
      for await (const chunk of request) body += chunk;
      asked.push(JSON.parse(body));
      answer(response, `token-${asked.length}`);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    browser = await launchChromium();
  });

  afterAll(async () => {
    await browser?.close();
    server?.closeAllConnections();
    server?.close();
  });

  beforeEach(async () => {
    asked = [];
    answer = (response, accessToken) => {
      const body = JSON.stringify({ userId: 'ada', accessToken, expiresInSeconds: 3600 });
      // Slow enough for another tab to want one meanwhile.
      setTimeout(() => response.writeHead(200, { 'content-type': 'application/json' }).end(body), 200);
    };
    context = await browser.newContext();
    tabs = [await openTab(), await openTab()];
  });
  afterEach(() => context?.close());

  async function openTab(storage = 'localStorage'): Promise<Page> {
    const page = await context.newPage();
    await page.goto(url);
    await makeSource(page, storage);
    return page;
  }

  async function makeSource(page: Page, storage: string): Promise<void> {
    await page.evaluate(`
      globalThis.events = [];
      globalThis.source = kit.createTokenSource({
        endpoint: '/access-token', storage: ${storage}, onEvent: ({ type }) => events.push(type),
      }); undefined`);
  }

  const get = (page: Page) => page.evaluate<string>('source.get().catch(({ code }) => code)');
  const reject = (page: Page, token: string) => page.evaluate<string>(`source.reject('${token}')`);
  const stored = (page: Page) => page.evaluate<string | null>(`localStorage.getItem('nexconn-token')`);
  const untilEvent = (page: Page, type: TokenSourceEvent['type']) => page.waitForFunction(`events.includes('${type}')`);

  test('two tabs fetch one token between them', async () => {
    expect(await Promise.all(tabs.map(get))).toEqual(['token-1', 'token-1']);
    expect(asked).toEqual([{}]);
  });

  test('two tabs replace a rejected token once, and the one that did not ask hears of it', async () => {
    const [one, two] = tabs;
    await Promise.all(tabs.map(get));
    expect(await Promise.all(tabs.map((tab) => reject(tab, 'token-1')))).toEqual(['token-2', 'token-2']);
    expect(asked).toEqual([{}, { rejectedToken: 'token-1' }]);
    await two.evaluate('events.length = 0');
    expect(await reject(one, 'token-2')).toBe('token-3');
    await untilEvent(two, 'taken');
    expect(await get(two)).toBe('token-3');
    expect(asked).toHaveLength(3);
  });

  test('a log-out in one tab clears the other, and ends what it waits for', async () => {
    const [one, two] = tabs;
    await Promise.all(tabs.map(get));
    answer = () => {};
    const waiting = two.evaluate(`source.reject('token-1').catch(({ code }) => code)`);
    await until(() => expect(asked.length).toBe(2));
    await one.evaluate('source.clear()');
    expect(await waiting).toBe('CLEARED');
    await untilEvent(two, 'cleared');
    // The word of another tab may come before what that tab has done to the storage.
    await until(async () => expect(await stored(two)).toBeNull());
  });

  test('an answer asked for before a log-out reaches no tab, though the asking one cannot be told of that', async () => {
    await context.addInitScript('BroadcastChannel = undefined');
    const [one, two] = [await openTab(), await openTab()];
    let goOn = (): void => {};
    answer = (response, accessToken) => {
      goOn = () => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ accessToken }));
    };
    const late = get(two);
    await until(() => expect(asked.length).toBe(1));
    await one.evaluate('source.clear()');
    await until(async () => expect(await two.evaluate(`localStorage.getItem('nexconn-token.cleared')`)).not.toBeNull());
    goOn();
    expect(await late).toBe('CLEARED');
    expect(await stored(one)).toBeNull();

    answer = (response, accessToken) => response.end(JSON.stringify({ accessToken }));
    expect(await get(await openTab())).toBe('token-2');
    expect(await get(two)).toBe('token-2');
    expect(asked).toHaveLength(2);
  });

  test('a page that comes back by the Back button forgets the token of who has logged out meanwhile', async () => {
    const freezing = await launchChromium({ ...wholeChromium, ignoreDefaultArgs: ['--disable-back-forward-cache'] });
    const usual = context;
    try {
      context = await freezing.newContext();
      // Chromium forgets a frozen page to which a channel has something to say.
      await context.addInitScript('BroadcastChannel = undefined');
      const [one, two] = [await openTab(), await openTab()];
      expect(await get(one)).toBe('token-1');
      await one.goto(`${url}/elsewhere`);
      await two.evaluate('source.clear()');
      await one.goBack({ waitUntil: 'commit' });
      await untilEvent(one, 'cleared');
      expect(await get(one)).toBe('token-2');
    } finally {
      context = usual;
      await freezing.close();
    }
  });

  test('an app server that refuses for good is asked once, and its words are in the error', async () => {
    const [one] = tabs;
    const failure = () =>
      one.evaluate(`source.get().catch(({ code, status, serverCode }) => ({ code, status, serverCode }))`);
    answer = (response) => {
      const body = JSON.stringify({ code: 'ORIGIN_REFUSED', message: 'Pages of this origin may not ask for tokens.' });
      response.writeHead(403, { 'content-type': 'application/json' }).end(body);
    };
    expect(await failure()).toEqual({ code: 'REFUSED', status: 403, serverCode: 'ORIGIN_REFUSED' });
    answer = (response) => void response.writeHead(302, { location: '/log-in' }).end();
    expect(await failure()).toMatchObject({ code: 'REFUSED', status: 0 });
    expect(asked).toHaveLength(2);
    // What browsers say of a mistake.
    await one.evaluate(`globalThis.source = kit.createTokenSource({ endpoint: 'http://', maxAttempts: 5 }); undefined`);
    expect(await failure()).toMatchObject({ code: 'INVALID_OPTION' });
  });

  test('tabs without a common storage share the log-out', async () => {
    for (const tab of tabs) await makeSource(tab, 'undefined');
    expect((await Promise.all(tabs.map(get))).sort()).toEqual(['token-1', 'token-2']);
    await tabs[0].evaluate('source.clear()');
    await untilEvent(tabs[1], 'cleared');
    expect(await get(tabs[1])).toBe('token-3');
  });

  test('an app that empties its storage on log-out has the other tabs forget the token', async () => {
    await Promise.all(tabs.map(get));
    await tabs[0].evaluate('localStorage.clear()');
    await untilEvent(tabs[1], 'cleared');
    expect(await get(tabs[1])).toBe('token-2');
  });

  test('a page that is loaded again takes the stored token', async () => {
    const [one] = tabs;
    await get(one);
    await one.reload();
    await makeSource(one, '() => localStorage');
    expect(await get(one)).toBe('token-1');
    expect(asked).toHaveLength(1);
  });

  test('offline, a stored token is there; a new one comes once the device is online again', async () => {
    const [one, two] = tabs;
    await get(one);
    await context.setOffline(true);
    expect(await get(two)).toBe('token-1');
    const replaced = reject(two, 'token-1');
    await untilEvent(two, 'attempt-failed');
    await context.setOffline(false);
    expect(await replaced).toBe('token-2');
    expect(asked).toEqual([{}, { rejectedToken: 'token-1' }]);
  });

  test('an encrypted token is not readable, is shared by tabs, and is fetched again where its key is lost', async () => {
    const [one, two] = tabs;
    for (const tab of tabs) await makeSource(tab, 'kit.encryptStorage(localStorage)');
    expect(await Promise.all(tabs.map(get))).toEqual(['token-1', 'token-1']);
    const text = (await stored(one)) ?? '';
    expect(Buffer.from(text, 'base64').toString('latin1')).not.toContain('token');
    expect(text.length).toBeGreaterThan(50);

    await two.close();
    await one.reload();
    await makeSource(one, 'kit.encryptStorage(localStorage)');
    expect(await get(one)).toBe('token-1');
    await one.evaluate(`new Promise((resolve, reject) => {
      const deleting = indexedDB.deleteDatabase('nexconn-token-source');
      deleting.onsuccess = resolve;
      deleting.onerror = deleting.onblocked = reject;
    }).then(() => undefined)`);
    await makeSource(one, 'kit.encryptStorage(localStorage)');
    expect(await get(one)).toBe('token-2');
    expect(await one.evaluate('events')).toContain('storage-failed');
    expect(await stored(one)).not.toBe(text);
  });

  test('the key of an encrypted token cannot be read out', async () => {
    await makeSource(tabs[0], 'kit.encryptStorage(localStorage)');
    await get(tabs[0]);
    const exported = tabs[0].evaluate(`new Promise((resolve) => {
      const opening = indexedDB.open('nexconn-token-source');
      opening.onsuccess = () => {
        const asking = opening.result.transaction('keys').objectStore('keys').get('aes-gcm');
        asking.onsuccess = () => resolve(crypto.subtle.exportKey('raw', asking.result));
      };
    })`);
    await expect(exported).rejects.toThrow(/not extractable/);
  });

  test('a React component shows the token, its successor and the log-out, and fetches once in strict mode', async () => {
    const [one, two] = tabs;
    const button = (text: string) => one.getByRole('button', { name: text, exact: true }).waitFor();
    await one.evaluate('kit.show(source)');
    await button('ready token-1');
    expect(asked).toHaveLength(1);
    await reject(two, 'token-1');
    await button('ready token-2');
    await two.evaluate('source.clear()');
    await button('cleared');
    expect(asked).toHaveLength(2);
    await one.getByRole('button').click();
    await button('ready token-3');
  });
});

async function bundleForBrowsers(): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: app, resolveDir: packageFolder },
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'kit',
    conditions: ['@nexconn-kit/source', 'browser'],
    define: { 'process.env.NODE_ENV': '"development"' },
    logLevel: 'error',
  });
  return (outputFiles[0]?.text ?? '').replaceAll('</script', '<\\/script');
}
