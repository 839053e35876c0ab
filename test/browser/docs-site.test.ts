import { existsSync, readdirSync } from 'node:fs';
import { siteFolder } from '@nexconn-kit/docs';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type StaticServer, startDocsServer } from '../../packages/cli/src/commands/sandbox/docs-server.js';
import { until } from '../support/until.js';
import { axeViolations, ofColours } from './axe-violations.js';
import { hasChromium } from './chromium.js';
import { launchChromium } from './launch-chromium.js';

/** One page of each kind; `npm run docs:check` looks at all. */
const kinds = ['index.html', 'start/index.html', 'guides/index.html', 'guides/many-users.html', 'recipes/express.html'];
const isWhole = process.env.DOCS_PAGES === 'all';
const looks: [width: number, colorSchemes: ('light' | 'dark')[]][] = isWhole
  ? [
      [1280, ['light', 'dark']],
      [390, ['dark', 'light']],
    ]
  : [
      [1280, ['light']],
      [390, ['dark']],
    ];

const timeout = isWhole ? 3_600_000 : 600_000;

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
  async function openContext(width: number, colorScheme: 'light' | 'dark' = 'light') {
    const context = await browser.newContext({
      viewport: { width, height: 900 },
      colorScheme,
      reducedMotion: 'reduce',
    });
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

  test.each(looks)('every page is readable at %i pixels, %o, and asks no other host', async (width, colorSchemes) => {
    const [found, left]: [Record<string, string[]>, string[]] = [{}, isWhole ? allPages() : [...kinds]];
    /** Looks at one page after another, as long as there are some, and returns what was recorded. */
    const look = async () => {
      const { context, elsewhere, complaints } = await openContext(width, colorSchemes[0]);
      const page = await context.newPage();
      for (let path = left.shift(); path !== undefined; path = left.shift()) {
        await page.emulateMedia({ colorScheme: colorSchemes[0] ?? null });
        await page.goto(`${server.url}/${path}`, { waitUntil: 'networkidle' });
        const faults = await faultsOf(page, width, colorSchemes);
        if (faults.length > 0) found[path] = faults;
      }
      await context.close();
      return [...elsewhere, ...complaints];
    };
    // Each waits most of the time until its page has come to rest.
    const recorded = await Promise.all([look(), look()]);
    expect({ found, recorded: recorded.flat() }).toEqual({ found: {}, recorded: [] });
  });

  test('search finds a page by a word of its text, by the keyboard alone', async () => {
    const { context, elsewhere, complaints } = await openContext(1280, 'light');
    const page = await openPage(context, 'start/index.html');
    // The keys do nothing before the script of the page has run.
    const open = async (): Promise<boolean> => {
      await page.keyboard.press('Control+k');
      return page.getByRole('combobox', { name: 'Search' }).isVisible();
    };
    await until(open);
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
    expect(await axeViolations(page)).toEqual([]);
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
    .filter((path) => path.endsWith('.html') && path !== '404.html' && !path.startsWith('api'))
    .sort();
}

/** Returns what is wrong with a page that is open, in the first of these colours, and what the others bring about. */
async function faultsOf(page: Page, width: number, colorSchemes: ('light' | 'dark')[]): Promise<string[]> {
  const faults: string[] = [];
  for (const [index, colorScheme] of colorSchemes.entries()) {
    await page.emulateMedia({ colorScheme });
    await page.locator(colorScheme === 'dark' ? 'html.dark' : 'html:not(.dark)').waitFor();
    faults.push(...(await axeViolations(page, undefined, index === 0 ? {} : ofColours)));
    const shade = Number(await page.evaluate('getComputedStyle(document.body).backgroundColor.match(/\\d+/)[0]'));
    if (shade > 128 !== (colorScheme === 'light')) faults.push(`is not ${colorScheme}`);
  }
  const asWide = Number(await page.evaluate('document.documentElement.scrollWidth'));
  return asWide > width ? [...faults, 'is wider than the window'] : faults;
}
