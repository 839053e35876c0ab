import { type Browser, chromium, type LaunchOptions } from 'playwright-core';
import { chromiumPath, headlessShellPath } from './chromium.js';

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
export function launchChromium(more: LaunchOptions = {}): Promise<Browser> {
  const usual = startedFrom(headlessShellPath());
  return chromium.launch({ ...usual, ...more, args: [...args, ...(more.args ?? [])] });
}

function startedFrom(executablePath: string | undefined): LaunchOptions {
  return { args, ...(executablePath !== undefined && { executablePath }) };
}
