// Opens each story of the built Storybook in a Chromium.
import { chromium } from 'playwright-core';
import { preview } from 'vite';

const server = await preview({ build: { outDir: 'dist' }, preview: { host: '127.0.0.1', port: 0 } });
const [url] = server.resolvedUrls.local;
// The Chromium of CHROMIUM_PATH, or that of `npx playwright-core install chromium`.
const executablePath = process.env.CHROMIUM_PATH;
const browser = await chromium.launch(executablePath ? { executablePath, args: ['--no-sandbox'] } : {});
const page = await browser.newPage();
// However busy the machine is.
page.setDefaultTimeout(120_000);
const texts = { loading: 'loading', ready: 'a token of 7 characters', 'logged-out': 'LOGIN_REQUIRED: try again' };
for (const [story, text] of Object.entries(texts)) {
  await page.goto(`${url}iframe.html?id=token-status--${story}`);
  await page.locator('#storybook-root').getByText(text, { exact: true }).waitFor();
}
await browser.close();
await server.close();
