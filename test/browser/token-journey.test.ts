import { join } from 'node:path';
import { build } from 'esbuild';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../support/until.js';
import { hasChromium } from './chromium.js';
import { launchChromium } from './launch-chromium.js';
import { servePage, startTokenApp, type TokenApp, type TokenAppOptions } from './start-token-app.js';

const dayMs = 86_400_000;
/** As long as the token service lets no one have a new token replaced. */
const coolDownMs = 10_000;

// What the page of the app runs. `checkToken` stands for the chat server: the mock says what it would answer.
const script = `
  import { connectWithToken, createTokenSource, keepConnected } from '@nexconn-kit/token-source';
  globalThis.events = [];
  globalThis.start = (options) => {
    globalThis.source?.close();
    globalThis.source = createTokenSource({
      endpoint: '/access-token', storage: localStorage, onEvent: ({ type }) => events.push(type), ...options,
    });
  };
  globalThis.logIn = (name) => fetch('/log-in', { method: 'POST', body: name }).then(() => undefined);
  globalThis.get = () => source.get().catch(({ code }) => code);
  globalThis.connect = async () => {
    const tried = [];
    const connected = await connectWithToken(source, async (token) => {
      tried.push(token);
      return checkToken(token);
    });
    return { ...connected, tried, token: tried.at(-1) };
  };
  globalThis.tried = [];
  globalThis.keep = async () => {
    globalThis.kept = await keepConnected(source, {
      connect(token) {
        tried.push(token);
        return checkToken(token);
      },
      onStatus(listener) {
        globalThis.tell = () => checkToken(tried.at(-1)).then(listener);
      },
      onEnd: (end) => (globalThis.end = end),
    });
    return kept.answer;
  };
  start();`;

/** What came of a connection: the last code, and every token that was tried. */
interface Connected {
  code: number;
  userId?: string;
  tried: string[];
  token: string;
}

describe.runIf(hasChromium)('a token on its way from the API to a page of Chromium', () => {
  let browser: Browser;
  let bundle: string;

  beforeAll(async () => {
    bundle = await bundleForBrowsers();
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());

  const startApp = (options: Omit<TokenAppOptions, 'script'> = {}) => startTokenApp({ script: bundle, ...options });

  /** A browser of its own, such as that of another device; with nobody logged in. */
  async function openDevice({ mock }: TokenApp): Promise<BrowserContext & AsyncDisposable> {
    const context = await browser.newContext();
    await context.exposeFunction('checkToken', (token: string) => mock.console.checkToken({ token }));
    return context;
  }

  /** A tab of the app, after the log-in where a user is named. */
  async function openTab(context: BrowserContext, url: string, user?: string): Promise<Page> {
    const page = await context.newPage();
    await page.goto(url);
    if (user !== undefined) await logIn(page, user);
    return page;
  }

  const logIn = (page: Page, user: string) => page.evaluate(`logIn('${user}')`);
  const logOut = (page: Page) => page.evaluate(`logIn('')`);
  const get = (page: Page) => page.evaluate<string>('get()');
  const connect = (page: Page) => page.evaluate<Connected>('connect()');
  const untilEvent = (page: Page, type: string) => page.waitForFunction(`events.includes('${type}')`);

  test('the first log-in issues one token, which the API knows as that user’s', async () => {
    await using app = await startApp();
    await using device = await openDevice(app);
    const page = await openTab(device, app.url, 'ada');
    const connected = await connect(page);
    expect(connected).toMatchObject({ code: 0, userId: 'ada', tried: [expect.any(String)] });
    expect(await get(page)).toBe(connected.token);
    expect(await app.issuedFor()).toEqual(['ada']);
  });

  test('who is not logged in gets no token, and costs no call', async () => {
    await using app = await startApp();
    await using device = await openDevice(app);
    expect(await get(await openTab(device, app.url))).toBe('LOGIN_REQUIRED');
    expect(await app.issuedFor()).toEqual([]);
  });

  test('a page that is loaded again, a later log-in and another device get the same token without a call', async () => {
    await using app = await startApp();
    await using device = await openDevice(app);
    const page = await openTab(device, app.url, 'ada');
    const token = await get(page);
    await page.reload();
    expect(await get(page)).toBe(token);
    expect(app.askedBy).toEqual(['ada']);

    await page.evaluate('source.clear()');
    await logOut(page);
    await logIn(page, 'ada');
    expect(await get(page)).toBe(token);
    await using other = await openDevice(app);
    expect(await get(await openTab(other, app.url, 'ada'))).toBe(token);
    expect(app.askedBy).toEqual(['ada', 'ada', 'ada']);
    expect(await app.issuedFor()).toEqual(['ada']);
  });

  describe.each([
    ['has the current and the next one', (current: string, next: string) => ({ current, next })],
    ['asks for it', (current: string, next: string) => secretsInTurn(current, next)],
  ])('after a rotation of the App Secret, at an app server that %s', (_, appSecretOf) => {
    test('one new token is issued for all tabs and devices of a user', async () => {
      const next = 'NextSecret4711';
      await using app = await startApp({ appSecret: appSecretOf('CurrentSecret42', next) });
      await app.mock.console.rotateSecret({ appSecret: 'CurrentSecret42' });
      await using device = await openDevice(app);
      const tab = await openTab(device, app.url, 'ada');
      const otherTab = await openTab(device, app.url);
      await using otherDevice = await openDevice(app);
      const elsewhere = await openTab(otherDevice, app.url, 'ada');
      const { token } = await connect(tab);
      expect(await Promise.all([otherTab, elsewhere].map(get))).toEqual([token, token]);
      expect(await app.issuedFor()).toEqual(['ada']);

      await app.pass(coolDownMs);
      await app.mock.console.rotateSecret({ appSecret: next });
      expect(await app.mock.console.checkToken({ token })).toMatchObject({ code: 31004 });
      const again = await connect(tab);
      expect(again).toMatchObject({ code: 0, userId: 'ada', tried: [token, expect.any(String)] });
      expect(await app.issuedFor()).toEqual(['ada', 'ada']);

      await untilEvent(otherTab, 'taken');
      expect(await connect(elsewhere)).toMatchObject({ code: 0, tried: [token, again.token] });
      await until(async () => expect(await connect(otherTab)).toMatchObject({ code: 0, tried: [again.token] }));
      expect(await app.issuedFor()).toEqual(['ada', 'ada']);
    });
  });

  test('an app that is connected gets another token after a rotation, and connects again', async () => {
    const next = 'NextSecret4711';
    await using app = await startApp({ appSecret: { current: 'CurrentSecret42', next } });
    await app.mock.console.rotateSecret({ appSecret: 'CurrentSecret42' });
    await using device = await openDevice(app);
    const tab = await openTab(device, app.url, 'ada');
    expect(await tab.evaluate('keep()')).toMatchObject({ code: 0, userId: 'ada' });
    // A status that says nothing about the token.
    await tab.evaluate('tell()');
    expect(await tab.evaluate('tried.length')).toBe(1);

    await app.pass(coolDownMs);
    await app.mock.console.rotateSecret({ appSecret: next });
    await tab.evaluate('tell()');
    await until(async () => expect(await tab.evaluate('tried.length')).toBe(2));
    const token = await tab.evaluate<string>('tried[1]');
    expect(await app.mock.console.checkToken({ token })).toMatchObject({ code: 0, userId: 'ada' });
    expect(await tab.evaluate('typeof end')).toBe('undefined');
    expect(await app.issuedFor()).toEqual(['ada', 'ada']);
  });

  test('tabs and devices that are refused together after a rotation are given one new token', async () => {
    const next = 'NextSecret4711';
    await using app = await startApp({ appSecret: { current: 'CurrentSecret42', next } });
    await app.mock.console.rotateSecret({ appSecret: 'CurrentSecret42' });
    await using device = await openDevice(app);
    await using otherDevice = await openDevice(app);
    const pages = [
      await openTab(device, app.url, 'ada'),
      await openTab(device, app.url),
      await openTab(otherDevice, app.url, 'ada'),
    ];
    await Promise.all(pages.map(get));
    await app.pass(coolDownMs);
    await app.mock.console.rotateSecret({ appSecret: next });
    const connected = await Promise.all(pages.map(connect));
    expect(connected.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(new Set(connected.map(({ token }) => token)).size).toBe(1);
    expect(await app.issuedFor()).toEqual(['ada', 'ada']);
  });

  test('a token that ends while the page’s clock has not noticed is replaced once, after the refusal', async () => {
    await using app = await startApp({ tokenValiditySeconds: dayMs / 1000 });
    await app.mock.console.updateApp({ tokenValiditySeconds: dayMs / 1000 });
    await using device = await openDevice(app);
    const page = await openTab(device, app.url, 'ada');
    const { token } = await connect(page);
    await app.pass(dayMs + 1000);
    expect(await app.mock.console.checkToken({ token })).toMatchObject({ code: 31020 });
    const again = await connect(page);
    expect(again).toMatchObject({ code: 0, userId: 'ada', tried: [token, expect.any(String)] });
    await using other = await openDevice(app);
    expect(await connect(await openTab(other, app.url, 'ada'))).toMatchObject({ code: 0, tried: [again.token] });
    expect(await app.issuedFor()).toEqual(['ada', 'ada']);
  });

  test('a token whose time is over is not tried any more', async () => {
    await using app = await startApp({ tokenValiditySeconds: dayMs / 1000 });
    await app.mock.console.updateApp({ tokenValiditySeconds: dayMs / 1000 });
    await using device = await openDevice(app);
    const page = await openTab(device, app.url, 'ada');
    const { token } = await connect(page);
    await app.pass(dayMs + 1000);
    // The clock is taken when the page loads its script.
    await page.addInitScript(`const now = Date.now; Date.now = () => now() + ${dayMs + 1000}`);
    await page.reload();
    const again = await connect(page);
    expect(again).toMatchObject({ code: 0, tried: [expect.not.stringContaining(token)] });
    expect(await app.issuedFor()).toEqual(['ada', 'ada']);
  });

  test('two tabs that ask at the same time make one request', async () => {
    await using app = await startApp();
    await using device = await openDevice(app);
    const tabs = [await openTab(device, app.url, 'ada'), await openTab(device, app.url)];
    const goOn = app.hold();
    const asking = Promise.all(tabs.map(get));
    // One tab has asked, and the other one waits behind it.
    await until(() => expect(app.askedBy).toEqual(['ada']));
    await tabs[0]?.waitForFunction('navigator.locks.query().then(({ pending }) => pending.length === 1)');
    goOn();
    const [token, same] = await asking;
    expect(same).toBe(token);
    expect(app.askedBy).toEqual(['ada']);
    expect(await app.issuedFor()).toEqual(['ada']);
  });

  test('a log-out in one tab leaves no token in the other', async () => {
    await using app = await startApp();
    await using device = await openDevice(app);
    const one = await openTab(device, app.url, 'ada');
    const two = await openTab(device, app.url);
    await Promise.all([get(one), get(two)]);
    await logOut(one);
    await one.evaluate('source.clear()');
    await untilEvent(two, 'cleared');
    expect(await get(two)).toBe('LOGIN_REQUIRED');
    // The word of another tab may come before what that tab has done to the storage.
    await until(async () => expect(await two.evaluate('Object.keys(localStorage)')).toEqual(['nexconn-token.cleared']));
  });

  test('a stored token is there without a network', async () => {
    await using app = await startApp();
    await using device = await openDevice(app);
    const page = await openTab(device, app.url, 'ada');
    const token = await get(page);
    await device.setOffline(true);
    await page.evaluate('start()');
    expect(await get(page)).toBe(token);
    expect(await app.issuedFor()).toEqual(['ada']);
  });

  test('without a stored token a page waits for the network, and then gets one', async () => {
    await using app = await startApp();
    await using device = await openDevice(app);
    const page = await openTab(device, app.url, 'ada');
    await device.setOffline(true);
    const connecting = connect(page);
    await untilEvent(page, 'attempt-failed');
    expect(app.askedBy).toEqual([]);
    await device.setOffline(false);
    expect(await connecting).toMatchObject({ code: 0, userId: 'ada' });
    expect(await app.issuedFor()).toEqual(['ada']);
  });

  test('a network that stays away ends the wait, and the next call gets a token', async () => {
    await using app = await startApp();
    await using device = await openDevice(app);
    const page = await openTab(device, app.url, 'ada');
    await page.evaluate('start({ maxAttempts: 2 })');
    await device.setOffline(true);
    expect(await get(page)).toBe('UNAVAILABLE');
    await device.setOffline(false);
    expect(await connect(page)).toMatchObject({ code: 0, userId: 'ada' });
    expect(await app.issuedFor()).toEqual(['ada']);
  });

  test('a page of a listed origin gets the token of who is logged in, one of any other origin gets none', async () => {
    await using listed = await servePage(bundle);
    await using stranger = await servePage(bundle);
    await using app = await startApp({ allowedOrigins: [listed.url] });
    await using device = await openDevice(app);
    await openTab(device, app.url, 'ada');
    const options = JSON.stringify({ endpoint: `${app.url}/access-token`, credentials: 'include', maxAttempts: 1 });

    const strange = await openTab(device, stranger.url);
    await strange.evaluate(`start(${options})`);
    expect(await get(strange)).toBe('UNAVAILABLE');
    // What needs no preflight is sent, with the cookie, and is refused all the same.
    const simple = `{ method: 'POST', credentials: 'include', mode: 'no-cors', body: '{}' }`;
    await strange.evaluate(`fetch('${app.url}/access-token', ${simple}).then(() => undefined)`);
    expect(app.askedBy).toEqual([]);
    expect(await app.issuedFor()).toEqual([]);

    const known = await openTab(device, listed.url);
    await known.evaluate(`start(${options})`);
    expect(await connect(known)).toMatchObject({ code: 0, userId: 'ada' });
    expect(await app.issuedFor()).toEqual(['ada']);
  });

  describe('who logs in after somebody else on the same browser never gets that one’s token', () => {
    test('where the log-out cleared it', async () => {
      await using app = await startApp();
      await using device = await openDevice(app);
      const one = await openTab(device, app.url, 'ada');
      const two = await openTab(device, app.url);
      const token = await get(one);
      expect(await get(two)).toBe(token);
      await one.evaluate('source.clear()');
      await untilEvent(two, 'cleared');
      await logIn(one, 'grace');
      for (const tab of [one, two]) {
        expect(await connect(tab)).toMatchObject({
          code: 0,
          userId: 'grace',
          tried: [expect.not.stringContaining(token)],
        });
      }
      expect(await app.issuedFor()).toEqual(['ada', 'grace']);
    });

    test('where nothing was cleared, and the sources know who is logged in', async () => {
      await using app = await startApp();
      await using device = await openDevice(app);
      const one = await openTab(device, app.url, 'ada');
      const two = await openTab(device, app.url);
      for (const tab of [one, two]) await tab.evaluate(`start({ userId: 'ada', storageKey: 'token' })`);
      const token = await get(one);
      expect(await get(two)).toBe(token);

      await logIn(one, 'grace');
      await one.evaluate(`start({ userId: 'grace', storageKey: 'token' })`);
      expect(await connect(one)).toMatchObject({ code: 0, userId: 'grace' });
      // The tab that still takes the first one for logged in is given nobody else's token either.
      expect(await two.evaluate(`source.reject('${token}').catch(({ code }) => code)`)).toBe('WRONG_USER');
      expect(await app.issuedFor()).toEqual(['ada', 'grace']);
    });

    test.each(['the same', 'another'])(
      'where that one’s request is answered after the log-out in %s tab',
      async (which) => {
        await using app = await startApp();
        await using device = await openDevice(app);
        const asker = await openTab(device, app.url, 'ada');
        const page = which === 'another' ? await openTab(device, app.url) : asker;
        const goOn = app.hold();
        const late = get(asker);
        await until(() => expect(app.askedBy).toEqual(['ada']));
        await page.evaluate('source.clear()');
        await logIn(page, 'grace');
        const asking = connect(page);
        goOn();
        expect(await late).toBe('CLEARED');
        const connected = await asking;
        expect(connected).toMatchObject({ code: 0, userId: 'grace', tried: [expect.any(String)] });
        expect(await Promise.all([page, asker].map(get))).toEqual([connected.token, connected.token]);
      },
    );
  });
});

/** Returns a provider of the first secret once, and then of the other one, as a vault is after a rotation. */
function secretsInTurn(...secrets: [string, string]): () => Promise<string> {
  let asked = 0;
  return async () => secrets[asked++ === 0 ? 0 : 1];
}

/** Bundles the page's script and the package as an app's own bundler would. */
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
