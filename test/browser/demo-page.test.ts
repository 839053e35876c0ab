import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { frameworks, snippetFor, topics } from '../../packages/cli/src/commands/sandbox/demo/page/snippets.js';
import { type Sandbox, startSandbox } from '../../packages/cli/src/commands/sandbox/start-sandbox.js';
import { onSamePort } from '../support/free-port.js';
import { until } from '../support/until.js';
import { axeViolations } from './axe-violations.js';
import { hasChromium } from './chromium.js';
import { launchChromium } from './launch-chromium.js';

describe.runIf(hasChromium)('the demo app of the sandbox in Chromium', () => {
  let folder: string;
  let browser: Browser;
  let sandbox: Sandbox;
  let context: BrowserContext;
  let elsewhere: string[];
  let complaints: string[];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'nexconn-demo-page-'));
    writeFileSync(join(folder, 'index.html'), '<p>page</p>');
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });
  beforeEach(async () => {
    sandbox = await startSandboxOn(0);
    await openBrowser();
  });
  afterEach(async () => {
    await context?.close();
    await sandbox?.[Symbol.asyncDispose]();
  });

  const startSandboxOn = (tokensPort: number): Promise<Sandbox> =>
    startSandbox({ mockPort: 0, tokensPort, docsPort: 0, docsFolder: folder });

  async function openBrowser(options: { width?: number; colorScheme?: 'light' | 'dark' } = {}): Promise<void> {
    const { width = 1280, colorScheme = 'light' } = options;
    await context?.close();
    context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme, reducedMotion: 'reduce' });
    elsewhere = [];
    complaints = [];
    const { url } = sandbox.tokens;
    context.on('request', (request) => {
      if (!request.url().startsWith(`${url}/`) && !request.url().startsWith('data:')) elsewhere.push(request.url());
    });
    context.on('weberror', (error) => complaints.push(error.error().message));
    context.on('console', (message) => {
      // The browser itself says what is answered by an error, which stories are about.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load')) complaints.push(message.text());
    });
  }

  async function openPage(): Promise<Page> {
    const page = await context.newPage();
    await page.goto(sandbox.tokens.url);
    await page.getByText('live', { exact: true }).waitFor();
    return page;
  }

  const press = (page: Page, name: string): Promise<void> => page.getByRole('button', { name, exact: true }).click();
  const device = (page: Page, user: string, number: number): Locator =>
    page.locator('.device', { hasText: `${user} device ${number}` });
  const connected = (page: Page, user: string, number: number): Promise<void> =>
    device(page, user, number).getByText('connected', { exact: true }).waitFor();
  /** The newest story of that title, once it has that outcome. */
  async function storyOf(page: Page, title: string, outcome = 'all connected'): Promise<string[]> {
    const story = page.locator('.story-item', { hasText: title }).first();
    await story.locator('summary', { hasText: outcome }).waitFor();
    return (await story.locator('.text').allTextContents()).map((text) => text.replaceAll('\u2060', ''));
  }
  const issued = async (): Promise<(string | undefined)[]> => {
    const { entries } = await sandbox.mock.console.listJournal({ operationId: 'issueAccessToken', status: 200 });
    return entries.map(({ userId }) => userId);
  };

  async function signIn(page: Page, user = 'Ada'): Promise<void> {
    await press(page, user);
    await connected(page, user, 1);
  }

  test('a sign-in is told from the request to the connection', async () => {
    const page = await openPage();
    await page.getByText('Each step shows here as it happens.').waitFor();
    await signIn(page);
    const steps = await storyOf(page, 'Sign in · Ada');
    expect(steps.map((step) => step.replace(/….../, '…xyz'))).toEqual([
      'Token source asks: POST /access-token',
      'Client asks where the App Secret is kept',
      'Token service has nothing it may hand out',
      'Signed request POST /v4/auth/access-token/issue',
      'API answers 200 with a token',
      'Token service stores the token of ada and hands it out',
      '200: token …xyz, valid until refused',
      'SDK connects with token …xyz',
      'Connection check of …xyz: code 0',
    ]);
    await page.setViewportSize({ width: 390, height: 844 });
    await page.locator('.step', { hasText: 'Signed request' }).click();
    const facts = await page.locator('.picked .facts').innerText();
    const bottomOf = (selector: string) =>
      page.locator(selector).evaluate((part) => part.getBoundingClientRect().bottom);
    expect(await bottomOf('.picked .facts')).toBeLessThanOrEqual((await bottomOf('#stories')) + 1);
    expect(facts).toMatch(/•••• \(App Secret, masked\) \+ \S+ \+ \d+/);
    expect(facts).toMatch(/[\da-f]{4}…[\da-f]{4} \(SHA-1, masked\)/);
    expect(await page.content()).not.toContain(sandbox.mock.appSecret);
    expect([elsewhere, complaints]).toEqual([[], []]);
  });

  test('a second device is handed the stored token, without a call of the API', async () => {
    const page = await openPage();
    await signIn(page);
    await press(page, 'Second device');
    await connected(page, 'Ada', 2);
    expect(await storyOf(page, 'Second device')).toContain('Token service hands out the stored token of ada');
    expect(await issued()).toEqual(['ada']);
  });

  test('a rotation is survived by two tabs at once: one call for both', async () => {
    const first = await openPage();
    await signIn(first);
    const second = await openPage();
    // Whoever is signed in is so in a new tab, with the token of this browser.
    await connected(second, 'Ada', 1);
    expect(await storyOf(second, 'Sign in · Ada')).toContain('Token source takes the token of this browser');
    await press(first, 'Rotate App Secret');
    const steps = await storyOf(first, 'Rotate App Secret');
    expect(steps).toContain('Chat server says 31004');
    expect(steps.join()).toContain('code 0');
    await storyOf(second, 'Rotate App Secret');
    await connected(second, 'Ada', 1);
    expect(await issued()).toEqual(['ada', 'ada']);
    await takePicture(first, 'demo-app');
    await press(first, 'Sign out');
    await second.getByText('Nobody is signed in').waitFor();
    await first.getByText('Nobody is signed in').waitFor();
    expect(await storyOf(second, 'Sign out · in another tab', 'signed out')).toEqual([
      'Token source forgets the token',
    ]);
    await storyOf(second, 'Rotate App Secret', 'all connected');
    expect([elsewhere, complaints]).toEqual([[], []]);
  });

  test('a rotation in the console of the mock is survived as well', async () => {
    const page = await openPage();
    await signIn(page);
    await sandbox.mock.console.rotateSecret({ takesEffect: 'at-once' });
    const steps = await storyOf(page, 'Done elsewhere');
    expect(steps[0]).toBe('Chat server says 31004');
    expect(steps).toContain('Token service stores the token of ada and hands it out');
    expect(await issued()).toEqual(['ada', 'ada']);
    expect(complaints).toEqual([]);
  });

  test('expired tokens are replaced', async () => {
    const page = await openPage();
    await signIn(page);
    await press(page, 'Expire tokens');
    expect(await storyOf(page, 'Expire tokens')).toContain('Chat server says 31020');
    expect(await issued()).toEqual(['ada', 'ada']);
    await press(page, 'Set the clock right');
    await page.getByRole('button', { name: 'Expire tokens', exact: true }).waitFor();
    await connected(page, 'Ada', 1);
  });

  test('a suspended app is not asked again and again, and comes back with the same token', async () => {
    const page = await openPage();
    await signIn(page);
    await press(page, 'Suspend app');
    await device(page, 'Ada', 1).getByText('app suspended (31008)').waitFor();
    await press(page, 'Resume app');
    expect(await storyOf(page, 'Suspend app')).toContain('The app is in service again');
    await connected(page, 'Ada', 1);
    expect(await issued()).toEqual(['ada']);
  });

  test('an outage is waited for, while those who are known notice nothing', async () => {
    const page = await openPage();
    await signIn(page);
    await press(page, 'API down');
    await device(page, 'New user 1', 1).getByText('asks again in').waitFor();
    await connected(page, 'Ada', 1);
    await press(page, 'API up again');
    await connected(page, 'New user 1', 1);
    const steps = await storyOf(page, 'API down');
    expect(steps).toContain('Client waits before the next attempt');
    expect(steps).toContain('503 TRY_LATER');
    expect(steps).toContain('API answers 200 with a token');
  });

  test('a slow API costs two devices one call', async () => {
    const page = await openPage();
    await press(page, 'Slow API');
    await connected(page, 'New user 1', 1);
    await connected(page, 'New user 1', 2);
    const steps = await storyOf(page, 'Slow API');
    expect(steps.filter((step) => step.startsWith('Signed request'))).toHaveLength(2);
    expect(steps).toContain('No answer of the API: TIMEOUT');
    expect(await issued()).toHaveLength(1);
    // What ends the fault, and when, is in view beside the story.
    await page.getByText('“Slow API” ends by itself at').waitFor();
    expect(await page.evaluate('document.documentElement.scrollHeight')).toBe(900);
  });

  test('a lost connection comes back with the token that there is', async () => {
    const page = await openPage();
    await signIn(page);
    await press(page, 'Lose the connection');
    const steps = await storyOf(page, 'Lose the connection');
    expect(steps).toContain('SDK has lost the network');
    // The second press overtakes the first, which is over with it.
    await press(page, 'Lose the connection');
    await press(page, 'Lose the connection');
    await storyOf(page, 'Lose the connection');
    await until(async () => expect(await page.locator('summary', { hasText: 'under way' }).count()).toBe(0));
    expect(steps.join()).not.toContain('/access-token');
    expect(await issued()).toEqual(['ada']);
  });

  test('who is signed in stays so over a reload, with the stories', async () => {
    const page = await openPage();
    await signIn(page, 'Grace');
    await storyOf(page, 'Sign in · Grace');
    await page.reload();
    await connected(page, 'Grace', 1);
    await until(async () => expect(await page.locator('.story-item').count()).toBe(2));
    expect(await issued()).toEqual(['grace']);
    await press(page, 'Suspend app');
    await device(page, 'Grace', 1).getByText('app suspended').waitFor();
    await page.reload();
    await storyOf(page, 'Suspend app', 'cut short by a reload');
  });

  test('says when the sandbox has gone, and goes on with a new one on its port', async () => {
    const page = await openPage();
    await signIn(page);
    const port = Number(new URL(sandbox.tokens.url).port);
    await sandbox[Symbol.asyncDispose]();
    await page.getByText('The sandbox does not answer.').waitFor();
    sandbox = await onSamePort(() => startSandboxOn(port));
    await page.getByText('live', { exact: true }).waitFor();
    expect(await storyOf(page, 'The sandbox is back')).toContain(
      'Token service stores the token of ada and hands it out',
    );
    await connected(page, 'Ada', 1);
    expect(complaints).toEqual([]);
  });

  test('says so where too many pages are open, and goes on once there is room', async () => {
    const others = new AbortController();
    for (let count = 0; count < 24; count += 1) {
      await fetch(`${sandbox.tokens.url}/demo/events`, { signal: others.signal });
    }
    const page = await context.newPage();
    await page.goto(sandbox.tokens.url);
    await page.getByText('Too many pages of the demo are open.').waitFor();
    others.abort();
    await page.getByText('live', { exact: true }).waitFor();
    await signIn(page);
  });

  test('a sign-in that fails says so, and is made up for once the fault is over', async () => {
    const page = await openPage();
    await press(page, 'Suspend app');
    await page.getByRole('button', { name: 'Resume app' }).waitFor();
    await press(page, 'Linus');
    await device(page, 'Linus', 1).getByText('not connected').waitFor();
    await storyOf(page, 'Sign in · Linus', 'Linus is not connected');
    await press(page, 'Resume app');
    await connected(page, 'Linus', 1);
  });

  test('keeps the last of very many steps, and of what others do shows the server’s part', async () => {
    const page = await openPage();
    for (let count = 0; count < 60; count += 1) {
      const headers = { 'X-User-Id': `many${count}`, 'Content-Type': 'application/json' };
      const { url } = sandbox.tokens;
      expect((await fetch(`${url}/access-token`, { method: 'POST', headers, body: '{}' })).status).toBe(200);
    }
    await storyOf(page, 'Done elsewhere', 'the last 150 shown');
    await page.locator('.steps > li:last-child', { hasText: 'stores the token of many59' }).waitFor();
    expect(await page.locator('.step').count()).toBe(150);
    expect(complaints).toEqual([]);
  });

  test('rests while nobody looks at it, and makes up for what it has missed', async () => {
    await context.addInitScript(`
      globalThis.visibility = 'visible';
      Object.defineProperty(document, 'visibilityState', { get: () => globalThis.visibility });
      globalThis.look = (state) => {
        globalThis.visibility = state;
        document.dispatchEvent(new Event('visibilitychange'));
      };`);
    const page = await openPage();
    await signIn(page);
    const rests = page.waitForEvent('requestfailed', (request) => request.url().includes('/demo/events'));
    await page.evaluate('look("hidden")');
    await rests;
    await sandbox.mock.console.rotateSecret({ takesEffect: 'at-once' });
    await page.evaluate('look("visible")');
    await storyOf(page, 'Done elsewhere');
    expect(await issued()).toEqual(['ada', 'ada']);
  });

  test('is worked by keyboard alone, and steps by arrow keys', async () => {
    const page = await openPage();
    await tabTo(page, 'Ada');
    await page.keyboard.press('Enter');
    await storyOf(page, 'Sign in · Ada');
    await tabTo(page, 'Connection check');
    await page.keyboard.press('Home');
    expect(await focused(page)).toContain('Token source asks');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    expect(await focused(page)).toContain('Signed request');
    expect(await page.locator('.piece.lit').allTextContents()).toEqual([
      expect.stringContaining('App server'),
      expect.stringContaining('Nexconn'),
    ]);
    expect(await page.locator('#code').textContent()).toContain('createNexconnClient()');
    const reference = await page.locator('#code-file a').getAttribute('href');
    expect(reference).toBe(`${sandbox.docs.url}/guides/calling-the-api.html`);
    await page.keyboard.press('Enter');
    await page.locator('.picked .facts').waitFor();
    await page.locator('.step[aria-expanded="true"]', { hasText: 'Signed request' }).waitFor();
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    expect(await page.locator('.step[aria-expanded]').count()).toBe(1);
    await tabTo(page, 'Express');
    await page.keyboard.press('ArrowRight');
    expect(await focused(page)).toBe('Next');
    expect(await page.getByRole('tab', { name: 'Next' }).getAttribute('aria-selected')).toBe('true');
  });

  test('a story can be copied as text, which holds no secret', async () => {
    const page = await openPage();
    await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: sandbox.tokens.url });
    await signIn(page);
    await storyOf(page, 'Sign in · Ada');
    await press(page, 'Copy as text');
    await page.getByText('Copied', { exact: true }).waitFor();
    const text = String(await page.evaluate('navigator.clipboard.readText()'));
    expect(text.split('\n')[0]).toBe('Sign in · Ada');
    expect(text).toContain('App server → Nexconn  Signed request POST /v4/auth/access-token/issue');
    expect(text).toContain('Without the kit: ');
    expect(text).not.toContain(sandbox.mock.appSecret);
  });

  test('works where the storage is blocked', async () => {
    await context.addInitScript(`for (const kind of ['localStorage', 'sessionStorage']) {
      Object.defineProperty(window, kind, { get() { throw new DOMException('blocked', 'SecurityError'); } });
    }`);
    const page = await openPage();
    await signIn(page);
    await press(page, 'Dark colours');
    expect(await page.evaluate('document.documentElement.dataset.theme')).toBe('dark');
    expect(complaints).toEqual([]);
  });

  test('is small, and says how soon it can be used', async () => {
    const page = await context.newPage();
    const sizes: Promise<number>[] = [];
    page.on('response', (response) => {
      if (!response.url().endsWith('/demo/events?after=')) sizes.push(response.body().then(({ length }) => length));
    });
    const startedAt = performance.now();
    await page.goto(sandbox.tokens.url);
    await page.getByRole('button', { name: 'Ada', exact: true }).waitFor();
    const interactiveMs = Math.round(performance.now() - startedAt);
    await page.getByText('live', { exact: true }).waitFor();
    const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
    console.log(`the demo page: ${(bytes / 1000).toFixed(1)} kB, to be used after ${interactiveMs} ms`);
    expect(bytes).toBeLessThan(100_000);
  });

  // Each width and each set of colours once; `npm run looks` looks at all of them together.
  test.each([
    [1280, 'dark'],
    [390, 'light'],
    ...(process.env.LOOKS === 'all'
      ? ([
          [1280, 'light'],
          [390, 'dark'],
        ] as const)
      : []),
  ] as const)('has nothing that axe complains of at %i px in %s, empty and full', async (width, colorScheme) => {
    await openBrowser({ width, colorScheme });
    const page = await openPage();
    expect(await axeViolations(page)).toEqual([]);
    await signIn(page);
    await press(page, 'Second device');
    await connected(page, 'Ada', 2);
    await press(page, 'Suspend app');
    await device(page, 'Ada', 2).getByText('app suspended (31008)').waitFor();
    await press(page, 'Resume app');
    await storyOf(page, 'Suspend app');
    await press(page, 'Rotate App Secret');
    await storyOf(page, 'Rotate App Secret');
    await page.locator('.step', { hasText: 'Signed request' }).first().click();
    expect(await axeViolations(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    expect(await wrappedLines(page)).toEqual([]);
    await sandbox[Symbol.asyncDispose]();
    await page.getByText('The sandbox does not answer.').waitFor();
    await press(page, 'Rotate App Secret');
    await page.getByText('not done: the sandbox does not answer', { exact: true }).waitFor();
    expect(await axeViolations(page)).toEqual([]);
  });
});

/** Writes the picture that the root README shows, where `npm run pictures` asks for it. */
async function takePicture(page: Page, name: string): Promise<void> {
  if (!process.env.PICTURES) return;
  await page.screenshot({ path: join(import.meta.dirname, `../../packages/docs/pictures/${name}.png`) });
}

/** Returns the lines of all code of the page that its panel would not show in one line. */
function wrappedLines(page: Page): Promise<string[]> {
  const all = Object.keys(topics).flatMap((topic) =>
    frameworks.flatMap((framework) => snippetFor(topic as keyof typeof topics, framework).statements),
  );
  return page.evaluate(`(() => {
    const wrapped = [];
    const line = document.querySelector('#code span').cloneNode();
    document.getElementById('code').append(line);
    line.textContent = 'x';
    const { height } = line.getBoundingClientRect();
    for (const text of ${JSON.stringify(all.join('\n').split('\n'))}) {
      line.textContent = text;
      if (line.getBoundingClientRect().height > height) wrapped.push(text);
    }
    line.remove();
    return wrapped;
  })()`);
}

/** Presses Tab until a control whose text begins so has the focus. */
async function tabTo(page: Page, text: string): Promise<void> {
  for (let steps = 0; steps < 90; steps += 1) {
    await page.keyboard.press('Tab');
    if ((await focused(page)).includes(text)) return;
  }
  throw new Error(`No amount of Tab leads to ${text}.`);
}

async function focused(page: Page): Promise<string> {
  return String(await page.evaluate('document.activeElement?.textContent'));
}
