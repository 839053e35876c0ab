import { type RunningMock, startMock } from '@nexconn-kit/mock';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasChromium } from './chromium.js';
import { launchChromium } from './launch-chromium.js';

/** What came of the client in a page. */
interface Outcome {
  userId?: string;
  name?: string;
  code?: string;
  message?: string;
}

describe.runIf(hasChromium)('the client in a page of Chromium', () => {
  let browser: Browser;
  let mock: RunningMock;
  let page: Page;
  let bundle: string;

  beforeAll(async () => {
    mock = await startMock({ port: 0 });
    bundle = await bundleForBrowsers();
    browser = await launchChromium();
    page = await browser.newPage();
    await page.goto(`${mock.url}/_console`);
  });

  afterAll(async () => {
    await browser?.close();
    await mock?.close();
  });

  /** Returns a script that starts the client, has it issue a token, and evaluates to what came of it. */
  function script(more: Record<string, unknown> = {}): string {
    const { appKey, appSecret, url: baseUrl } = mock;
    const options = JSON.stringify({ appKey, appSecret, baseUrl, ...more });
    return `${bundle};
      (async () => {
        const { userId } = await nexconn.createNexconnClient(${options}).issueAccessToken({ userId: 'jlk456j5', name: 'Ada' });
        return { userId };
      })().catch(({ name, code, message }) => ({ name, code, message }))`;
  }

  const refusal = {
    name: 'NexconnConfigurationError',
    code: 'BROWSER_REFUSED',
    message: expect.stringMatching(/everyone who has the page could read the App Secret.*app server.*access token/),
  };

  test('refuses to start, and says what to do instead', async () => {
    expect(await page.evaluate<Outcome>(script())).toEqual(refusal);
    expect((await page.evaluate<Outcome>(script())).message).not.toContain(mock.appSecret);
  });

  test('refuses to start in a worker of the page', async () => {
    const source = JSON.stringify(`${script()}.then(postMessage)`);
    const inWorker = `new Promise((resolve, reject) => {
      const worker = new Worker(URL.createObjectURL(new Blob([${source}], { type: 'text/javascript' })));
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = ({ message }) => reject(new Error(message));
    })`;
    // The console allows no worker; a page without a policy of its own does.
    const other = await browser.newPage();
    expect(await other.evaluate<Outcome>(inWorker)).toEqual(refusal);
    await other.close();
  });

  test('sends nothing while it refuses, and a token where the refusal is switched off', async () => {
    const before = await mock.console.listJournal({ appKey: mock.appKey });
    await page.evaluate(script());
    expect(await mock.console.listJournal({ appKey: mock.appKey })).toEqual(before);
    expect(await page.evaluate<Outcome>(script({ dangerouslyAllowBrowser: true }))).toEqual({ userId: 'jlk456j5' });
  });
});

/** Bundles the sources of the client as an app's own bundler would. */
async function bundleForBrowsers(): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: "export { createNexconnClient } from '@nexconn-kit/client';", resolveDir: import.meta.dirname },
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'nexconn',
    conditions: ['@nexconn-kit/source', 'browser'],
    logLevel: 'error',
  });
  return outputFiles[0]?.text ?? '';
}
