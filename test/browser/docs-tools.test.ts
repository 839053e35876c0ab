import { existsSync } from 'node:fs';
import { siteFolder } from '@nexconn-kit/docs';
import { type RunningMock, startMock } from '@nexconn-kit/mock';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type StaticServer, startDocsServer } from '../../packages/cli/src/commands/sandbox/docs-server.js';
import { until } from '../support/until.js';
import { axeViolations } from './axe-violations.js';
import { hasChromium } from './chromium.js';
import { launchChromium } from './launch-chromium.js';

const looks = [
  ['light', 1280],
  ['dark', 390],
] as const;

describe.runIf(hasChromium)('what the documentation has to fill in, in Chromium', () => {
  let server: StaticServer;
  let mock: RunningMock;
  let browser: Browser;

  beforeAll(async () => {
    if (!existsSync(siteFolder)) throw new Error(`${siteFolder} is not built. Run: npm run docs`);
    server = await startDocsServer(siteFolder, 0);
    mock = await startMock({ port: 0 });
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    await mock?.close();
    await server?.[Symbol.asyncDispose]();
  });

  /** Opens a page, and records which hosts it asks. */
  async function open(path: string) {
    const context = await browser.newContext({ reducedMotion: 'reduce' });
    const asked = new Set<string>();
    context.on('request', (request) => asked.add(new URL(request.url()).origin));
    const page = await context.newPage();
    await page.goto(`${server.url}/${path}`);
    return { context, page, asked };
  }

  async function close(context: BrowserContext, page: Page): Promise<void> {
    for (const [colorScheme, width] of looks) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 900 });
      await page.locator(colorScheme === 'dark' ? 'html.dark' : 'html:not(.dark)').waitFor();
      // The whole page is looked at by npm run docs:check.
      expect(await axeViolations(page, '.tool')).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    }
    await context.close();
  }

  test('"Try it" signs for a mock and for nothing else, and says why a call was refused', async () => {
    const { context, page, asked } = await open('try-it.html#issueAccessToken');
    const address = page.getByLabel('Address of the mock');
    const verdict = page.locator('[data-part=verdict]');
    const button = page.getByRole('button', { name: 'Sign and send' });
    const sendTo = async (url: string): Promise<void> => {
      await address.fill(url);
      await address.press('Enter');
    };
    await until(async () => expect(await button.isEnabled()).toBe(true));

    await sendTo('https://api.sg-light-api.com');
    await page.getByText('api.sg-light-api.com is refused').waitFor();
    expect(await address.getAttribute('aria-invalid')).toBe('true');

    // The documentation is on this machine as well, and is no mock.
    await sendTo(server.url);
    await page.getByText('does not call itself a mock. Nothing was signed').waitFor();
    expect(await page.getByLabel('Command').textContent()).toContain('npx @nexconn-kit/cli mock --port ');
    expect([...asked]).toEqual([server.url]);

    await sendTo(mock.url);
    await verdict.getByText('Answered 200, code 0.').waitFor();
    expect(await page.locator('[data-part=request]').textContent()).toMatch(/^POST .*\nHost: .*\nApp-Key: .*\nNonce: /);
    expect(await page.locator('[data-part=answer]').textContent()).toContain('"accessToken"');
    await page.getByRole('button', { name: 'TypeScript' }).press('Enter');
    expect(await page.locator('[data-part=code]').textContent()).toContain('nexconn.issueAccessToken({');
    expect(await page.locator('.tool').innerText()).not.toContain(mock.appSecret);

    const name = page.getByLabel('name', { exact: false }).first();
    await name.fill('x'.repeat(65));
    await page.getByText('65 characters; the limit is 64.').waitFor();
    await page.getByLabel('App Secret of the mock').fill(mock.appKey);
    await button.click();
    await verdict.getByText('app-key-as-secret').waitFor();
    expect([...asked].sort()).toEqual([server.url, mock.url].sort());
    await close(context, page);
  });

  test('the calculator shows each text, and names a mistake', async () => {
    const { context, page, asked } = await open('guides/signing.html');
    const nonce = page.getByLabel('Nonce', { exact: true });
    const step = (name: string) => page.locator(`[data-step=${name}]`);
    // It is loaded as it is scrolled to.
    await nonce.scrollIntoViewIfNeeded();
    await until(async () => expect(await nonce.isEnabled()).toBe(true));
    expect(await step('signature').textContent()).toBe('30be0bbca9c9b2e27578701e9fda2358a814c88f');

    await page.getByLabel('Signature that your code makes').fill('30BE0BBCA9C9B2E27578701E9FDA2358A814C88F');
    await page.getByText('its digits are in upper case').waitFor();
    await nonce.fill('a'.repeat(19));
    await page.getByText('has 19 characters; the limit is 18.').waitFor();
    await nonce.fill('7');
    await page.getByText('fb5b0774871801838632c6475561fb28a09690cf').waitFor();
    expect(await step('text').innerText()).toBe('Y1W2MeFwwwRxa071408710653000');
    expect([...asked]).toEqual([server.url]);
    await close(context, page);
  });
});
