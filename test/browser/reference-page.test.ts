import { existsSync, readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { document as contract, errorCatalogue, operationTable } from '@nexconn-kit/contract';
import { referencePagePath, siteFolder } from '@nexconn-kit/docs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type StaticServer, startDocsServer } from '../../packages/cli/src/commands/sandbox/docs-server.js';
import { until } from '../support/until.js';
import { axeViolations } from './axe-violations.js';
import { hasChromium } from './chromium.js';
import { launchChromium } from './launch-chromium.js';

const isWhole = process.env.DOCS_PAGES === 'all';

/** What `npm run docs:check` looks at; `npm test` has the first reference on a desktop in light and a phone in dark. */
const looks = [
  [1280, 'light'],
  [1280, 'dark'],
  [390, 'light'],
  [390, 'dark'],
] as const;

interface OpenPage {
  readonly page: Page;
  /** What it has asked others for. */
  readonly elsewhere: string[];
  readonly complaints: string[];
}

describe.runIf(hasChromium)('the API reference page in Chromium', () => {
  let server: StaticServer;
  let browser: Browser;
  let origin: string;
  /** The page on a desktop, which takes seconds to open: the tests read it one after the other. */
  let desktop: OpenPage;

  beforeAll(async () => {
    if (!existsSync(referencePagePath)) throw new Error(`${referencePagePath} is not built. Run: npm run docs`);
    server = await startDocsServer(siteFolder, 0);
    origin = server.url;
    browser = await launchChromium();
    desktop = await openPage(1280);
  });

  afterAll(async () => {
    await browser?.close();
    await server?.[Symbol.asyncDispose]();
  });

  /** Opens the page and records what it asks for, blocked or not, and what it complains about. */
  async function openPage(width: number, colorScheme: 'light' | 'dark' = 'light'): Promise<OpenPage> {
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
    const elsewhere: string[] = [];
    const complaints: string[] = [];
    page.on('request', (request) => {
      const url = new URL(request.url());
      const inside = url.origin === origin || url.protocol === 'data:' || url.protocol === 'blob:';
      if (!inside) elsewhere.push(request.url());
    });
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(`${origin}/api/`, { waitUntil: 'networkidle' });
    for (const { path } of Object.values(operationTable)) await scrollUntilSeen(page, path);
    return { page, elsewhere, complaints };
  }

  test('shows every operation with its path, and every error code', async () => {
    const { page } = desktop;
    for (const operation of Object.values(operationTable)) await openOperation(page, operation);
    const text = await readThrough(page);
    for (const { code, name } of Object.values(errorCatalogue)) {
      expect(text).toContain(String(code));
      expect(text).toContain(name);
    }
    expect(await axeViolations(page)).toEqual([]);
  });

  test('shows the limits: rate, bytes and characters', async () => {
    const { page } = desktop;
    const rates = Object.values(operationTable).flatMap(({ rateLimit }) => rateLimit ?? []);
    const limits = [
      ...rates.map(({ limit }) => `Rate limit: ${limit} requests per`),
      ...byteLimits(contract).map((bytes) => `Length: at most ${bytes} bytes`),
      '64 characters',
    ];
    expect(limits).toEqual(expect.arrayContaining(['Rate limit: 200 requests per', 'Length: at most 256 bytes']));
    let text = '';
    for (const operation of Object.values(operationTable)) {
      await openOperation(page, operation);
      const { rateLimit } = operation;
      text += await scrollUntilSeen(
        page,
        rateLimit === null ? operation.path : `Rate limit: ${rateLimit.limit} requests per`,
      );
      text += await readThrough(page);
    }
    expect([...new Set(limits)].filter((limit) => !text.includes(limit))).toEqual([]);
    expect(text).not.toMatch(/max-bytes|rate-limit:|x-mock/);
  });

  test('shows a request as curl, and in ten other languages', async () => {
    const { page } = desktop;
    for (const operation of Object.values(operationTable).slice(0, 1)) await openOperation(page, operation);
    await scrollUntilSeen(page, 'curl + openssl');
    const panel = page.locator('.panel-request-samples').first();
    await panel.getByText('openssl rand -hex 8').waitFor();
    await panel.getByText('curl + openssl').click();
    for (const language of ['TypeScript', 'Python', 'Java 17', 'C#', 'Kotlin', 'Swift']) {
      await page.getByText(language, { exact: true }).first().waitFor();
    }
    await page.getByText('Python', { exact: true }).first().click();
    await panel.getByText('hashlib.sha1').waitFor();
  });

  test('offers to hand its address to no other company', async () => {
    const { page } = desktop;
    await expect(page.getByRole('button', { name: 'More actions' }).count()).resolves.toBe(0);
  });

  test('has a title, a description and a language', async () => {
    const { page } = desktop;
    expect(await page.title()).toBe('Nexconn Server API reference');
    expect(await page.locator('meta[name=description]').getAttribute('content')).toMatch(/\baccess tokens\b/);
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
  });

  test('asks no other host for anything and logs no error, also while a reader scrolls and searches', async () => {
    const { page, elsewhere, complaints } = desktop;
    const search = page.getByTestId('search-dialog');
    await page.keyboard.press('Control+k');
    await search
      .locator('input')
      .first()
      .fill(String(Object.values(operationTable)[0]?.path));
    await search
      .getByText(String(Object.values(operationTable)[0]?.summary))
      .first()
      .waitFor();
    await page.waitForLoadState('networkidle');
    expect(elsewhere).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test('fits a phone without scrolling sideways', async () => {
    const { page, elsewhere, complaints } = await openPage(390, 'dark');
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    expect(await axeViolations(page)).toEqual([]);
    expect(elsewhere).toEqual([]);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test.runIf(isWhole).each(looks)(
    'axe finds nothing wrong in any reference: %i pixels, %s',
    async (width, colorScheme) => {
      for (const folder of references()) {
        const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme, reducedMotion: 'reduce' });
        await page.goto(`${origin}/${folder}/`, { waitUntil: 'networkidle' });
        await readThrough(page);
        expect(await axeViolations(page), folder).toEqual([]);
        expect(await page.evaluate('document.documentElement.scrollWidth'), folder).toBe(width);
        await page.close();
      }
    },
  );
});

/** Returns the folders of the references: `api`, `api/token-service` and so on. */
function references(): string[] {
  const paths = readdirSync(siteFolder, { recursive: true, encoding: 'utf8' });
  return paths.filter((path) => /^api\b.*index\.html$/.test(path)).map(dirname);
}

/** Opens an operation by the list of its tag: where there are many operations, Redoc shows those of one tag. */
async function openOperation(page: Page, { path, summary }: { path: string; summary: string }): Promise<void> {
  const heading = page.getByRole('heading', { name: summary }).first();
  await scrollUntilSeen(page, path);
  if (!(await heading.isVisible())) await page.getByRole('link', { name: path }).first().click();
  await heading.waitFor();
}

/** Returns what is seen on the way from the top to the end. */
async function readThrough(page: Page): Promise<string> {
  let text = '';
  await page.evaluate('scrollTo(0, 0)');
  for (let isAtEnd = false; !isAtEnd; ) {
    await page.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))');
    text += await textOf(page);
    isAtEnd = (await page.evaluate('scrollY + innerHeight >= document.documentElement.scrollHeight - 1')) as boolean;
    await page.evaluate('scrollBy(0, innerHeight / 2)');
  }
  return text;
}

/** Scrolls, over and over, until the text was seen: what is far away is rendered only when it comes near. */
async function scrollUntilSeen(page: Page, text: string): Promise<string> {
  let seen = '';
  const readOn = async (): Promise<string> => {
    const atEnd = await page.evaluate('scrollY + innerHeight >= document.documentElement.scrollHeight - 1');
    await page.evaluate(atEnd ? 'scrollTo(0, 0)' : 'scrollBy(0, innerHeight / 2)');
    seen = await textOf(page);
    return seen;
  };
  await until(async () => expect(await readOn()).toContain(text));
  return seen;
}

/** The text of the page, in one line. */
async function textOf(page: Page): Promise<string> {
  return (await page.locator('body').innerText()).replaceAll(/\s+/g, ' ');
}

/** The byte limits of the schemas, at whatever depth. */
function byteLimits(node: unknown): number[] {
  if (typeof node !== 'object' || node === null) return [];
  const limit = (node as { 'x-max-bytes'?: unknown })['x-max-bytes'];
  return [...(typeof limit === 'number' ? [limit] : []), ...Object.values(node).flatMap(byteLimits)];
}
