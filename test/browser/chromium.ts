import { existsSync } from 'node:fs';
import { findProgram, isExpected } from '../support/find-program.js';

const applications = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Returns the path of a Chromium on this machine: `CHROMIUM_PATH` first, then the `PATH`; `undefined` where there is none. */
export function chromiumPath(): string | undefined {
  const chosen = process.env.CHROMIUM_PATH;
  if (chosen) return existsSync(chosen) ? chosen : undefined;
  const onPath = findProgram('chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable');
  return onPath ?? applications.find((path) => existsSync(path));
}

/** Returns the path of Chromium's headless shell, which is the same engine for a third of the CPU time, or else of a whole Chromium. */
export function headlessShellPath(): string | undefined {
  return (process.env.CHROMIUM_PATH ? undefined : findProgram('chromium-headless-shell')) ?? chromiumPath();
}

/** Returns why no page can be looked at here; undefined where one can. */
export function whyNoChromium(): string | undefined {
  return chromiumPath() ? undefined : 'It needs a Chromium.';
}

/** Whether the tests that need a Chromium run: everywhere but on a machine of a person who has none. With CI=true they fail without. */
export const hasChromium: boolean = isExpected(chromiumPath() !== undefined);
