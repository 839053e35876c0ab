import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningMock, startMock } from '@nexconn-kit/mock';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { until } from '../../../../../../test/support/until.js';
import { startCli } from '../../../../test/support/start-cli.js';

/** `KILLS=50` for a long run. */
const kills = Number(process.env.KILLS ?? 5);
const rowsAKill = 60;
const wrongEvery = 10;

let mock: RunningMock;
beforeAll(async () => {
  mock = await startMock({ port: 0, rateLimit: false, journalSize: 1 });
});
afterAll(() => mock.close());

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'nexconn-killed-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

function start(args: readonly string[]) {
  const env = { NEXCONN_APP_KEY: mock.appKey, NEXCONN_APP_SECRET: mock.appSecret, NEXCONN_BASE_URL: mock.url };
  return startCli(['token', 'bulk', ...args], env);
}

const sizeOf = (path: string): number => (existsSync(path) ? statSync(path).size : 0);
const readRows = (path: string): string[][] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .slice(1, -1)
    .map((line) => line.split(','));

test(`killed ${kills} times at random moments, and run again each time, each row is there exactly once`, {
  timeout: 120_000 + kills * 30_000,
}, async () => {
  const folder = makeFolder();
  const [input, out, rejects] = ['users.csv', 'tokens.csv', 'tokens.rejects.csv'].map((name) => join(folder, name));
  const count = rowsAKill * (kills + 1);
  const ids = Array.from({ length: count }, (_, index) => `u${index % wrongEvery === 0 ? ' ' : ''}${index * 7919}`);
  writeFileSync(`${input}`, `userId,name\n${ids.map((id) => `${id},Name\n`).join('')}`);
  const args = [`${input}`, '--out', `${out}`, '--rate', '200'];

  for (let killed = 0; killed < kills; killed += 1) {
    const run = start(args);
    const before = sizeOf(`${out}`);
    // Some are killed before they write anything, as soon as they have begun to read what there is.
    const wanted = before + Math.floor((Math.random() - 0.2) * rowsAKill * 110);
    await until(
      () => {
        const isFar = sizeOf(`${out}`) >= Math.max(1, wanted) && existsSync(`${out}.journal`);
        expect(isFar || run.process.exitCode !== null).toBe(true);
      },
      { interval: 3 },
    );
    run.process.kill('SIGKILL');
    await run.ended;
  }

  const { code, stderr } = await start(args).ended;
  expect({ code, stderr }).toEqual({ code: 3, stderr: expect.not.stringContaining('Error') });
  const good = ids.filter((id) => !id.includes(' '));
  const tokens = readRows(`${out}`);
  expect(tokens.map(([userId]) => userId)).toEqual(good);
  const wrong = readRows(`${rejects}`).map(([line, userId]) => [Number(line), userId]);
  expect(wrong).toEqual(ids.flatMap((id, index) => (id.includes(' ') ? [[index + 2, id]] : [])));
  expect(existsSync(`${out}.journal`)).toBe(false);
  for (const [userId, token = ''] of [tokens[0], tokens.at(-1), ...tokens.slice(0, 20)] as string[][]) {
    expect(await mock.console.checkToken({ token })).toMatchObject({ code: 0, userId });
  }
});

// Elsewhere the size of the file is all that is looked at.
test.runIf(process.platform === 'linux')('two at once do not write one output', async () => {
  const folder = makeFolder();
  const [input, out] = ['users.csv', 'tokens.csv'].map((name) => join(folder, name));
  // More than the first is done with before the second has begun, on however busy a machine.
  const ids = Array.from({ length: 2_000 }, (_, index) => `u${index}`);
  writeFileSync(`${input}`, `userId,name\n${ids.map((id) => `${id},Name\n`).join('')}`);
  const args = [`${input}`, '--out', `${out}`, '--rate', '20'];
  const first = start(args);
  await until(() => expect(sizeOf(`${out}`)).toBeGreaterThan(200));
  const second = await start(args).ended;
  expect(second).toMatchObject({ code: 1, stderr: expect.stringContaining('Another process is writing') });
  first.process.kill('SIGTERM');
  expect(await first.ended).toMatchObject({ code: 4 });
  const written = readRows(`${out}`).map(([userId]) => userId);
  expect(written).toEqual(ids.slice(0, written.length));
});

// Only Linux can limit the files of a process.
test.runIf(process.platform === 'linux')('a full disk ends it with what to do, and the next run goes on', async () => {
  const folder = makeFolder();
  const [input, out] = ['users.csv', 'tokens.csv'].map((name) => join(folder, name));
  const ids = Array.from({ length: 300 }, (_, index) => `u${index}`);
  writeFileSync(`${input}`, `userId,name\n${ids.map((id) => `${id},Name\n`).join('')}`);
  const args = [`${input}`, '--out', `${out}`, '--rate', '100'];
  const run = start(args);
  await until(() => expect(sizeOf(`${out}`)).toBeGreaterThan(200));
  execFileSync('prlimit', ['--pid', `${run.process.pid}`, `--fsize=${sizeOf(`${out}`) + 1_000}:unlimited`]);
  const { code, stderr } = await run.ended;
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: expect.stringMatching(/tokens\.csv cannot be written \(EFBIG\)/),
  });
  expect(readFileSync(`${out}`, 'utf8')).toMatch(/\n$/);
  expect((await start(args).ended).code).toBe(0);
  expect(readRows(`${out}`).map(([userId]) => userId)).toEqual(ids);
});

test('a pipe that is stopped and given again goes on, and one that says nothing holds up no end', async () => {
  const out = join(makeFolder(), 'tokens.ndjson');
  const args = ['-', '--format', 'ndjson', '--out', out];
  const lines = Array.from({ length: 30 }, (_, index) => `{"userId":"u${index}","name":"N"}\n`);
  // What it is known by is its beginning, which it waits for.
  const begin = `${lines.slice(0, 10).join('')}${' '.repeat(65_536)}\n`;
  const first = start(args);
  first.process.stdin.write(begin);
  await until(() => expect(sizeOf(out)).toBeGreaterThan(100));
  first.process.kill('SIGINT');
  expect(await first.ended).toMatchObject({ code: 4 });

  const second = start(args);
  second.process.stdin.end(begin + lines.slice(10).join(''));
  expect(await second.ended).toMatchObject({ code: expect.any(Number) });
  const written = readFileSync(out, 'utf8').split('\n').slice(0, -1);
  expect(written.map((line) => JSON.parse(line).userId)).toEqual(lines.map((line) => JSON.parse(line).userId));
});

test('a closed stdin is empty', async () => {
  const run = start(['-', '--format', 'csv', '--out', join(makeFolder(), 'tokens.csv')]);
  run.process.stdin.end();
  expect(await run.ended).toMatchObject({ code: 2, stderr: expect.stringContaining('stdin is empty') });
});
