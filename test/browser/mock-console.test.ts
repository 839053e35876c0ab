import { connect } from 'node:net';
import { createNexconnClient } from '@nexconn-kit/client';
import { type RunningMock, startMock } from '@nexconn-kit/mock';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { onSamePort } from '../support/free-port.js';
import { patient } from '../support/patient.js';
import { chromiumPath, hasChromium } from './chromium.js';

const executablePath = chromiumPath();
const quiet = ['--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'];
const markup = '<img src=x onerror="document.title=1">';

interface OpenPage {
  page: Page;
  elsewhere: string[];
  complaints: string[];
}

describe.runIf(hasChromium)('the console of the mock in Chromium', () => {
  let browser: Browser;
  let mock: RunningMock;

  beforeAll(async () => {
    browser = await chromium.launch({
      ...(executablePath === undefined ? {} : { executablePath }),
      args: ['--no-sandbox', '--disable-gpu', ...quiet],
    });
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    mock = await startMock({ port: 0 });
  });
  afterEach(() => mock?.close());

  const issue = (userId: string, name = 'Ada'): Promise<unknown> =>
    createNexconnClient({ appKey: mock.appKey, appSecret: mock.appSecret, baseUrl: mock.url, retry: false, ...patient })
      .issueAccessToken({ userId, name })
      .catch((error: unknown) => error);

  /** Opens the page and records what it asks for elsewhere, and what it complains about. */
  async function openPage(options: { width?: number; colorScheme?: 'light' | 'dark' } = {}): Promise<OpenPage> {
    const { width = 1280, colorScheme = 'light' } = options;
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
    const elsewhere: string[] = [];
    const complaints: string[] = [];
    page.on('request', (request) => {
      const url = request.url();
      if (!url.startsWith(`${mock.url}/_console`) && !url.startsWith('data:')) elsewhere.push(url);
    });
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(`${mock.url}/_console`);
    await page.getByText('live', { exact: true }).waitFor();
    return { page, elsewhere, complaints };
  }

  const requestRow = (page: Page, text: string) => page.locator('#entries tr', { hasText: text });

  test('shows requests as they arrive, with verdict and reason, their users and tokens', async () => {
    const { page, elsewhere, complaints } = await openPage();
    await page.getByText('No requests yet').waitFor();
    await issue('jlk456j5');
    await requestRow(page, 'jlk456j5').getByText('ok', { exact: true }).waitFor();
    await issue('second');
    await fetch(`${mock.url}/v4/auth/access-token/issue`, { method: 'POST', body: '{}' });
    await requestRow(page, 'missing').getByText('refused', { exact: true }).waitFor();
    expect(await page.locator('#entries tr').count()).toBe(3);
    await page.locator('#users tr', { hasText: 'jlk456j5' }).waitFor();
    await page.locator('#tokens tr', { hasText: 'second' }).getByText('valid', { exact: true }).waitFor();
    expect(elsewhere).toEqual([]);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('shows no token and no secret but the one that was just made', async () => {
    await issue('jlk456j5');
    const { page } = await openPage();
    await page.locator('#tokens tr').waitFor();
    const [{ tokenId } = { tokenId: '' }] = (await mock.console.listTokens({ appKey: mock.appKey })).tokens;
    expect(await page.locator('#tokens').innerText()).toContain(tokenId.slice(0, 12));
    expect(await page.content()).not.toContain(mock.appSecret);
    await page.close();
  });

  test('is worked by keyboard alone: rotate, suspend, reset', async () => {
    await issue('jlk456j5');
    const { page } = await openPage();
    await page.locator('#tokens tr').getByText('valid', { exact: true }).waitFor();

    await tabTo(page, 'Rotate secret…');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Rotate the App Secret?' }).waitFor();
    await tabTo(page, 'Rotate');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'The new App Secret' }).waitFor();
    expect((await page.locator('#question-secret').innerText()).length).toBeGreaterThan(8);
    await page.keyboard.press('Escape');
    await page.getByText('The App Secret was rotated.').waitFor();
    expect(await page.locator('#question-secret').textContent()).toBe('');
    await expect.poll(() => issue('jlk456j5')).toMatchObject({ apiCode: 1004 });

    await tabTo(page, 'Suspend');
    await page.keyboard.press('Space');
    await page.getByText('The app is suspended.').waitFor();
    expect(await mock.console.getApp({ appKey: mock.appKey })).toMatchObject({ suspended: true });
    await page.getByRole('button', { name: 'Resume' }).waitFor();

    await tabTo(page, 'Reset…');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Reset the app?' }).waitFor();
    await page.keyboard.press('Escape');
    expect((await mock.console.listUsers({ appKey: mock.appKey })).users).toHaveLength(1);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Reset the app?' }).waitFor();
    await tabTo(page, 'Reset');
    await page.keyboard.press('Enter');
    await page.getByText('The app is as new.').waitFor();
    expect((await mock.console.listUsers({ appKey: mock.appKey })).users).toEqual([]);
    await page.close();
  });

  test('takes a question that is asked at once again for a new one', async () => {
    await issue('jlk456j5');
    const { page } = await openPage();
    await page.locator('#tokens tr').getByText('valid', { exact: true }).waitFor();
    await page.evaluate(() => {
      const button = [...document.querySelectorAll('button')].find(({ textContent }) => textContent === 'Reset…');
      button?.click();
      queueMicrotask(() => {
        document.querySelector<HTMLButtonElement>('#question-no')?.click();
        button?.click();
      });
    });
    expect((await mock.console.listUsers({ appKey: mock.appKey })).users).toHaveLength(1);
    await page.getByRole('button', { name: 'Reset', exact: true }).click();
    await page.getByText('The app is as new.').waitFor();
    expect((await mock.console.listUsers({ appKey: mock.appKey })).users).toEqual([]);
    await page.close();
  });

  test('sets a fault that the next request meets, and clears them', async () => {
    const { page } = await openPage();
    await page.getByRole('spinbutton', { name: 'Code' }).fill('1050');
    await page.getByLabel('Times').fill('2');
    await page.getByRole('button', { name: 'Set fault' }).click();
    await page.getByText('answer 1050: 0 of 2 taken').waitFor();
    expect(await issue('u1')).toMatchObject({ apiCode: 1050 });
    await page.getByText('answer 1050: 1 of 2 taken').waitFor();
    await requestRow(page, 'u1').getByText('fault: answer').waitFor();
    await page.getByRole('button', { name: 'Clear faults' }).click();
    await page.getByText('There are no faults.').waitFor();
    expect((await mock.console.listFaults()).faults).toEqual([]);
    await page.close();
  });

  test('sets a sequence of faults by keyboard alone, step by step, for one user', async () => {
    const { page, complaints } = await openPage();
    const step = (name: string) => page.getByRole('group', { name });
    const choose = (name: string, kind: string) => step(name).getByLabel('Kind').selectOption(kind);

    await choose('Step 1', 'reset');
    expect(await step('Step 1').getByRole('button').count()).toBe(0);
    for (const name of ['Step 2', 'Step 3', 'Step 4']) {
      await tabTo(page, 'Add step');
      await page.keyboard.press('Enter');
      await step(name).waitFor();
      expect(await focusedIn(page)).toBe(name);
    }
    await choose('Step 2', 'hang');
    await choose('Step 3', 'answer');
    await step('Step 3').getByLabel('Wait (ms)').fill('5');
    await choose('Step 4', 'success');
    expect(await step('Step 4').getByRole('spinbutton').count()).toBe(0);
    await step('Step 1').getByLabel('Kind').focus();
    await tabTo(page, 'Remove', 2);
    await page.keyboard.press('Enter');
    await step('Step 4').waitFor({ state: 'detached' });
    expect(await focusedIn(page)).toBe('Step 2');

    await page.locator('#fault').getByLabel('User').fill('u1');
    await page.getByLabel('Times').fill('2');
    await tabTo(page, 'Set fault');
    await page.keyboard.press('Enter');
    await page.getByText('reset, answer 1008 5 ms, success for user u1: 0 of 6 taken').waitFor();
    expect((await mock.console.listFaults()).faults).toMatchObject([
      { sequence: [{ kind: 'reset' }, { kind: 'answer', code: 1008, ms: 5 }, 'success'], times: 2, userId: 'u1' },
    ]);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('says what is wrong with a fault, and sets none', async () => {
    const { page } = await openPage();
    await page.getByRole('spinbutton', { name: 'Code' }).fill('7');
    await page.getByRole('button', { name: 'Set fault' }).click();
    await page.locator('#notice', { hasText: '7' }).waitFor();
    await page.getByRole('spinbutton', { name: 'Code' }).fill('');
    await page.getByRole('button', { name: 'Set fault' }).click();
    expect(await page.locator('#fault :invalid').count()).toBeGreaterThan(0);
    expect((await mock.console.listFaults()).faults).toEqual([]);
    await page.close();
  });

  test('shows more users and tokens at the press of a button, and keeps the focus', async () => {
    await mock.console.updateApp({ appKey: mock.appKey, rateLimit: false });
    for (let user = 0; user < 120; user += 1) await issue(`u${user}`);
    const { page, complaints } = await openPage();
    const rows = (id: string) => page.locator(`#${id} tr`).count();
    await page.getByText('Users: the first 50 of 120').waitFor();
    await page.getByText('Tokens: the first 50 of 120').waitFor();
    for (const [count, title] of [
      [100, 'Users: the first 100 of 120'],
      [120, 'Users'],
    ] as const) {
      if (count === 100) await tabTo(page, 'Show 50 more');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: title, exact: true }).waitFor();
      expect(await rows('users')).toBe(count);
    }
    expect(await page.locator('#users-more').isVisible()).toBe(false);
    expect(await page.evaluate('document.activeElement.querySelector("#users") !== null')).toBe(true);
    await tabTo(page, 'Show 50 more', 1);
    await page.keyboard.press('Enter');
    await page.getByText('Tokens: the first 100 of 120').waitFor();
    await issue('u120');
    await page.locator('#users tr', { hasText: 'u120' }).waitFor();
    expect(await rows('tokens')).toBe(100);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('shows what was no request, too', async () => {
    const { page } = await openPage();
    const socket = connect(Number(new URL(mock.url).port), '127.0.0.1').on('error', () => {});
    socket.resume().write('hello\r\n\r\n');
    await requestRow(page, 'no request').getByText('refused', { exact: true }).waitFor();
    expect(await requestRow(page, 'no request').innerText()).toMatch(/\b400\b.*\b1002\b/s);
    expect(await page.locator('#entries tr').count()).toBe(1);
    await page.close();
  });

  test('shows the last of very many requests', async () => {
    await mock.console.updateApp({ appKey: mock.appKey, rateLimit: false });
    const { page } = await openPage();
    for (let round = 0; round < 20; round += 1) {
      await Promise.all(Array.from({ length: 20 }, (_unused, at) => issue(`r${round}x${at}`)));
    }
    await issue('last');
    await requestRow(page, 'last').waitFor();
    expect(await page.locator('#entries tr').count()).toBe(300);
    await page.close();
  });

  test('shows what callers send as text, never as markup', async () => {
    const { page, complaints } = await openPage();
    await issue('u1', markup);
    await fetch(`${mock.url}/${encodeURI(markup)}`);
    await page.locator('#users').getByText(markup).waitFor();
    await expect.poll(() => page.locator('#entries tr').count()).toBe(2);
    expect(await page.locator('img').count()).toBe(0);
    expect(await page.title()).toBe('Mock console');
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('keeps to the filters, and to the pause', async () => {
    const { page } = await openPage();
    await issue('u1');
    await issue('u2');
    await page.locator('#entries tr').nth(1).waitFor();
    await page.getByLabel('User', { exact: true }).first().fill('u2');
    await expect.poll(() => page.locator('#entries tr').count()).toBe(1);
    await page.getByLabel('User', { exact: true }).first().fill('');
    await page.getByLabel('only refused').check();
    await expect.poll(() => page.locator('#entries tr').count()).toBe(0);
    await page.getByLabel('only refused').uncheck();
    await page.getByLabel('pause').check();
    await issue('u3');
    await page.locator('#users tr', { hasText: 'u3' }).waitFor();
    expect(await page.locator('#entries tr').count()).toBe(2);
    await page.getByLabel('pause').uncheck();
    await expect.poll(() => page.locator('#entries tr').count()).toBe(3);
    await page.getByRole('button', { name: 'Clear', exact: true }).click();
    await page.getByText('The requests are forgotten.').waitFor();
    expect(await page.locator('#entries tr').count()).toBe(0);
    expect((await mock.console.listJournal()).entries).toEqual([]);
    await page.close();
  });

  test('says when the mock has gone, and finds a new one on its port', async () => {
    const { page } = await openPage();
    const { port } = new URL(mock.url);
    await mock.close();
    await page.getByText('not connected').waitFor();
    mock = await onSamePort(() => startMock({ port: Number(port) }));
    await page.getByText('live', { exact: true }).waitFor();
    expect(await issue('anew')).toMatchObject({ userId: 'anew' });
    await requestRow(page, 'anew').getByText('ok', { exact: true }).waitFor();
    expect(await page.locator('#entries tr').count()).toBe(1);
    expect(await page.getByText('not connected').count()).toBe(0);
    await page.close();
  });

  test.each(['light', 'dark'] as const)(
    'can be read in %s, also on a phone without scrolling sideways',
    async (colorScheme) => {
      await issue('jlk456j5');
      await fetch(`${mock.url}/v4/auth/access-token/issue`, { method: 'POST', body: '{}' });
      const { page } = await openPage({ width: 390, colorScheme });
      await page.locator('#tokens tr').waitFor();
      await page.getByRole('button', { name: 'Add step' }).click();
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
      expect(await page.evaluate('document.querySelector("#steps").scrollWidth')).toBeLessThan(390 - 2 * 24);
      for (const selector of [
        '#notice',
        '#entries .code',
        '#entries .good',
        '#entries .reason',
        'button',
        '.badge',
        'legend',
        '.hint',
      ]) {
        expect(await contrastOf(page, selector), selector).toBeGreaterThanOrEqual(4.5);
      }
      await page.close();
    },
  );
});

/** Presses Tab until a control of that name has the focus, the first or a later one. */
async function tabTo(page: Page, name: string, turn = 1): Promise<void> {
  let left = turn;
  for (let steps = 0; steps < 90; steps += 1) {
    await page.keyboard.press('Tab');
    if ((await page.evaluate('document.activeElement?.textContent')) !== name) continue;
    left -= 1;
    if (left === 0) return;
  }
  throw new Error(`No amount of Tab leads to ${name}.`);
}

/** The name of the step that the focus is in. */
function focusedIn(page: Page): Promise<unknown> {
  return page.evaluate('document.activeElement?.closest("fieldset")?.querySelector("legend")?.textContent');
}

/** The contrast of the text of an element against what lies behind it, as WCAG has it. */
function contrastOf(page: Page, selector: string): Promise<number> {
  return page.evaluate(`(() => {
    const read = (text) => text.match(/[\\d.]+/g).map(Number);
    const shade = ([r, g, b]) => [r, g, b].map((part) => part / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
      .reduce((sum, part, index) => sum + part * [0.2126, 0.7152, 0.0722][index], 0);
    let element = document.querySelector(${JSON.stringify(selector)});
    const front = shade(read(getComputedStyle(element).color));
    while (element && (read(getComputedStyle(element).backgroundColor)[3] ?? 1) === 0) element = element.parentElement;
    const back = shade(element ? read(getComputedStyle(element).backgroundColor) : [255, 255, 255]);
    return (Math.max(front, back) + 0.05) / (Math.min(front, back) + 0.05);
  })()`);
}
