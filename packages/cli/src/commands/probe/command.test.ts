import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import { type RunningMock, startMock } from '@nexconn-kit/mock';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { hasPrograms } from '../../../../../test/support/find-program.js';
import { type Captured, exampleEnv, runCaptured } from '../../../test/support/run-captured.js';
import { bin } from '../../../test/support/start-cli.js';

let folder: string;
let out: string;
let mock: RunningMock;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nexconn-probe-'));
  out = join(folder, 'profile.json');
  mock = await startMock({ port: 0, environment: 'development' });
});
afterEach(async () => {
  await mock.close();
  await rm(folder, { recursive: true });
});

function run(...flags: string[]): Promise<Captured> {
  const args = ['probe', '--out', out, '--rate', '20', ...flags];
  return runCaptured(args, { env: { ...exampleEnv, NEXCONN_BASE_URL: mock.url } });
}

const countRequests = async (): Promise<number> => {
  const { entries } = await mock.console.listJournal({ appKey: mock.appKey });
  return entries.length;
};

test('refuses to begin where nobody can be asked, before anything is sent', async () => {
  const { code, stderr } = await run();
  expect([code, stderr]).toEqual([2, expect.stringContaining('Pass --yes if it is an app of development.')]);
  expect(await countRequests()).toBe(0);
  await expect(stat(out)).rejects.toThrow('ENOENT');
});

test('warns, asks, and writes a profile for its owner alone', async () => {
  const { code, stdout, stderr } = await run('--yes', '--only', 'upper-case,error-body');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/must be one of development[\s\S]*up to 5 users[\s\S]*rate\s+limit/);
  expect(stdout).toMatch(/^Upper-case signature {4}upperCaseSignature: refuse$/m);
  for (const line of stdout.split('\n')) if (!line.includes(out)) expect(line.length).toBeLessThanOrEqual(80);
  const text = await readFile(out, 'utf8');
  expect(JSON.parse(text)).toMatchObject({
    version: 1,
    appKeyEnd: 'dlx2',
    answers: { upperCaseSignature: 'refuse', errorMessageField: 'errorMessage' },
    users: { atMost: 0 },
  });
  if (process.platform !== 'win32') expect((await stat(out)).mode & 0o777).toBe(0o600);
  for (const shown of [text, stdout]) expect(shown).not.toContain(exampleEnv.NEXCONN_APP_SECRET);
  expect((await mock.console.listUsers({ appKey: mock.appKey })).users).toEqual([]);
});

test.runIf(process.platform === 'linux' && hasPrograms('script')).each([
  ['dlx2', 0, true],
  ['dlx3', 2, false],
])('on a terminal, %s is typed', async (typed, expected, isAsked) => {
  const args = `probe --rate 20 --only error-body --out '${out}'`;
  const command = `exec "$NODE" "$BIN" ${args}`;
  const env = { PATH: process.env.PATH, NODE: process.execPath, BIN: bin };
  const child = spawn('script', ['-qec', command, '/dev/null'], {
    env: { ...env, ...exampleEnv, NEXCONN_BASE_URL: mock.url },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = new Promise((resolve) => child.once('close', resolve));
  child.stdout.on('data', (text: Buffer) => `${text}`.includes('to go on') && child.stdin.write(`${typed}\r`));
  const shown = await readAll(child.stdout);
  expect(await ended).toBe(expected);
  expect(shown.includes('The profile is in')).toBe(isAsked);
  expect((await countRequests()) > 0).toBe(isAsked);
});

test('started again it asks what was not asked yet, and with --again all', async () => {
  await run('--yes', '--only', 'error-body');
  const before = await countRequests();
  const { stdout, stderr } = await run('--yes', '--only', 'error-body,upper-case', '--json');
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toMatchObject({
    profile: out,
    answers: { upperCaseSignature: 'refuse', errorMessageField: 'errorMessage' },
    notKnown: {},
  });
  const { evidence } = JSON.parse(await readFile(out, 'utf8')) as { evidence: Record<string, unknown[]> };
  expect(Object.keys(evidence)).toEqual(['error-body', 'upper-case']);
  const between = await countRequests();
  // Two of them, and what is asked first.
  expect(between - before).toBe(2 + 2);
  await run('--yes', '--only', 'error-body', '--again');
  expect((await countRequests()) - between).toBe(2 + 1);
});

test.each([
  [
    'another app',
    { version: 1, madeAt: 'x', server: 'https://x', appKeyEnd: 'dlx2', answers: {} },
    /another app or server/,
  ],
  ['no profile', { version: 3 }, /is no profile of nexconn probe: profile\.version is 3/],
])('a file of %s is left as it is', async (_, content, words) => {
  const text = JSON.stringify(content);
  await writeFile(out, text);
  const { code, stderr } = await run('--yes');
  expect([code, stderr]).toEqual([2, expect.stringMatching(words)]);
  expect(await readFile(out, 'utf8')).toBe(text);
});

test.each([
  [['--only', 'clock,colour'], /There is no question 'colour'/],
  [['--rate', '21'], /from 1 to 20/],
  [['--base-url', 'http://api.example.com'], /http: on another machine/],
])('%j is wrong use', async (flags, words) => {
  const { code, stderr } = await run('--yes', ...flags);
  expect([code, stderr]).toEqual([2, expect.stringMatching(words)]);
});

test('with --json an error is the one thing that is printed', async () => {
  const { code, stdout, stderr } = await run('--json');
  expect({ code, stdout, ...JSON.parse(stderr) }).toMatchObject({ code: 2, stdout: '', error: { code: 'USAGE' } });
});

test('an app that takes no requests is sent to the doctor, and a folder that is none is named', async () => {
  const args = ['probe', '--yes', '--rate', '20', '--only', 'error-body', '--base-url', mock.url];
  const env = { ...exampleEnv, NEXCONN_APP_SECRET: 'someOtherSecret' };
  const refused = await runCaptured([...args, '--out', out], { env });
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringMatching(/code 1004\)\. nexconn doctor says why/)]);
  const nowhere = await runCaptured([...args, '--out', '/nowhere/p.json'], { env: exampleEnv });
  expect([nowhere.code, nowhere.stderr]).toEqual([1, expect.stringContaining('cannot be written (ENOENT)')]);
});

test('what a server sends back of a secret, a signature or a token is in no profile and no report', async () => {
  const { NEXCONN_APP_SECRET: secret } = exampleEnv;
  const token = '7FDmy0Fou41r+A6H8VODu233zkQsbE8eVSFdUMVanNvRnyX1OnFGGw==';
  const signatures: string[] = [];
  const server = createServer(({ headers }, response) => {
    const signature = `${headers.signature}`;
    signatures.push(signature);
    // As of a device without a clock.
    response.writeHead(400, { Date: new Date(0).toUTCString(), 'Retry-After': secret, 'X-RateLimit-Limit': signature });
    response.end(JSON.stringify({ code: 1002, errorMessage: `${signature} ${secret}`, accessToken: token }));
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  const env = { ...exampleEnv, NEXCONN_BASE_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
  const args = ['--yes', '--rate', '20', '--only', 'clock,error-body', '--out', out];
  const probed = await runCaptured(['probe', ...args], { env });
  expect(probed.code).toBe(0);
  const examined = await runCaptured(['doctor'], { env });
  const shown = [await readFile(out, 'utf8'), ...Object.values(probed), ...Object.values(examined)].join('\n');
  expect(shown).toContain('[redacted]');
  for (const hidden of [secret, token, ...signatures]) expect(shown).not.toContain(hidden);
});
