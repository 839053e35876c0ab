import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { errorCatalogue, operationTable } from '@nexconn-kit/contract';
import { type RunningMock, startMock } from '@nexconn-kit/mock';
import { signRequest } from '@nexconn-kit/signing';
import { expect, onTestFinished, test } from 'vitest';
import { runCaptured } from '../../../test/support/run-captured.js';

const operations = Object.values(operationTable);
/** Its operations, their statuses and its codes. */
const total =
  operations.flatMap(({ statuses }) => statuses).length + operations.length + Object.keys(errorCatalogue).length;
const percentOf = (met: number): number => Math.floor((1000 * met) / total) / 10;

async function startUsedMock(): Promise<RunningMock> {
  const mock = await startMock({ port: 0 });
  onTestFinished(() => mock.close());
  for (const signature of [undefined, '0'.repeat(40)]) {
    await fetch(`${mock.url}/v4/auth/access-token/issue`, {
      method: 'POST',
      headers: { ...signRequest(mock), ...(signature && { Signature: signature }), 'content-type': 'application/json' },
      body: JSON.stringify({ userId: 'u1', name: 'Ada' }),
    });
  }
  return mock;
}

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'nexconn-coverage-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

test('shows what requests have met of the document, within 80 columns', async () => {
  const mock = await startUsedMock();
  const { code, stdout, stderr } = await runCaptured(['mock', 'coverage', '--url', mock.url]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/met +issueAccessToken +2 +200, 401; missed: 400/);
  expect(stdout).toMatch(/met +1004 +1 +SignatureInvalid/);
  expect(stdout).toMatch(/missed +1008 +0 +RateLimitExceeded/);
  expect(stdout).toContain(`4 of ${total} met: ${percentOf(4)} %\n`);
  for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
});

test.each([
  [`${percentOf(4)}`, 0],
  [`${percentOf(4) + 0.1}`, 1],
  ['0', 0],
  ['100', 1],
])('with --threshold %s ends with %i', async (threshold, expected) => {
  const mock = await startUsedMock();
  const flags = ['mock', 'coverage', '--url', mock.url, '--threshold', threshold];
  const plain = await runCaptured(flags);
  expect(plain).toMatchObject({ code: expected, stderr: '' });
  expect(plain.stdout).toContain(`${expected === 0 ? 'enough' : 'too little'}: ${Number(threshold)} % are demanded`);
  const { code, stdout } = await runCaptured([...flags, '--json']);
  expect(code).toBe(expected);
  expect(JSON.parse(stdout)).toMatchObject({ met: 4, total, percent: percentOf(4), isEnough: expected === 0 });
});

test('nexconn mock --coverage writes at its end what nexconn mock coverage reads', async () => {
  const file = join(await makeFolder(), 'coverage.json');
  const script = "fetch(process.env.NEXCONN_BASE_URL + '/nowhere').then(() => process.exit(7))";
  const stopSignal = () => new AbortController().signal;
  const args = ['mock', '--coverage', file, '--', process.execPath, '-e', script];
  const { code, stdout, stderr } = await runCaptured(args, { env: process.env, stopSignal });
  expect({ code, stdout, stderr }).toEqual({ code: 7, stdout: '', stderr: '' });
  expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ elsewhere: 1, met: 1 });
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  const shown = await runCaptured(['mock', 'coverage', file]);
  expect(shown.stdout).toContain(`1 of ${total} met: ${percentOf(1)} %\n1 request was for no operation\n`);
});

test('a file that cannot be written is told with the flag', async () => {
  const file = join(await makeFolder(), 'none', 'coverage.json');
  const { code, stderr } = await runCaptured(['mock', '--port', '0', '--coverage', file]);
  expect(code).toBe(1);
  expect(stderr).toContain('--coverage');
});

test.each([
  ['no JSON', 'junk'],
  ['another file', '{"operations":[{}],"codes":[],"elsewhere":0,"met":0,"total":0,"percent":0}'],
  ['nothing', 'null'],
  ['no number', '{"operations":[],"codes":[],"elsewhere":0,"met":0,"total":0,"percent":1e999}'],
])('a file with %s in it is refused in a sentence', async (_, text) => {
  const file = join(await makeFolder(), 'coverage.json');
  await writeFile(file, text);
  const { code, stdout, stderr } = await runCaptured(['mock', 'coverage', file]);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/^[^\n]*has no coverage in it[^\n]*\n$/);
});

test('a URL in place of the file is told where to go', async () => {
  const { code, stderr } = await runCaptured(['mock', 'coverage', 'http://127.0.0.1:9']);
  expect([code, stderr]).toEqual([2, 'Give the URL of a mock by --url http://127.0.0.1:9.\n']);
});

test.runIf(process.platform === 'linux')('a file without an end is not read to it', async () => {
  const { code, stderr } = await runCaptured(['mock', 'coverage', '/dev/zero']);
  expect([code, stderr]).toEqual([2, expect.stringMatching(/has more than \d+ bytes/)]);
  const none = await runCaptured(['mock', 'coverage', '/none/coverage.json']);
  expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('/none/coverage.json')]);
  const document = await runCaptured(['mock', '--document', '/dev/zero']);
  expect([document.code, document.stderr]).toEqual([1, expect.stringContaining('is no file but a device')]);
  const profile = await runCaptured(['mock', '--profile', '/dev/zero']);
  expect([profile.code, profile.stderr]).toEqual([2, expect.stringContaining('more than 4194304 bytes')]);
});

test('where no mock answers, a sentence says what to do', async () => {
  const mock = await startMock({ port: 0 });
  await mock.close();
  const { code, stderr } = await runCaptured(['mock', 'coverage', '--url', mock.url]);
  expect(code).toBe(1);
  expect(stderr).toMatch(/No mock answers at .*nexconn mock/);
});

test.each([
  [['--threshold', '101'], '0 to 100'],
  [['--threshold', 'x'], '0 to 100'],
  [['--url', 'ftp://x'], 'http://127.0.0.1:4010'],
  [['file.json', '--url', 'http://127.0.0.1:4010'], 'not both'],
])('wrong use is refused: %j', async (flags, reason) => {
  const { code, stderr } = await runCaptured(['mock', 'coverage', ...flags]);
  expect(code).toBe(2);
  expect(stderr).toContain(reason);
});

test('a program named coverage is not taken for the command', async () => {
  const { code, stderr } = await runCaptured(['mock', '--', 'coverage', 'run']);
  expect(code).toBe(2);
  expect(stderr).toContain('nexconn mock -- env coverage');
});
