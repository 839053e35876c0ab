import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCaptured } from '../../../test/support/run-captured.js';

const profile = {
  version: 1,
  madeAt: '2026-01-31T12:00:00.000Z',
  server: 'https://api.sg-light-api.com',
  appKeyEnd: 'xlx2',
  answers: { rateLimit: 1, rateWindowSeconds: 60, retryAfter: 'none', userIdCharacters: '_' },
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nexconn-profile-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function write(text: string): Promise<string> {
  const file = join(folder, 'profile.json');
  await writeFile(file, text);
  return file;
}

/** Ends with 5 where the second request is refused for the limit, and with 6 where it is not. */
const askTwice = `
  import { createHash, randomUUID } from 'node:crypto';
  const { NEXCONN_APP_KEY: key, NEXCONN_APP_SECRET: secret, NEXCONN_BASE_URL: base } = process.env;
  const ask = () => {
    const [nonce, timestamp] = [randomUUID().slice(0, 18), String(Date.now())];
    const signature = createHash('sha1').update(secret + nonce + timestamp).digest('hex');
    const headers = { 'app-key': key, nonce, timestamp, signature, 'content-type': 'application/json' };
    const body = JSON.stringify({ userId: 'a_b', name: 'Ada' });
    return fetch(base + '/v4/auth/access-token/issue', { method: 'POST', headers, body });
  };
  const answers = [await ask(), await ask()];
  process.exit(answers[0].status === 200 && answers[1].status === 429 && !answers[1].headers.has('retry-after') ? 5 : 6);`;

test.each([
  [[], 5],
  [['--rate-limit', 'off'], 6],
])('--profile has the mock answer as the account does; with %j that wins', async (flags, expected) => {
  const file = await write(JSON.stringify(profile));
  const args = ['mock', '--profile', file, ...flags, '--', process.execPath, '--input-type=module', '-e', askTwice];
  const { code, stderr } = await runCaptured(args, { stopSignal: () => new AbortController().signal });
  expect([code, stderr]).toEqual([expected, '']);
});

test('a mock that answers by a profile says so', async () => {
  const file = await write(JSON.stringify(profile));
  const { stdout } = await runCaptured(['mock', '--port', '0', '--profile', file], {
    stopSignal: () => AbortSignal.abort(),
  });
  expect(stdout).toContain(`\nIt answers as the account of ${file} does.\n`);
});

test.each([
  ['{', /is no profile of nexconn probe: It is no JSON\./],
  ['{"version":9}', /profile\.version is 9\. This mock reads version 1\./],
  [JSON.stringify({ ...profile, answers: { rateWindow: 'x' } }), /profile\.answers\.rateWindow is none of/],
  [' '.repeat(5_000_000), /has 5000000 bytes, where 4194304 are the most/],
])('a file that is none is wrong use, in one sentence', async (text, words) => {
  const { code, stderr } = await runCaptured(['mock', '--port', '0', '--profile', await write(text)]);
  expect([code, stderr]).toEqual([2, expect.stringMatching(words)]);
  expect(stderr.split('\n')).toHaveLength(2);
});

test('a file that is not there is wrong use', async () => {
  const { code, stderr } = await runCaptured(['mock', '--port', '0', '--profile', '/nowhere/profile.json']);
  expect([code, stderr]).toEqual([2, 'The profile /nowhere/profile.json cannot be read (ENOENT). Check the path.\n']);
});
