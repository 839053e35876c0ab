import { existsSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { referencePagePath } from '@nexconn-kit/docs';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath, hasChromium } from './chromium.js';

const executablePath = chromiumPath();
const address = new URL('many-users.html', pathToFileURL(referencePagePath)).href;

describe.runIf(hasChromium)('the guide about many users in Chromium', () => {
  let browser: Browser;
  beforeAll(async () => {
    if (!existsSync(fileURLToPath(address))) throw new Error(`${address} is not built. Run: npm run docs`);
    browser = await chromium.launch({
      ...(executablePath === undefined ? {} : { executablePath }),
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'],
    });
  });
  afterAll(() => browser?.close());

  test.each([
    ['light', 1280],
    ['light', 375],
    ['dark', 1280],
    ['dark', 375],
  ] as const)('is %s, fits %i pixels, loads nothing and complains of nothing', async (colorScheme, width) => {
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
    const [asked, complaints]: [string[], string[]] = [[], []];
    page.on('request', (request) => asked.push(request.url()));
    page.on('console', (message) => complaints.push(message.text()));
    await page.goto(address);
    expect(asked.filter((url) => !url.startsWith('data:'))).toEqual([address]);
    expect(complaints).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    const shade = Number(await page.evaluate('getComputedStyle(document.body).backgroundColor.match(/\\d+/)[0]'));
    expect(shade > 128).toBe(colorScheme === 'light');
    await page.close();
  });

  test('is where the link of the reference leads', async () => {
    const page = await browser.newPage();
    await page.goto(pathToFileURL(referencePagePath).href);
    const link = page.getByRole('link', { name: 'Guide: many users' });
    expect(await link.getAttribute('href')).toBe('many-users.html');
    await page.close();
  });
});
