import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningMock, startMock } from '@nexconn-kit/mock';
import { afterAll, afterEach, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { until } from '../../../../../../test/support/until.js';
import { exampleEnv, runCaptured } from '../../../../test/support/run-captured.js';

let mock: RunningMock;
let folder: string;
let input: string;
let out: string;
let rejects: string;

beforeAll(async () => {
  mock = await startMock({ port: 0, rateLimit: false });
});
afterAll(() => mock.close());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nexconn-bulk-'));
  input = join(folder, 'users.csv');
  out = join(folder, 'tokens.ndjson');
  rejects = join(folder, 'tokens.rejects.ndjson');
});
afterEach(() => rmSync(folder, { recursive: true }));

const ids = Array.from({ length: 40 }, (_, index) => `u${index * 7919}x`);
const csv = (userIds: readonly string[]): string => `userId,name\n${userIds.map((id) => `${id},Name\n`).join('')}`;

interface App {
  readonly appKey: string;
  readonly appSecret: string;
}

async function makeApp(): Promise<App> {
  return mock.console.createApp({});
}

function bulk(flags: string[] = [], { appKey, appSecret }: App = mock, stop = new AbortController().signal) {
  const env = { NEXCONN_APP_KEY: appKey, NEXCONN_APP_SECRET: appSecret, NEXCONN_BASE_URL: mock.url };
  const args = ['token', 'bulk', input, '--out', out, '--rate', '5000', ...flags];
  return runCaptured(args, { env, stopSignal: () => stop });
}

const lines = (path: string): Record<string, unknown>[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
const idsOf = (path: string): unknown[] => lines(path).map(({ userId }) => userId);
const callsOf = async ({ appKey }: App): Promise<number> => (await mock.console.listJournal({ appKey })).entries.length;

test('each row gets its token, in the order of the input, in a file of its owner', async () => {
  writeFileSync(input, csv(ids));
  const { code, stdout, stderr } = await bulk(['--quiet']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^Issued 40 tokens in (?:\d+|less than 1) s \([\d.]+\/s\), written to \S+\.\n$/);
  expect(idsOf(out)).toEqual(ids);
  for (const { userId, accessToken } of lines(out)) {
    expect(await mock.console.checkToken({ token: `${accessToken}` })).toMatchObject({ code: 0, userId });
  }
  expect(statSync(out).mode & 0o777).toBe(0o600);
  expect(existsSync(`${out}.journal`)).toBe(false);
  expect(existsSync(rejects)).toBe(false);
  expect(stdout).not.toContain(`${lines(out)[0]?.accessToken}`);
});

test('rows that are wrong, or that the API rejects, are listed with line and reason, and exit with 3', async () => {
  writeFileSync(input, csv(['ada', 'u s', 'grace', 'ada']));
  const { code, stdout } = await bulk(['--json']);
  expect(code).toBe(3);
  expect(JSON.parse(stdout)).toEqual({
    ...{ state: 'done', issued: 2, earlier: 0, rejected: 2 },
    ...{ seconds: expect.any(Number), out, rejects },
  });
  expect(idsOf(out)).toEqual(['ada', 'grace']);
  expect(lines(rejects)).toEqual([
    { line: 3, userId: 'u s', reason: expect.stringContaining('[A-Za-z0-9]') },
    { line: 5, userId: 'ada', reason: 'userId stands in line 2 already.' },
  ]);
  expect(statSync(rejects).mode & 0o777).toBe(0o600);
  const again = await bulk();
  expect(again).toMatchObject({ code: 3, stdout: expect.stringContaining('Nothing is left to do') });
  expect(lines(rejects).length).toBe(2);
});

test('CSV in, CSV out, and JSON lines by their ending or by a flag', async () => {
  out = join(folder, 'tokens.csv');
  writeFileSync(input, csv(ids.slice(0, 3)));
  expect((await bulk()).code).toBe(0);
  const [header, ...rows] = readFileSync(out, 'utf8').trimEnd().split('\n');
  expect(header).toBe('userId,accessToken');
  expect(rows.map((row) => row.split(',')[0])).toEqual(ids.slice(0, 3));
  expect(await bulk()).toMatchObject({ code: 0, stdout: expect.stringContaining('Nothing is left') });

  input = join(folder, 'users');
  out = join(folder, 'other.csv');
  writeFileSync(input, '{"userId":"ada","name":"Ada"}\n');
  expect(await bulk()).toMatchObject({ code: 2, stderr: expect.stringContaining('--format') });
  expect((await bulk(['--format', 'ndjson', '--out-format', 'ndjson'])).code).toBe(0);
  expect(idsOf(out)).toEqual(['ada']);
});

test('cut anywhere and run again, no row is lost and none is there twice', async () => {
  const app = await makeApp();
  const wanted = ids.slice(0, 6);
  writeFileSync(input, csv([...wanted.slice(0, 3), 'u s', ...wanted.slice(3)]));
  await bulk([], app);
  const whole = readFileSync(out);
  const listed = readFileSync(rejects);
  const { size } = statSync(input);
  // As a process leaves them that is killed: with its journal, whose hash is of the same input.
  const journal = await journalOf(app);
  expect(JSON.parse(journal).input.size).toBe(size);
  for (let bytes = 0; bytes < whole.length; bytes += 13) {
    writeFileSync(out, whole.subarray(0, bytes));
    writeFileSync(`${out}.journal`, journal);
    writeFileSync(rejects, listed.subarray(0, bytes % 2 ? listed.length : listed.length - 10));
    const { code, stderr } = await bulk([], app);
    expect({ code, stderr }).toEqual({ code: 3, stderr: expect.stringContaining('It was killed') });
    expect(idsOf(out)).toEqual(wanted);
    expect(readFileSync(rejects)).toEqual(listed);
    const kept = whole.subarray(0, whole.subarray(0, bytes).lastIndexOf(10) + 1);
    expect(readFileSync(out).subarray(0, kept.length)).toEqual(kept);
  }
});

/** Returns the journal of a run that has begun with nothing. */
async function journalOf(app: App): Promise<string> {
  const stop = new AbortController();
  const own = out;
  out = join(folder, 'begun.ndjson');
  await mock.console.setFault({ appKey: app.appKey, sequence: [{ kind: 'hang' }], times: 0 });
  const running = bulk(['--timeout-ms', '300'], app, stop.signal);
  await until(() => expect(existsSync(`${out}.journal`)).toBe(true));
  const text = readFileSync(`${out}.journal`, 'utf8');
  expect(JSON.parse(text)).toMatchObject({ state: 'running', appKey: app.appKey, api: mock.url });
  expect(text).not.toContain(app.appSecret);
  await mock.console.clearFaults({ appKey: app.appKey });
  await until(async () => expect(await callsOf(app)).toBeGreaterThan(0));
  stop.abort();
  await running;
  out = own;
  return text;
}

test('it keeps to the limit that the API has: without one that is kept most would be refused', async () => {
  await using limited = await startMock({ port: 0 });
  writeFileSync(input, csv(Array.from({ length: 500 }, (_, index) => `u${index}`)));
  const { code, stdout } = await runCaptured(['token', 'bulk', input, '--out', out, '--json'], {
    env: { ...exampleEnv, NEXCONN_BASE_URL: limited.url },
    stopSignal: () => new AbortController().signal,
  });
  expect({ code, ...JSON.parse(stdout) }).toMatchObject({ code: 0, issued: 500 });
  const { entries } = await limited.console.listJournal();
  // What a busy machine sends late may be.
  expect(entries.length - 500).toBeLessThanOrEqual(50);
});

test('a dry run of many rows counts each of them', async () => {
  const ids = Array.from({ length: 50_000 }, (_, index) => (index % 1_000 === 7 ? 'u s' : `u${index}`));
  writeFileSync(input, csv(ids));
  const { code, stdout } = await bulk(['--dry-run', '--json']);
  expect({ code, ...JSON.parse(stdout) }).toMatchObject({ code: 3, good: 49_950, rejected: 50 });
});

test('stopped, it writes what is under way, exits with 4, and the same command goes on', async () => {
  const app = await makeApp();
  writeFileSync(input, csv(ids));
  const stop = new AbortController();
  const running = bulk(['--rate', '20'], app, stop.signal);
  await until(() => expect(existsSync(out) ? idsOf(out).length : 0).toBeGreaterThan(2));
  stop.abort();
  const { code, stdout } = await running;
  expect({ code, stdout }).toEqual({ code: 4, stdout: expect.stringContaining('The same command goes on from here.') });
  const written = idsOf(out);
  expect(written).toEqual(ids.slice(0, written.length));
  // Whoever waited for the limit was not sent, and all that was sent is written.
  expect(await callsOf(app)).toBe(written.length);
  expect(JSON.parse(readFileSync(`${out}.journal`, 'utf8')).state).toBe('stopped');

  const { code: done, stdout: said, stderr } = await bulk(['--quiet'], app);
  expect({ done, stderr }).toEqual({ done: 0, stderr: '' });
  expect(said).toContain(`${written.length} tokens of before were there`);
  expect(idsOf(out)).toEqual(ids);
  expect(await callsOf(app)).toBe(ids.length);
});

test('an output of another input, app or API is refused, and stays as it is', async () => {
  const [app, other] = [await makeApp(), await makeApp()];
  writeFileSync(input, csv(ids));
  const journal = await journalOf(app);
  writeFileSync(out, `${JSON.stringify({ userId: ids[0], accessToken: 'a' })}\n`);
  const begun = readFileSync(out);
  async function expectRefused(message: string, run = bulk([], app)): Promise<void> {
    const { code, stderr } = await run;
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(message) });
    expect(readFileSync(out)).toEqual(begun);
  }
  await expectRefused('has no journal beside it');
  writeFileSync(`${out}.journal`, journal);
  await expectRefused(`was begun for the App Key ${app.appKey}`, bulk([], other));
  await expectRefused(`was begun with ${mock.url}`, bulk(['--base-url', 'http://127.0.0.1:9'], app));
  writeFileSync(`${out}.journal`, 'x');
  await expectRefused('is no journal that can be read here');
  writeFileSync(`${out}.journal`, journal.replace(/"size":\d+/, '"size":999999'));
  await expectRefused('had 999,999 bytes');
  writeFileSync(`${out}.journal`, journal);
  writeFileSync(input, csv(ids.toReversed()));
  await expectRefused('another beginning');
});

test('an output whose rows are others than those of the input is refused at the first of them', async () => {
  const app = await makeApp();
  writeFileSync(input, csv(ids));
  const journal = await journalOf(app);
  writeFileSync(`${out}.journal`, journal);
  writeFileSync(out, [ids[0], 'another'].map((userId) => `${JSON.stringify({ userId, accessToken: 'a' })}\n`).join(''));
  const message = `goes on with "another", where line 3 of ${input} has "${ids[1]}"`;
  expect(await bulk([], app)).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
  expect(idsOf(out)).toEqual([ids[0], 'another']);
});

test.each(['tokens.ndjson', 'tokens.csv'])(
  'an input whose header was wrong is mended, and gone on with into %s',
  async (name) => {
    const app = await makeApp();
    out = join(folder, name);
    writeFileSync(input, `userId;name\n${ids[0]};Name\n`);
    expect(await bulk([], app)).toMatchObject({ code: 2, stderr: expect.stringContaining('has ; or tabs') });
    writeFileSync(input, csv([...ids, 'u s']));
    expect(await bulk([], app)).toMatchObject({ code: 3, stderr: expect.not.stringContaining('is gone on with') });
    expect(readFileSync(out, 'utf8').trimEnd().split('\n').length).toBe(ids.length + (name.endsWith('.csv') ? 1 : 0));
  },
);

test('rows that were added to the input meanwhile are done by the next run', async () => {
  const app = await makeApp();
  writeFileSync(input, csv(ids.slice(0, 20)));
  writeFileSync(`${out}.journal`, await journalOf(app));
  writeFileSync(out, '');
  appendFileSync(
    input,
    ids
      .slice(20)
      .map((id) => `${id},Name\n`)
      .join(''),
  );
  expect((await bulk([], app)).code).toBe(0);
  expect(idsOf(out)).toEqual(ids);
});

test.each([
  ['the input itself', () => ({ out: input }), '--out is'],
  [
    'that of the rejects',
    () => ({ out: input.replace('users', 'x'), rejects: input.replace('users', 'x') }),
    'the file of --out',
  ],
  ['a folder', () => ({ out: folder }), 'is no file but a folder'],
  ['a device', () => ({ out: '/dev/null' }), 'is no file but a device'],
  ['in no folder', () => ({ out: join(folder, 'no', 'x') }), 'cannot be written (ENOENT)'],
])('an output that is %s is refused', async (_, files, message) => {
  writeFileSync(input, csv(ids));
  const given = { rejects, ...files() };
  if (given.rejects !== rejects) writeFileSync(given.out, '');
  out = given.out;
  const { code, stderr } = await bulk(['--rejects', given.rejects]);
  expect(code).toBeGreaterThan(0);
  expect(stderr).toContain(message);
  expect(readFileSync(input, 'utf8')).toBe(csv(ids));
});

test.each(['', '.journal'])(
  'rejects that would be the output%s, which is not there yet, are refused',
  async (ending) => {
    writeFileSync(input, csv(['u s', ...ids]));
    const { code, stderr } = await bulk(['--rejects', join(folder, '.', `tokens.ndjson${ending}`)]);
    expect([code, stderr]).toEqual([2, expect.stringContaining('--rejects is')]);
    expect(existsSync(out)).toBe(false);
  },
);

test.runIf(process.platform === 'linux')('an output that another process writes is not touched', async () => {
  writeFileSync(input, csv(ids));
  const stop = new AbortController();
  stop.abort();
  expect((await bulk([], mock, stop.signal)).code).toBe(4);
  const journal = readFileSync(`${out}.journal`, 'utf8');
  // As another process is in the middle of it.
  const half = '{"userId":"u7919x","acce';
  writeFileSync(out, half);
  const { dev, ino } = statSync(out, { bigint: true });
  const name = createHash('sha256').update(`${dev}:${ino}`).digest('hex').slice(0, 32);
  const other = createServer().listen({ path: `\0nexconn-bulk-${name}` });
  onTestFinished(() => void other.close());
  await new Promise((resolve) => other.once('listening', resolve));
  expect(await bulk()).toMatchObject({ code: 1, stderr: expect.stringContaining('Another process is writing') });
  expect(readFileSync(out, 'utf8')).toBe(half);
  expect(readFileSync(`${out}.journal`, 'utf8')).toBe(journal);
});

test('an output that somebody else changes meanwhile ends it, and no number of tokens is claimed', async () => {
  writeFileSync(input, csv(ids));
  const running = bulk(['--rate', '2']);
  await until(() => expect(readFileSync(out, 'utf8')).toContain('\n'));
  appendFileSync(out, 'mine');
  const { code, stderr } = await running;
  expect(code).toBe(1);
  expect(stderr).toContain('Some tokens are written. The same command goes on from there.\n');
  expect(stderr).toContain('was changed by somebody else');
});

test('rejects do not take the place of a file that is none of theirs', async () => {
  writeFileSync(input, csv(['u s']));
  writeFileSync(rejects, 'my notes');
  expect(await bulk()).toMatchObject({ code: 2, stderr: expect.stringContaining('no list of rejected rows') });
  expect(await bulk(['--dry-run', '--rejects', rejects])).toMatchObject({ code: 2 });
  expect(readFileSync(rejects, 'utf8')).toBe('my notes');
});

test.each([
  ['', 'is empty'],
  [Buffer.from([0xff, 0xfe, 0x61, 0]), 'is UTF-16'],
  [Buffer.from([0x1f, 0x8b, 8]), 'is compressed'],
  ['PK\u0003\u0004', 'spreadsheet'],
  ['id;name\n', 'has ; or tabs'],
])('an input of %j is refused before anything is written', async (content, message) => {
  writeFileSync(input, content);
  expect(await bulk(['--dry-run'])).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
  expect(await bulk()).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
});

test('an API in trouble is waited for, and each row gets its token', async () => {
  const app = await makeApp();
  writeFileSync(input, csv(ids));
  const trouble = Array.from({ length: 60 }, () => ({ kind: 'html' as const, status: 503 }));
  await mock.console.setFault({ appKey: app.appKey, sequence: trouble });
  const { code, stderr } = await bulk(['--quiet'], app);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(idsOf(out)).toEqual(ids);
});

test('an API that stays away ends it with 1 and what to do, and nothing is lost', async () => {
  writeFileSync(input, csv(ids));
  const { code, stderr } = await bulk(['--base-url', 'http://127.0.0.1:1', '--max-outage-seconds', '1']);
  expect(code).toBe(1);
  expect(stderr).toContain('ECONNREFUSED');
  expect(readFileSync(out, 'utf8')).toBe('');
});

test('an output in a folder that is not there ends it before the first token, and the path is what to check', async () => {
  const app = await makeApp();
  writeFileSync(input, csv(ids));
  const { code, stderr } = await bulk(['--out', join(folder, 'none', 'tokens.ndjson')], app);
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/\(ENOENT\)\. Check the path/) });
  expect(await callsOf(app)).toBe(0);
});

test('what is wrong with the app ends it at once; mended, the same command goes on', async () => {
  const app = await mock.console.createApp({ environment: 'development', userLimit: 10 });
  writeFileSync(input, csv(ids));
  const { code, stderr } = await bulk([], app);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^\d+ tokens? (is|are) written\. The same command goes on from there\.\n.*takes 10 users/);
  // Of those under way at once, the eleventh may stand before the tenth.
  expect(idsOf(out)).toEqual(ids.slice(0, idsOf(out).length));
  expect(idsOf(out).length).toBeLessThanOrEqual(10);
  expect(await bulk([], { ...app, appSecret: 'another-secret' })).toMatchObject({ code: 1 });
  await mock.console.updateApp({ appKey: app.appKey, userLimit: 100 });
  expect((await bulk([], app)).code).toBe(0);
  expect(idsOf(out)).toEqual(ids);
});

test('a dry run names what is wrong, and needs no app', async () => {
  writeFileSync(input, csv(['ada', 'u s', 'ada']));
  const { code, stdout } = await runCaptured(['token', 'bulk', input, '--dry-run', '--rejects', rejects], {
    stopSignal: () => new AbortController().signal,
  });
  expect(code).toBe(3);
  expect(stdout).toContain('Line 3: userId has a character outside');
  expect(lines(rejects).map(({ line }) => line)).toEqual([3, 4]);
  const json = await bulk(['--dry-run', '--json']);
  expect(JSON.parse(json.stdout)).toMatchObject({ state: 'done', good: 1, rejected: 2, secondsToIssue: 1 });
  expect(existsSync(out)).toBe(false);
});

test('all that is missing is told at once', async () => {
  writeFileSync(input, csv(ids));
  const { code, stderr } = await runCaptured(['token', 'bulk', input, '--out', out], { env: {} });
  expect(code).toBe(2);
  expect(stderr).toMatch(/^Set NEXCONN_APP_KEY and NEXCONN_APP_SECRET\b.*\nSet NEXCONN_REGION\b.*\n$/);
  expect(await runCaptured(['token', 'bulk', input], { env: exampleEnv })).toMatchObject({
    ...{ code: 2, stderr: expect.stringContaining('--dry-run') },
  });
});
