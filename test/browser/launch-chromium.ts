import { type Browser, type BrowserContext, chromium, type LaunchOptions } from 'playwright-core';
import { chromiumPath, headlessShellPath } from './chromium.js';

/** Nothing is decided by it but that a run ends: the 30 s that Playwright waits by itself are short on a busy machine. */
const patience = 90_000;

const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

/**
 * How a whole Chromium is started, for what its headless shell lacks: preferences of a profile, and pages kept for the Back button.
 * Without a sandbox, which root in a container has not, and without calls home.
 */
export const wholeChromium: LaunchOptions = startedFrom(chromiumPath());

/** Starts a Chromium of the caller's own, who closes it: the headless shell where there is one. */
export async function launchChromium(more: LaunchOptions = {}): Promise<Browser> {
  const usual = startedFrom(headlessShellPath());
  const browser = await chromium.launch({ ...usual, ...more, args: [...args, ...(more.args ?? [])] });
  return browser.on('context', (context) => context.setDefaultTimeout(patience));
}

/** Starts a whole Chromium with the profile in a folder, for the caller, who closes it. */
export async function launchProfile(folder: string): Promise<BrowserContext> {
  const context = await chromium.launchPersistentContext(folder, wholeChromium);
  context.setDefaultTimeout(patience);
  return context;
}

function startedFrom(executablePath: string | undefined): LaunchOptions {
  return { args, timeout: patience, ...(executablePath !== undefined && { executablePath }) };
}
