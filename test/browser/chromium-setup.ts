import { provideProgram } from '../support/provide-program.js';
import { chromiumPath } from './chromium.js';

/** Ensures that the browser tests have a Chromium, or says which tests do not run and what to install. */
export default function setup(): void {
  const chosen = process.env.CHROMIUM_PATH;
  if (chosen && chromiumPath() === undefined) {
    throw new Error(`CHROMIUM_PATH names ${chosen}, and there is no such file. Correct it or unset it.`);
  }
  provideProgram({
    title: 'Chromium',
    debianPackages: 'chromium chromium-headless-shell',
    isThere: () => chromiumPath() !== undefined,
    leftOut: 'the tests in test/browser',
    advice: { darwin: 'brew install --cask chromium', win32: 'winget install Hibbiki.Chromium' },
  });
}
