import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningMock, startMock } from '@nexconn-kit/mock';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { exampleEnv, runCaptured } from '../../../../test/support/run-captured.js';
import { startCli } from '../../../../test/support/start-cli.js';

const documented = '7FDmy0Fou41r+A6H8VODu233zkQsbE8eVSFdUMVanNvRnyX1OnFGGw+l486X9KV6ty0gpZxRn8aiuvU8+3VfSzwM8cj754Iz';
let folder: string;
let mock: RunningMock;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'nexconn-check-'));
  mock = await startMock({ port: 0 });
});
afterAll(async () => {
  await mock.close();
  rmSync(folder, { recursive: true });
});

function check(text: string, flags: string[] = [], env: Record<string, string> = {}) {
  const file = join(folder, 'token');
  writeFileSync(file, text);
  return runCaptured(['token', 'check', file, ...flags], { env });
}

async function issue(): Promise<string> {
  const env = { ...exampleEnv, NEXCONN_BASE_URL: mock.url };
  const { stdout } = await runCaptured(['token', 'issue', '--user-id', 'ada', '--name', 'Ada'], { env });
  return stdout;
}

test.each([
  documented,
  `${documented}\r\n`,
  'abcdefgh+/=@nav.example.com;nav2.example.com',
  JSON.stringify({ accessToken: documented }),
])('a token as it is issued has nothing against it, and what cannot be known is said: %j', async (text) => {
  const { code, stdout, stderr } = await check(text);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^ok {9}shape .*\n(?:.*\n)*not known {2}real API/);
  expect(stdout.replaceAll(/\s+/g, ' ')).toContain('Whether the real API takes it cannot be known here');
  for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
});

test('a port that fetch never calls is named', async () => {
  const { code, stderr } = await check(documented, ['--mock', 'http://127.0.0.1:6000']);
  expect([code, stderr]).toEqual([
    1,
    expect.stringMatching(/^Port 6000 is one that fetch .* Start the mock on another port[^\n]*\n$/),
  ]);
});

test.each([
  ['', 'There is none'],
  ['Y1W2MeFwwwRxa0', 'It is the App Secret'],
  ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2ln', 'It is a JWT'],
  [`Bearer ${documented}`, 'begins with Bearer'],
  [`"${documented}"`, 'quotes'],
  [`${documented}\n${documented}`, 'more than one line'],
  [documented.replaceAll('+', ' '), 'white space'],
  [documented.replaceAll('+', '%2B'), 'encoded for a URL'],
  [`${documented}ä`, 'printable ASCII'],
  [documented.repeat(3), 'at most 256 bytes'],
  [`${documented.slice(0, 30)}...`, 'cut for display'],
  [documented.slice(0, 8), 'shorter'],
])('%j is refused, and not shown', async (text, reason) => {
  const { code, stdout } = await check(text, [], exampleEnv);
  expect(code).toBe(1);
  expect(stdout).toMatch(/^failed {5}shape /);
  expect(stdout.replaceAll(/\s+/g, ' ')).toContain(reason);
  if (text !== '') expect(stdout).not.toContain(text);
});

test('the mock says whom it connects, and refuses what it has not issued', async () => {
  const flags = ['--mock', mock.url];
  const good = await check(await issue(), flags, exampleEnv);
  expect(good).toMatchObject({ code: 0, stdout: expect.stringContaining('A client SDK connects with it, as ada') });
  const other = await check(documented, flags, exampleEnv);
  expect(other).toMatchObject({ code: 1, stdout: expect.stringContaining('refused, with 31004') });
  const json = await check(documented, [...flags, '--json'], exampleEnv);
  expect(JSON.parse(json.stdout)).toEqual({ isGood: false, mock: { code: 31004, meaning: expect.any(String) } });
});

test('a token in the place of the file is not repeated', async () => {
  const { code, stderr } = await runCaptured(['token', 'check', documented]);
  expect(code).toBe(2);
  expect(stderr).toContain('cannot be read (ENOENT)');
  expect(stderr).not.toContain(documented);
});

test('what is much too long is not read to its end, and JSON without a token is named', async () => {
  expect(await check('a'.repeat(70_000))).toMatchObject({ code: 2, stderr: expect.stringContaining('65536 bytes') });
  expect(await check('{"token":"x"}')).toMatchObject({ code: 2, stderr: expect.stringContaining('accessToken') });
});

test.each([
  ['ftp://127.0.0.1', 'Give a URL'],
  ['http://u:p@127.0.0.1', 'Leave user and password out'],
  ['http://mock.example.com', 'anybody on the way can read the token'],
])('--mock %s is refused', async (url, reason) => {
  expect(await check(documented, ['--mock', url])).toMatchObject({ code: 2, stderr: expect.stringContaining(reason) });
});

test.each([
  ['no JSON', 'it answered no JSON'],
  ['{}', 'it answered something else'],
  ['x'.repeat(100_000), 'more than 65536 bytes'],
])('a server that is no mock is told as such', async (body, reason) => {
  const server = createServer((_, response) => response.end(body)).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { code, stderr } = await check(documented, ['--mock', url]);
  expect(code).toBe(1);
  expect(stderr).toContain(reason);
});

test('it reads what token issue prints from stdin', async () => {
  const cli = startCli(['token', 'check', '--mock', mock.url], exampleEnv);
  cli.process.stdin.end(await issue());
  expect(await cli.ended).toMatchObject({ code: 0, stdout: expect.stringContaining('as ada') });
});
