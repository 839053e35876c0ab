import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { promisify } from 'node:util';
import { createNexconnClient } from '@nexconn-kit/client';
import { type RunningMock, startMock } from '@nexconn-kit/mock';
import { signRequest } from '@nexconn-kit/signing';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { onSamePort } from '../support/free-port.js';
import { patient } from '../support/patient.js';
import { until } from '../support/until.js';
import { axeViolations } from './axe-violations.js';
import { hasChromium } from './chromium.js';
import { launchChromium } from './launch-chromium.js';

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
    browser = await launchChromium();
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

    await tabTo(page, 'Rotate App Secret…');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Rotate the App Secret?' }).waitFor();
    await tabTo(page, 'Rotate');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'The new App Secret' }).waitFor();
    expect((await page.locator('#question-secret').innerText()).length).toBeGreaterThan(8);
    await page.keyboard.press('Escape');
    await page.getByText('The App Secret was rotated.').waitFor();
    expect(await page.locator('#question-secret').textContent()).toBe('');
    await until(async () => expect(await issue('jlk456j5')).toMatchObject({ apiCode: 1004 }));

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
    await page.getByLabel('Code', { exact: true }).selectOption({ label: '1050 InternalTimeout (HTTP 504)' });
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
    // Another document may have been played when the list of codes was read.
    await page.evaluate("document.querySelector('#fault [name=code]').add(new Option('7', '7', true, true))");
    await page.getByRole('button', { name: 'Set fault' }).click();
    await page.locator('#fault .message.bad', { hasText: '7' }).waitFor();
    await page.getByLabel('Times').fill('');
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
    await page.getByText('Users: the newest 50 of 120').waitFor();
    await page.getByText('Tokens: the newest 50 of 120').waitFor();
    for (const [count, title] of [
      [100, 'Users: the newest 100 of 120'],
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
    await page.getByText('Tokens: the newest 100 of 120').waitFor();
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
    await until(async () => expect(await page.locator('#entries tr').count()).toBe(2));
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
    await until(async () => expect(await page.locator('#entries tr').count()).toBe(1));
    await page.getByLabel('User', { exact: true }).first().fill('');
    await page.getByLabel('only refused').check();
    await page.getByText('The filters let none of the newest 2 requests through.').waitFor();
    expect(await page.locator('#entries tr').count()).toBe(0);
    expect(await page.getByText('No requests yet').isVisible()).toBe(false);
    await mock.console.setFault({ appKey: mock.appKey, sequence: [{ kind: 'latency', ms: 1 }, { kind: 'reset' }] });
    await issue('late');
    await issue('cut');
    const cut = requestRow(page, 'fault: reset');
    await cut.waitFor();
    expect(await cut.locator('.number').first().innerText()).toBe('none');
    expect(await page.locator('#entries tr').count()).toBe(1);
    await page.getByLabel('only refused').uncheck();
    await page.getByLabel('pause').check();
    await issue('u3');
    await page.locator('#users tr', { hasText: 'u3' }).waitFor();
    expect(await page.locator('#entries tr').count()).toBe(4);
    await page.getByLabel('pause').uncheck();
    await until(async () => expect(await page.locator('#entries tr').count()).toBe(5));
    await page.getByRole('button', { name: 'Clear', exact: true }).click();
    await page.getByText('The requests are forgotten.').waitFor();
    expect(await page.locator('#entries tr').count()).toBe(0);
    await page.getByText('No requests yet').waitFor();
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

  /** Has a request signed wrongly: in another order, and in base64. */
  async function sendWronglySigned(): Promise<void> {
    const headers = signRequest(mock);
    const text = `${headers.Nonce}${mock.appSecret}${headers.Timestamp}`;
    const signature = Buffer.from(await crypto.subtle.digest('SHA-1', Buffer.from(text))).toString('base64');
    await fetch(`${mock.url}/v4/auth/access-token/issue`, {
      method: 'POST',
      headers: { ...headers, Signature: signature, 'content-type': 'application/json' },
      body: '{"userId":"u1","name":"Ada"}',
    });
  }

  test('opens a request: what came, what was answered, and what should have been signed', async () => {
    await sendWronglySigned();
    const { page, complaints } = await openPage();
    const opener = page.getByRole('button', { name: 'POST /v4/auth/access-token/issue' });
    expect(await opener.getAttribute('aria-expanded')).toBe('false');
    await opener.click();
    await page.getByText('What was signed').waitFor();
    expect(await page.locator('.compared mark').count()).toBe(6);
    expect(await page.locator('.compared').innerText()).toContain('[App Secret masked]');
    expect(await page.locator('.opened').innerText()).toContain('[signature masked]');
    expect(await page.locator('.opened').innerText()).toContain('"errorMessage"');
    await issue('another');
    await requestRow(page, 'another').getByText('ok', { exact: true }).waitFor();
    expect(await page.locator('.opened').count()).toBe(1);
    expect(await page.content()).not.toContain(mock.appSecret);
    await page.getByRole('button', { name: 'POST' }).last().click();
    await page.locator('.opened').waitFor({ state: 'detached' });
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('is gone through by arrow keys, and one Tab leads past all requests', async () => {
    for (const userId of ['u1', 'u2', 'u3']) await issue(userId);
    const { page } = await openPage();
    const rowOfFocus = () => page.evaluate('document.activeElement.closest("tr")?.innerText');
    await page.locator('#clear-journal').focus();
    await page.keyboard.press('Tab');
    expect(await rowOfFocus()).toContain('u3');
    await page.keyboard.press('ArrowDown');
    expect(await rowOfFocus()).toContain('u2');
    await page.keyboard.press('End');
    expect(await rowOfFocus()).toContain('u1');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Replay' }).waitFor();
    expect(await rowOfFocus()).toContain('u1');
    await page.keyboard.press('Home');
    await page.keyboard.press('Shift+Tab');
    expect(await page.evaluate('document.activeElement.id')).toBe('clear-journal');
    await page.close();
  });

  test('copies a request as curl, which is answered alike, and as a test', async () => {
    await issue('u1');
    const { page } = await openPage();
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    const copied = async (name: string): Promise<string> => {
      await page.getByRole('button', { name }).click();
      await page.locator('.detail .message', { hasText: 'is copied' }).waitFor();
      const text = String(await page.evaluate('navigator.clipboard.readText()'));
      await page.locator('.opener').first().click();
      await page.locator('.opener').first().click();
      return text;
    };
    await page.locator('.opener').first().click();
    expect(await copied('Copy as test')).toContain("test('POST /v4/auth/access-token/issue answers 200");
    const curl = await copied('Copy as curl');
    expect(curl).toContain(mock.url);
    expect(curl).not.toContain(mock.appSecret);
    const env = { ...process.env, NEXCONN_APP_SECRET: mock.appSecret };
    const { stdout } = await promisify(execFile)('bash', ['-c', curl], { env });
    expect(JSON.parse(stdout)).toMatchObject({ code: 0, result: { userId: 'u1' } });
    await page.close();
  });

  test('replays a request, and makes a fault of one', async () => {
    await fetch(`${mock.url}/v4/auth/access-token/issue`, {
      method: 'POST',
      headers: { ...signRequest(mock), 'content-type': 'application/json' },
      body: '{"userId":"","name":"Ada"}',
    });
    const { page } = await openPage();
    await page.locator('.opener').click();
    await page.getByRole('button', { name: 'Replay' }).click();
    await page.getByText('Sent again: 400').waitFor();
    await until(async () => expect(await page.locator('.opener').count()).toBe(2));
    await page.getByRole('button', { name: 'Make this a fault' }).click();
    await page.getByRole('button', { name: 'Set fault' }).click();
    await page.getByText('answer 1002: 0 of 1 taken').waitFor();
    expect(await issue('u2')).toMatchObject({ apiCode: 1002 });
    await mock.console.setFault({ appKey: mock.appKey, sequence: [{ kind: 'latency', ms: 3 }] });
    await issue('u3');
    await requestRow(page, 'fault: latency=3').locator('.opener').click();
    await page.locator('.opened', { hasText: 'latency=3' }).getByRole('button', { name: 'Make this a fault' }).click();
    await page.getByRole('button', { name: 'Set fault' }).click();
    await page.getByText('latency 3 ms for user u3: 0 of 1 taken').waitFor();
    await page.close();
  });

  test('sends a request by the form of the document, and opens it', async () => {
    const { page, complaints } = await openPage();
    await page.getByRole('link', { name: 'Send a request' }).first().click();
    await page.getByText('Nexconn Server API').waitFor();
    await page.locator('#operation').selectOption('issueAccessToken');
    await page.getByLabel('userId body').fill('u1');
    await page.getByRole('button', { name: 'Send request' }).click();
    await page.getByText('Answered 200').waitFor();
    expect(await page.locator('#sent').innerText()).toContain('[token masked]');
    await page.getByLabel('sign it').uncheck();
    await page.getByRole('link', { name: 'Requests' }).click();
    await page.getByLabel('User', { exact: true }).first().fill('nobody');
    await page.getByLabel('pause').check();
    await page.getByRole('link', { name: 'Send a request' }).first().click();
    await page.getByRole('button', { name: 'Send request' }).click();
    await page.getByText('Answered 401').waitFor();
    await page.getByRole('button', { name: 'Open the request' }).click();
    await page.locator('.opened').getByText('Refused:').waitFor();
    expect((await mock.console.listUsers()).users).toMatchObject([{ userId: 'u1', name: 'Ada' }]);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('makes an app, switches to it, and copies its secret once', async () => {
    await issue('of-the-first');
    const { page } = await openPage();
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByRole('button', { name: 'Suspend' }).click();
    await page.getByText('The app is suspended.').waitFor();
    await page.getByRole('button', { name: 'New app…' }).click();
    await page.getByLabel('App Key').fill('two words');
    await page.getByRole('button', { name: 'Create app' }).click();
    await page.locator('#new-app .message.bad', { hasText: /^appKey has a character outside/ }).waitFor();
    await page.getByLabel('App Key').fill(mock.appKey);
    await page.getByRole('button', { name: 'Create app' }).click();
    await page.locator('#new-app .message.bad', { hasText: 'already' }).waitFor();
    await page.getByLabel('App Key').fill('second');
    await page.getByRole('button', { name: 'Create app' }).click();
    await page.getByRole('heading', { name: 'The App Secret of the new app' }).waitFor();
    expect(await page.locator('#question-secret').innerText()).toMatch(/^•+$/);
    await page.getByRole('button', { name: 'Copy App Secret' }).click();
    await page.getByText('The App Secret is copied.').waitFor();
    const appSecret = String(await page.evaluate('navigator.clipboard.readText()'));
    expect(await page.content()).not.toContain(appSecret);
    await page.getByRole('button', { name: 'Show' }).click();
    expect(await page.locator('#question-secret').innerText()).toBe(appSecret);
    await page.getByRole('button', { name: 'Close' }).click();
    await until(async () => expect(await page.content()).not.toContain(appSecret));
    expect(await page.locator('#app').inputValue()).toBe('second');
    expect(await page.getByText('The app is suspended.').count()).toBe(0);
    expect(await page.locator('#users tr').count()).toBe(0);
    const options = { appKey: 'second', appSecret, baseUrl: mock.url, retry: false as const, ...patient };
    await createNexconnClient(options).issueAccessToken({ userId: 'u2', name: 'Grace' });
    await page.locator('#users tr', { hasText: 'u2' }).waitFor();
    await page.close();
  });

  test('finds users, checks a token, and sets the clock', async () => {
    await mock.console.updateApp({ tokenValiditySeconds: 60 });
    for (const [userId, name] of [
      ['u1', 'Ada'],
      ['u2', 'Grace'],
    ] as const)
      await issue(userId, name);
    const { accessToken } = (await issue('u3', 'Linus')) as { accessToken: string };
    const { page } = await openPage();
    expect(await page.locator('#users td:first-child').allInnerTexts()).toEqual(['u3', 'u2', 'u1']);
    await page.getByLabel('Search').fill('gra');
    await until(async () => expect(await page.locator('#users td:first-child').allInnerTexts()).toEqual(['u2']));
    await page.getByLabel('Search').fill('nobody');
    await page.getByText('No user has this text.').waitFor();

    const check = async (token: string, says: RegExp): Promise<void> => {
      await page.getByLabel('Token', { exact: true }).fill(token);
      await page.getByRole('button', { name: 'Check token' }).click();
      await page.locator('#check-token .message').filter({ hasText: says }).waitFor();
    };
    await check(accessToken, /^0: .*u3's/);
    await check('junk', /^31004: /);
    await page.getByLabel('Set to').fill('1969-01-01T00:00:00');
    expect(await page.locator('#clock-to').evaluate((input) => (input as HTMLInputElement).validity.valid)).toBe(false);
    await page.getByLabel('Set to').fill('2031-05-06T07:08:09');
    await page.getByRole('button', { name: 'Set clock' }).click();
    await page.getByText('The clock is at 2031-05-06 07:08:09.').waitFor();
    await page.locator('#clock-state', { hasText: 'moved by +' }).waitFor();
    expect(new Date((await mock.console.getClock()).now).getFullYear()).toBe(2031);
    await check(accessToken, /^31020: /);
    await page.getByRole('button', { name: 'Real time' }).click();
    await page.locator('#clock-state', { hasText: 'real time' }).waitFor();
    await page.close();
  });

  test('shows what of the document was met, and counts anew', async () => {
    await issue('u1');
    await sendWronglySigned();
    const { page } = await openPage();
    await page.getByRole('link', { name: 'Coverage' }).click();
    const answer = await fetch(`${mock.url}/_console/api/coverage/get`, { method: 'POST' });
    const { percent } = (await answer.json()) as { percent: number };
    expect(percent).toBeGreaterThan(0);
    await page.getByText(`${percent} %`, { exact: true }).waitFor();
    await page.locator('#codes tr', { hasText: '1004' }).getByText('met', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Count anew' }).click();
    await page.getByText('0 %', { exact: true }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Error codes' }).waitFor();
    await page.close();
  });

  test('exports an archive that another browser plays, without secrets, tokens and signatures', async () => {
    const { accessToken } = (await issue('u9')) as { accessToken: string };
    await fetch(`${mock.url}/v4/nowhere?a=1&token=${encodeURIComponent(accessToken)}`);
    await sendWronglySigned();
    const { page } = await openPage();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export HAR' }).click(),
    ]);
    await page.getByText('3 requests are exported').waitFor();
    expect(download.suggestedFilename()).toBe('nexconn-mock.har');
    const path = await download.path();
    const text = await readFile(path, 'utf8');
    for (const hidden of [mock.appSecret, accessToken, encodeURIComponent(accessToken)])
      expect(text).not.toContain(hidden);
    expect(JSON.parse(text).log.entries).toHaveLength(3);

    const other = await browser.newPage();
    await other.route(`${mock.url}/**`, (route) => route.fulfill({ body: '<p>empty</p>', contentType: 'text/html' }));
    await other.goto(mock.url);
    await other.routeFromHAR(path, { url: '**/v4/**', notFound: 'abort' });
    const replayed = await other.evaluate(async () => {
      const headers = { 'content-type': 'application/json' };
      const body = '{"userId":"u9","name":"Ada"}';
      const response = await fetch('/v4/auth/access-token/issue', { method: 'POST', headers, body });
      return [response.status, await response.text()];
    });
    expect(replayed).toEqual([200, expect.stringContaining('[token masked]')]);
    await other.close();
    await page.close();
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
    const { page, complaints } = await openPage({ width, colorScheme });
    expect(await axeViolations(page)).toEqual([]);
    for (let user = 0; user < 60; user += 1) await issue(`u${user}`);
    await sendWronglySigned();
    await fetch(`${mock.url}/v4/auth/access-token/issue`, { headers: { 'x-mock-fault': 'reset' } });
    await mock.console.setFault({ userId: 'nobody', sequence: [{ kind: 'reset' }, 'success'], times: 0 });
    await page.locator('#faults li').waitFor();
    await requestRow(page, '1004').locator('.opener').click();
    await page.getByText('What was signed').waitFor();
    expect(await axeViolations(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    await page.getByRole('link', { name: 'Send a request' }).first().click();
    await page.getByRole('button', { name: 'Send request' }).click();
    await page.getByText('Answered 200').waitFor();
    expect(await axeViolations(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    await page.getByRole('link', { name: 'Coverage' }).click();
    expect(await axeViolations(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    await page.getByRole('button', { name: 'New app…' }).click();
    expect(await axeViolations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Create app' }).click();
    await page.getByRole('heading', { name: 'The App Secret of the new app' }).waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('link', { name: 'Requests' }).click();
    await page.getByRole('button', { name: 'Rotate App Secret…' }).click();
    await page.getByRole('heading', { name: 'Rotate the App Secret?' }).waitFor();
    expect(await axeViolations(page)).toEqual([]);
    const [dialogWidth, shownWidth] = (await page.evaluate(
      '[document.querySelector("dialog[open]")].flatMap((each) => [each.scrollWidth, each.clientWidth])',
    )) as number[];
    expect(dialogWidth).toBe(shownWidth);
    await page.keyboard.press('Escape');
    expect(complaints).toEqual([]);
    await mock.close();
    await page.getByText('The mock does not answer.').waitFor();
    expect(await axeViolations(page)).toEqual([]);
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
        '#entries .opener',
        '#entries .good',
        '#entries .reason',
        'button',
        '.badge',
        'legend',
        '.hint',
      ]) {
        expect(await contrastOf(page, selector), selector).toBeGreaterThanOrEqual(4.5);
      }
      await page.setViewportSize({ width: 320, height: 900 });
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
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
