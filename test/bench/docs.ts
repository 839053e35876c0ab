import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { siteFolder } from '@nexconn-kit/docs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { startDocsServer } from '../../packages/cli/src/commands/sandbox/docs-server.js';
import { chromiumPath } from '../browser/chromium.js';
import { median } from './medians.js';
import { printResults } from './print-results.js';

const docs = fileURLToPath(new URL('../../packages/docs', import.meta.url));
const isShort = process.argv.includes('--short');
const runs = isShort ? 1 : 5;
const pages = { start: '', guide: 'guides/many-users.html', signing: 'guides/signing.html', reference: 'api/' };
const wanted: Record<string, string> = {
  'build, seconds': 'at most 30',
  'guide, kB': 'at most 100',
  'signing, kB': 'at most 100',
  'reference, kB': 'at most 700',
  ...Object.fromEntries(
    Object.keys(pages).flatMap((name) => [
      [`${name}, kB on the second visit`, '0'],
      [`${name}, LCP ms`, 'at most 1000'],
      [`${name}, CLS`, 'at most 0.05'],
    ]),
  ),
};

/** What a page measures of itself: the browser hands it what has been seen so far. */
const paints = `new Promise((resolve) => {
  const seen = { lcp: 0, cls: 0 };
  new PerformanceObserver((list) => list.getEntries().forEach((each) => (seen.lcp = each.startTime))).observe({ type: 'largest-contentful-paint', buffered: true });
  new PerformanceObserver((list) => list.getEntries().forEach((each) => (seen.cls += each.hadRecentInput ? 0 : each.value))).observe({ type: 'layout-shift', buffered: true });
  requestAnimationFrame(() => setTimeout(() => resolve(seen)));
})`;

/** Measures the documentation: its build from clean, and what a first and a second visit transfer and take in Chromium. */
export async function benchDocs(): Promise<Record<string, number>> {
  const results: Record<string, number> = {};
  if (!isShort) results['build, seconds'] = await build();
  const executablePath = chromiumPath();
  await using server = await startDocsServer(siteFolder, 0);
  const browser = await chromium.launch({
    ...(executablePath === undefined ? {} : { executablePath }),
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'],
  });
  try {
    for (const [name, path] of Object.entries(pages)) {
      const visits: Visit[] = [];
      for (let run = 0; run < runs; run++) visits.push(await visitTwice(browser, `${server.url}/${path}`));
      results[`${name}, kB`] = median(visits.map(({ first }) => first / 1000));
      results[`${name}, kB on the second visit`] = median(visits.map(({ second }) => second / 1000));
      results[`${name}, LCP ms`] = median(visits.map(({ lcp }) => lcp));
      results[`${name}, CLS`] = median(visits.map(({ cls }) => cls));
    }
  } finally {
    await browser.close();
  }
  printResults('docs', results, wanted);
  return results;
}

/** Seconds of a build, as `npm run docs` runs it, without what turbo keeps. */
async function build(): Promise<number> {
  const start = performance.now();
  await promisify(execFile)('npm', ['run', '--silent', 'build'], { cwd: docs, maxBuffer: 2 ** 26 });
  return (performance.now() - start) / 1000;
}

interface Visit {
  /** Bytes of the bodies, as they were transferred. */
  readonly first: number;
  readonly second: number;
  readonly lcp: number;
  readonly cls: number;
}

async function visitTwice(browser: Browser, url: string): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  try {
    const first = await visit(await context.newPage(), url);
    const second = await visit(await context.newPage(), url);
    return { ...first, first: first.bytes, second: second.bytes };
  } finally {
    await context.close();
  }
}

async function visit(page: Page, url: string): Promise<{ bytes: number; lcp: number; cls: number }> {
  const session = await page.context().newCDPSession(page);
  const heads = new Map<string, number>();
  let bytes = 0;
  session.on('Network.responseReceived', ({ requestId, response }) => heads.set(requestId, response.encodedDataLength));
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    bytes += Math.max(0, encodedDataLength - (heads.get(requestId) ?? 0));
  });
  await session.send('Network.enable');
  await page.goto(url, { waitUntil: 'networkidle' });
  const { lcp, cls } = (await page.evaluate(paints)) as { lcp: number; cls: number };
  return { bytes, lcp, cls };
}
