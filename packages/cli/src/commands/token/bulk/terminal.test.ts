import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startMock } from '@nexconn-kit/mock';
import { expect, onTestFinished, test } from 'vitest';
import { bundleFlags } from '../../../../../../test/support/bundle-sources.js';
import { hasPrograms } from '../../../../../../test/support/find-program.js';
import { bin, startCli } from '../../../../test/support/start-cli.js';
import { widthOf } from '../../../terminal/text.js';

const rows = 200;

async function prepare() {
  const folder = mkdtempSync(join(tmpdir(), 'nexconn-terminal-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const mock = await startMock({ port: 0, rateLimit: false });
  onTestFinished(() => mock.close());
  const [input, out] = ['users.csv', 'tokens.csv'].map((name) => join(folder, name));
  const ids = Array.from({ length: rows }, (_, index) => (index === 7 ? 'u s' : `u${index}`));
  writeFileSync(`${input}`, `userId,name\n${ids.map((id) => `${id},Name\n`).join('')}`);
  const env = { NEXCONN_APP_KEY: mock.appKey, NEXCONN_APP_SECRET: mock.appSecret, NEXCONN_BASE_URL: mock.url };
  return { env, args: ['token', 'bulk', `${input}`, '--out', `${out}`, '--rate', '100'], out: `${out}` };
}

test.runIf(hasPrograms('script', 'stty')).each([40, 80, 200])(
  'the line of progress fits a terminal of %i columns, and goes away at the end',
  async (columns) => {
    const { env, args, out } = await prepare();
    const node = [process.execPath, ...bundleFlags, bin];
    const command = [...node, ...args].map((word) => `'${word}'`).join(' ');
    const child = spawn('script', ['-qec', `stty cols ${columns}; ${command}`, '/dev/null'], {
      env: { PATH: process.env.PATH ?? '', TERM: 'xterm', ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    // What runs in it ends with the terminal.
    onTestFinished(() => void child.kill('SIGKILL'));
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    expect(await once(child, 'close')).toEqual([3, null]);

    const [, ...drawn] = text.split('\r\x1b[2K');
    const last = drawn.pop() ?? '';
    expect(drawn.length).toBeGreaterThan(3);
    expect(drawn.filter((line) => widthOf(line) >= columns)).toEqual([]);
    const lines = drawn.filter((line) => /\d % {2}[\d,]+ done/.test(line));
    expect(lines.length).toBe(drawn.length);
    // On a narrow one there may be room for a bar as long as nothing else is known.
    if (columns > 40) {
      expect(lines.some((line) => line.includes('█'))).toBe(true);
      expect(lines.at(-1)).toContain('1 rejected');
    }
    expect(lines.some((line) => /\d\/s/.test(line))).toBe(true);
    expect(last).toMatch(/^Issued 199 tokens in .*\r\nRejected 1 row: .*\r\n$/s);
    expect(readFileSync(out, 'utf8').split('\n').length).toBe(rows + 1);
  },
);

test('elsewhere it writes no more than lines, and none with --quiet', async () => {
  const { env, args, out } = await prepare();
  const plain = await startCli(args, env).ended;
  expect(plain.code).toBe(3);
  expect(plain.stderr).not.toMatch(/[\r█]/);
  for (const path of [out, out.replace('.csv', '.rejects.csv')]) rmSync(path);
  expect(existsSync(`${out}.journal`)).toBe(false);
  const quiet = await startCli([...args, '--quiet'], env).ended;
  expect({ code: quiet.code, stderr: quiet.stderr }).toEqual({ code: 3, stderr: '' });
});
