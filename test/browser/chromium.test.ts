import { afterEach, expect, it, vi } from 'vitest';
import { chromiumPath, hasChromium } from './chromium.js';

afterEach(() => {
  vi.unstubAllEnvs();
});

it.runIf(hasChromium)('with CI=true there is a Chromium, so that no browser test is left out', () => {
  expect(chromiumPath(), 'No Chromium was found, and none could be installed; the output says why.').toBeDefined();
});

it('a Chromium named by CHROMIUM_PATH comes before those of the PATH', () => {
  vi.stubEnv('CHROMIUM_PATH', import.meta.filename);
  expect(chromiumPath()).toBe(import.meta.filename);
});

it('a CHROMIUM_PATH that names no file is not replaced by another Chromium', () => {
  vi.stubEnv('CHROMIUM_PATH', `${import.meta.filename}.missing`);
  expect(chromiumPath()).toBeUndefined();
});
