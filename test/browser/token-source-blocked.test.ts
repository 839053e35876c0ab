import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { Browser, Frame, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../support/until.js';
import { hasChromium } from './chromium.js';
import { launchChromium, launchProfile } from './launch-chromium.js';
import { type ServedPage, servePage } from './start-token-app.js';

// What the page runs: a source whose app server answers in the page, since a page without an origin reaches no other.
const script = `
  import { createTokenSource, encryptStorage } from '@nexconn-kit/token-source';
  globalThis.encryptStorage = encryptStorage;
  globalThis.blockedFeatures = () => {
    const uses = {
      localStorage: () => localStorage.length,
      indexedDB: () => indexedDB.open('a'),
      BroadcastChannel: () => new BroadcastChannel('a').close(),
      locks: () => navigator.locks.request('a', () => {}),
    };
    return Promise.all(Object.entries(uses).map(async ([name, use]) => {
      try { await use(); return []; } catch { return [name]; }
    })).then((names) => names.flat());
  };
  globalThis.start = (storage) => {
    let issued = 0;
    globalThis.source = createTokenSource({
      fetchToken: async () => ({ accessToken: 'token-' + (issued += 1) }), storage,
    });
  };
  globalThis.use = async () => {
    const tokens = [await source.get(), await source.reject('token-1'), await source.get()];
    const cleared = await source.clear().then(() => 'cleared', ({ code }) => code);
    source.close();
    return [...tokens, cleared];
  };`;

const breakIn = (what: string, value: string) =>
  `Object.defineProperty(globalThis, '${what}', { get() { ${value} } });`;
const throws = `throw new DOMException('The operation is insecure.', 'SecurityError')`;
const lockThat = (request: string) =>
  `Object.defineProperty(navigator, 'locks', { get: () => ({ request: () => ${request} }) });`;

describe.runIf(hasChromium)('the token source in a Chromium that lacks', () => {
  let browser: Browser;
  let served: ServedPage;

  beforeAll(async () => {
    served = await servePage(await bundleForBrowsers());
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    await served?.[Symbol.asyncDispose]();
  });

  const start = (page: Page | Frame, storage = '() => localStorage') => page.evaluate(`start(${storage})`);

  test.each([
    ['localStorage', breakIn('localStorage', throws), 'STORAGE_FAILED'],
    ['localStorage, which is null', breakIn('localStorage', 'return null'), 'STORAGE_FAILED'],
    ['BroadcastChannel', breakIn('BroadcastChannel', 'return undefined'), 'cleared'],
    [
      'a BroadcastChannel that opens',
      `globalThis.BroadcastChannel = class { constructor() { ${throws} } };`,
      'cleared',
    ],
    ['Web Locks', `Object.defineProperty(navigator, 'locks', { get: () => undefined });`, 'cleared'],
    ['Web Locks that may be used', lockThat(`{ ${throws} }`), 'cleared'],
    ['Web Locks that are granted', lockThat(`Promise.reject(new DOMException('no', 'SecurityError'))`), 'cleared'],
    ['performance', breakIn('performance', 'return undefined'), 'cleared'],
    ['crypto', breakIn('crypto', 'return undefined'), 'cleared'],
  ])('%s gets, replaces and clears a token', async (_what, init, cleared) => {
    const context = await browser.newContext();
    await context.addInitScript(init);
    const page = await context.newPage();
    await page.goto(served.url);
    await start(page);
    expect(await page.evaluate('use()')).toEqual(['token-1', 'token-2', 'token-2', cleared]);
    await context.close();
  });

  test.each([
    ['Web Locks that answer', lockThat('new Promise(() => {})'), '() => localStorage'],
    ['an IndexedDB that opens', `indexedDB.constructor.prototype.open = () => ({});`, 'encryptStorage(localStorage)'],
    ['a storage that answers', '', '{ getItem: () => new Promise(() => {}), setItem() {}, removeItem() {} }'],
  ])('%s gets and replaces a token all the same', async (_what, init, storage) => {
    const context = await browser.newContext();
    await context.clock.install();
    await context.addInitScript(init);
    const page = await context.newPage();
    await page.goto(served.url);
    await start(page, storage);
    await page.evaluate(
      `globalThis.got = source.get().then(() => source.reject('token-1')); got.then((token) => (globalThis.token = token)); undefined`,
    );
    await until(async () => {
      await context.clock.runFor(1000);
      expect(await page.evaluate('globalThis.token')).toBe('token-2');
    });
    await context.close();
  });

  test('an origin, in a sandboxed frame, gets, replaces and forgets a token', async () => {
    const page = await browser.newPage();
    await page.goto(served.url);
    await page.evaluate(`document.body.innerHTML = '<iframe sandbox="allow-scripts" src="/"></iframe>'`);
    const frame = await (await page.waitForSelector('iframe')).contentFrame();
    if (!frame) throw new Error('There is a frame.');
    await frame.waitForFunction('globalThis.start');
    expect(await frame.evaluate('blockedFeatures()')).toEqual(expect.arrayContaining(['localStorage', 'locks']));
    await start(frame);
    expect(await frame.evaluate('use()')).toEqual(['token-1', 'token-2', 'token-2', 'STORAGE_FAILED']);
    await page.close();
  });

  test('cookies and site data, which the user has blocked, gets, replaces and forgets a token', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'chromium-'));
    await mkdir(join(folder, 'Default'));
    const preferences = { profile: { default_content_setting_values: { cookies: 2 } } };
    await writeFile(join(folder, 'Default/Preferences'), JSON.stringify(preferences));
    const context = await launchProfile(folder);
    try {
      const page = await context.newPage();
      await page.goto(served.url);
      expect(await page.evaluate('blockedFeatures()')).toEqual(expect.arrayContaining(['localStorage', 'locks']));
      await start(page);
      expect(await page.evaluate('use()')).toEqual(['token-1', 'token-2', 'token-2', 'STORAGE_FAILED']);
    } finally {
      await context.close();
      await rm(folder, { recursive: true, force: true });
    }
  });
});

async function bundleForBrowsers(): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: script, resolveDir: join(import.meta.dirname, '../../packages/token-source') },
    bundle: true,
    write: false,
    format: 'iife',
    conditions: ['@nexconn-kit/source', 'browser'],
    logLevel: 'error',
  });
  return (outputFiles[0]?.text ?? '').replaceAll('</script', '<\\/script');
}
