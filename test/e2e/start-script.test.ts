import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { runCommand } from '../support/run-command.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
/** Runs a script of Node in place of the build. */
const startAfter = (build: string) => runCommand(process.execPath, ['start.js', '-e', build], { cwd: root });
const { scripts } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  scripts: Record<string, string>;
};

it('a build before npm start is one line, whatever it says', async () => {
  const { exitCode, output } = await startAfter("console.log('a\\n'.repeat(40)); console.error('b')");
  expect([exitCode, output]).toEqual([0, expect.stringMatching(/^Building [^\n]{1,70}\n$/)]);
});

it('a build that fails says all of it, and ends npm start', async () => {
  const { exitCode, stdout, output } = await startAfter(
    "console.log('error TS2322'); console.error('\\x1b[31mred\\x1b[39m'); process.exitCode = 7",
  );
  expect([exitCode, stdout]).toEqual([7, expect.stringMatching(/^Building .*\n$/)]);
  expect(output).toMatch(/error TS2322\nred\nThe build failed: .*npm ci.*\n/);
});

it('npm shows a start script of one line of 80 columns', () => {
  expect(scripts.start).toContain('node start.js && ');
  expect(`> ${scripts.start}`.length).toBeLessThanOrEqual(80);
});
