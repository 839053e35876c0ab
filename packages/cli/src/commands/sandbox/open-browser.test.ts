import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { until } from '../../../../../test/support/until.js';
import { openBrowser } from './open-browser.js';

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'nexconn-open-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

it.runIf(process.platform !== 'win32')('hands the address to the opener of the system, without a shell', async () => {
  const folder = makeFolder();
  const opened = join(folder, 'opened');
  writeFileSync(join(folder, 'xdg-open'), `#!/bin/sh\nprintf %s "$1" > "$0.part" && mv "$0.part" "${opened}"\n`);
  chmodSync(join(folder, 'xdg-open'), 0o755);
  const url = 'http://127.0.0.1:4020/?a=$(id)&b=1';
  const env = { PATH: `${folder}:${process.env.PATH}` };
  expect(await openBrowser(url, env, 'linux')).toBeUndefined();
  await until(() => expect(existsSync(opened)).toBe(true));
  expect(readFileSync(opened, 'utf8')).toBe(url);
});

it('says what is missing where there is none', async () => {
  const folder = makeFolder();
  expect(await openBrowser('http://127.0.0.1:4020', { PATH: folder }, 'linux')).toBe('xdg-open cannot be run (ENOENT)');
  expect(await openBrowser('http://127.0.0.1:4020', { PATH: folder }, 'darwin')).toBe('open cannot be run (ENOENT)');
});
