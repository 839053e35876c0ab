import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningMock, startMock } from '@nexconn-kit/mock';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '../../../../../test/support/until.js';
import { exampleEnv, runCaptured } from '../../../test/support/run-captured.js';

const issueAda = ['token', 'issue', '--user-id', 'jlk456j5', '--name', 'Ada'];
let mock: RunningMock;

beforeAll(async () => {
  mock = await startMock({ port: 0 });
});
afterAll(() => mock.close());

const envOfMock = (): Record<string, string> => ({ ...exampleEnv, NEXCONN_BASE_URL: mock.url });

test('prints user ID and token in one line', async () => {
  const { code, stdout, stderr } = await runCaptured(issueAda, { env: envOfMock() });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^[^\n]+\n$/);
  expect(JSON.parse(stdout)).toEqual({ userId: 'jlk456j5', accessToken: expect.stringMatching(/.{20,}/) });
});

test('a flag wins over the environment', async () => {
  const env = { ...exampleEnv, NEXCONN_BASE_URL: 'http://127.0.0.1:1' };
  expect((await runCaptured([...issueAda, '--base-url', mock.url], { env })).code).toBe(0);
});

test('NEXCONN_BASE_URL wins over NEXCONN_REGION', async () => {
  expect((await runCaptured(issueAda, { env: { ...envOfMock(), NEXCONN_REGION: 'sg' } })).code).toBe(0);
});

test('takes the App Secret from a file, its last line end left out', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'nexconn-cli-'));
  const file = join(folder, 'secret');
  writeFileSync(file, `${exampleEnv.NEXCONN_APP_SECRET}\n`);
  const env = { NEXCONN_APP_KEY: exampleEnv.NEXCONN_APP_KEY, NEXCONN_BASE_URL: mock.url };
  const { code, stderr } = await runCaptured([...issueAda, '--app-secret-file', file], { env });
  rmSync(folder, { recursive: true });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});

test.each([
  [{ NEXCONN_REGION: 'sg' }, 'NEXCONN_APP_KEY and NEXCONN_APP_SECRET'],
  [{ NEXCONN_REGION: 'sg', NEXCONN_APP_KEY: 'key' }, 'NEXCONN_APP_SECRET'],
  [{ NEXCONN_REGION: 'sg', NEXCONN_APP_SECRET: 'secret' }, 'NEXCONN_APP_KEY'],
  [exampleEnv, 'NEXCONN_REGION'],
])('with the environment %j it exits with 2 and one sentence that names %s', async (env, names) => {
  const { code, stdout, stderr } = await runCaptured(issueAda, { env });
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(new RegExp(`^Set ${names}\\b[^\\n]+\\.\\n$`));
});

test('all that is missing is told at once, a line each', async () => {
  const { code, stderr } = await runCaptured(issueAda, { env: {} });
  expect(code).toBe(2);
  expect(stderr).toMatch(/^Set NEXCONN_APP_KEY and NEXCONN_APP_SECRET\b.*\nSet NEXCONN_REGION\b.*\n$/);
});

test.each([
  [['--region', 'xx'], '--region is "xx"'],
  [['--region', 'sg', '--base-url', 'http://127.0.0.1:1'], 'cannot be used with'],
  [['--timeout-ms', '0'], 'whole number from 1'],
  [['--user-id-pattern', '('], 'not a regular expression'],
  [['--app-secret-file', '/nowhere/secret'], '--app-secret-file names cannot be read (ENOENT)'],
  [['--app-secret=geheim'], "Unknown option '--app-secret'."],
  [['--app-secret-file=geheim'], '--app-secret-file names cannot be read (ENOENT)'],
])('%j exits with 2', async (flags, message) => {
  const { code, stderr } = await runCaptured([...issueAda, ...flags], { env: exampleEnv });
  expect(code).toBe(2);
  expect(stderr).toContain(message);
  expect(stderr).not.toContain('geheim');
});

test.runIf(process.platform === 'linux')('a secret is not read of a file without an end', async () => {
  for (const args of [issueAda, ['sign'], ['token', 'reissue', '--store', 'sqlite:none.db']]) {
    const { code, stderr } = await runCaptured([...args, '--app-secret-file', '/dev/zero'], { env: exampleEnv });
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/\(?--app-secret-file\)? names has more than \d+ bytes, where/),
    ]);
  }
});

test('a refused user ID exits with 1 and names the flag that lets it through', async () => {
  const args = ['token', 'issue', '--user-id', 'user_123', '--name', 'Ada'];
  const { code, stderr } = await runCaptured(args, { env: envOfMock() });
  expect(code).toBe(1);
  expect(stderr).toContain('--user-id-pattern');
});

test('--user-id-pattern lets other user IDs through', async () => {
  await using widened = await startMock({ port: 0, userIdPattern: /^\w+$/ });
  const args = ['token', 'issue', '--user-id', 'user_123', '--name', 'Ada', '--user-id-pattern', '^\\w+$'];
  const { code } = await runCaptured(args, { env: { ...exampleEnv, NEXCONN_BASE_URL: widened.url } });
  expect(code).toBe(0);
});

test('a refused signature with --json is one object with code, apiCode, status and requestId', async () => {
  const env = { ...envOfMock(), NEXCONN_APP_SECRET: 'another-secret' };
  const { code, stdout, stderr } = await runCaptured([...issueAda, '--json'], { env });
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(JSON.parse(stderr)).toEqual({
    error: {
      code: 'SIGNATURE_REJECTED',
      apiCode: 1004,
      status: 401,
      requestId: expect.any(String),
      attempts: 1,
      message: expect.any(String),
      docUrl: expect.stringMatching(/errors\.html#client-SIGNATURE_REJECTED$/),
    },
  });
});

test('a call that failed four times says so, in both forms', async () => {
  const args = [...issueAda, '--base-url', 'http://127.0.0.1:1'];
  const { code, stderr } = await runCaptured(args, { env: exampleEnv });
  expect(code).toBe(1);
  expect(stderr).toMatch(/ECONNREFUSED.*\n\(request [\da-f-]{36}, 4 attempts\)\n$/s);
  const json = await runCaptured([...args, '--json'], { env: exampleEnv });
  expect(JSON.parse(json.stderr)).toMatchObject({ error: { code: 'NETWORK', attempts: 4 } });
});

test('--timeout-ms is named where it was too short', async () => {
  const { appKey, appSecret } = await mock.console.createApp({});
  await mock.console.setFault({ appKey, sequence: [{ kind: 'hang' }], times: 0 });
  const env = { NEXCONN_APP_KEY: appKey, NEXCONN_APP_SECRET: appSecret, NEXCONN_BASE_URL: mock.url };
  const { code, stderr } = await runCaptured([...issueAda, '--timeout-ms', '50'], { env });
  expect(code).toBe(1);
  expect(stderr).toContain('within 50 ms. Try again, or raise --timeout-ms.');
});

test('leaves no connection open', async () => {
  const sockets = () => process.getActiveResourcesInfo().filter((name) => name.startsWith('TCPSocket')).length;
  // Those of the tests before may still be closing.
  await until(() => expect(sockets()).toBe(0));
  expect((await runCaptured(issueAda, { env: envOfMock() })).code).toBe(0);
  await until(() => expect(sockets()).toBe(0));
});

test('neither secret nor stack trace is in an error', async () => {
  const env = { ...envOfMock(), NEXCONN_APP_SECRET: 'another-secret' };
  for (const flags of [[], ['--json'], ['--base-url', 'http://127.0.0.1:1']]) {
    const { stderr } = await runCaptured([...issueAda, ...flags], { env });
    expect(stderr).not.toContain('another-secret');
    expect(stderr).not.toMatch(/^\s+at /m);
  }
});
