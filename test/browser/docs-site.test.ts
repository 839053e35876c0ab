import { existsSync, readdirSync } from 'node:fs';
import { siteFolder } from '@nexconn-kit/docs';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type StaticServer, startDocsServer } from '../../packages/cli/src/commands/sandbox/docs-server.js';
import { axeViolations } from './axe-violations.js';
import { hasChromium } from './chromium.js';
import { launchChromium } from './launch-chromium.js';

/** One page of each kind; `npm run docs:check` looks at all. */
const kinds = ['index.html', 'start/index.html', 'guides/index.html', 'guides/many-users.html', 'recipes/express.html'];
const looks = [
  ['light', 1280],
  ['dark', 390],
  ...(process.env.DOCS_PAGES === 'all'
    ? ([
        ['light', 390],
        ['dark', 1280],
      ] as const)
    : []),
] as const;

/** Nothing is decided by it but that a run ends. */
const patience = 90_000;
const timeout = process.env.DOCS_PAGES === 'all' ? 3_600_000 : 600_000;

describe.runIf(hasChromium)('the documentation in Chromium', { timeout }, () => {
  let server: StaticServer;
  let browser: Browser;

  beforeAll(async () => {
    if (!existsSync(siteFolder)) throw new Error(`${siteFolder} is not built. Run: npm run docs`);
    server = await startDocsServer(siteFolder, 0);
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.[Symbol.asyncDispose]();
  });

  /** Records what the pages ask others for, blocked or not, and what they complain about. */
  async function openContext(width: number, colorScheme: 'light' | 'dark') {
    const context = await browser.newContext({
      viewport: { width, height: 900 },
      colorScheme,
      reducedMotion: 'reduce',
    });
    context.setDefaultTimeout(patience);
    const [elsewhere, complaints]: [string[], string[]] = [[], []];
    context.on('request', (request) => {
      if (!request.url().startsWith(`${server.url}/`) && !request.url().startsWith('data:'))
        elsewhere.push(request.url());
    });
    context.on('weberror', (error) => complaints.push(error.error().message));
    context.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
    });
    return { context, elsewhere, complaints };
  }

  test.each(looks)('every page is readable, %s at %i pixels, and asks no other host', async (colorScheme, width) => {
    const { context, elsewhere, complaints } = await openContext(width, colorScheme);
    const found: Record<string, unknown> = {};
    for (const path of process.env.DOCS_PAGES === 'all' ? allPages() : kinds) {
      const page = await openPage(context, path);
      const faults = [
        ...(await axeViolations(page)),
        ...((await widthOf(page)) > width ? ['is wider than the window'] : []),
      ];
      if (faults.length > 0) found[path] = faults;
      const shade = Number(await page.evaluate('getComputedStyle(document.body).backgroundColor.match(/\\d+/)[0]'));
      expect(shade > 128).toBe(colorScheme === 'light');
      await page.close();
    }
    expect(found).toEqual({});
    expect({ elsewhere, complaints }).toEqual({ elsewhere: [], complaints: [] });
    await context.close();
  });

  test('search finds a page by a word of its text, by the keyboard alone', async () => {
    const { context, elsewhere, complaints } = await openContext(1280, 'light');
    const page = await openPage(context, 'start/index.html');
    // The keys do nothing before the script of the page has run.
    const open = async (): Promise<boolean> => {
      await page.keyboard.press('Control+k');
      return page.getByRole('combobox', { name: 'Search' }).isVisible();
    };
    await expect.poll(open).toBe(true);
    await page.keyboard.type('autovacuum');
    await page.getByRole('listbox').getByText('Many users').first().waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/guides\/many-users\.html#/);
    expect({ elsewhere, complaints }).toEqual({ elsewhere: [], complaints: [] });
    await context.close();
  });

  test('an address that is not there has a page that says so', async () => {
    const { context } = await openContext(390, 'light');
    const page = await context.newPage();
    const answer = await page.goto(`${server.url}/guides/none.html`);
    expect(answer?.status()).toBe(404);
    await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
    await context.close();
  });

  async function openPage(context: BrowserContext, path: string): Promise<Page> {
    const page = await context.newPage();
    await page.goto(`${server.url}/${path}`, { waitUntil: 'networkidle' });
    return page;
  }
});

function allPages(): string[] {
  return readdirSync(siteFolder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.html') && !path.startsWith('api'))
    .sort();
}

function widthOf(page: Page): Promise<number> {
  return page.evaluate('document.documentElement.scrollWidth');
}
