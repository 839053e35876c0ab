// Starts the app server, with the settings of a mock around it, and looks at the built page in a Chromium.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { chromium } from 'playwright-core';

const probe = createServer().listen(0);
await once(probe, 'listening');
const { port } = probe.address();
probe.close();
const url = `http://127.0.0.1:${port}`;
const server = spawn(process.execPath, ['server.js'], { env: { ...process.env, PORT: port }, stdio: 'inherit' });
process.once('exit', () => server.kill());
while (!(await fetch(url).catch(() => undefined))) await setTimeout(100);

// The Chromium of CHROMIUM_PATH, or that of `npx playwright-core install chromium`.
const executablePath = process.env.CHROMIUM_PATH;
const browser = await chromium.launch(executablePath ? { executablePath, args: ['--no-sandbox'] } : {});
const context = await browser.newContext();
// However busy the machine is.
context.setDefaultTimeout(120_000);
const page = await context.newPage();
await page.goto(url);
await page.getByText('please log in').waitFor();
await context.addCookies([{ name: 'session', value: 'a1b2', url }]);
await page.getByRole('button').click();
await page.getByText(/a token of \d+ characters/).waitFor();
await browser.close();
process.exit();
