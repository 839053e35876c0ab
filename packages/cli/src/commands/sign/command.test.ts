import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { exampleEnv as env, runCaptured } from '../../../test/support/run-captured.js';

const published = ['sign', '--nonce', '14314', '--timestamp', '1408710653000'];
const signature = '30be0bbca9c9b2e27578701e9fda2358a814c88f';

test('prints the published vector as lines that curl -H @- takes', async () => {
  expect(await runCaptured(published, { env })).toEqual({
    code: 0,
    stdout: `App-Key: uwd1c0sxdlx2\nNonce: 14314\nTimestamp: 1408710653000\nSignature: ${signature}\n`,
    stderr: '',
  });
});

test('--header-prefix RC- prefixes all four names', async () => {
  const { stdout } = await runCaptured([...published, '--header-prefix', 'RC-', '--json'], { env });
  expect(JSON.parse(stdout)).toEqual({
    'RC-App-Key': 'uwd1c0sxdlx2',
    'RC-Nonce': '14314',
    'RC-Timestamp': '1408710653000',
    'RC-Signature': signature,
  });
});

test('two runs carry two nonces', async () => {
  const [first, second] = [await runCaptured(['sign'], { env }), await runCaptured(['sign'], { env })];
  expect(first.stdout).not.toBe(second.stdout);
});

test("--curl quotes the headers and takes the region's primary server", async () => {
  const { stdout } = await runCaptured([...published, '--curl', '--region', 'us'], { env });
  expect(stdout).toContain("curl -X POST 'https://api.us-light-api.com/v4/auth/access-token/issue' \\\n");
  expect(stdout).toContain(`  -H 'Signature: ${signature}' \\\n`);
});

test('--curl-flags prints the headers as flags, in one line', async () => {
  const { stdout } = await runCaptured([...published, '--curl-flags'], { env });
  expect(stdout).toBe(
    `-H 'App-Key: uwd1c0sxdlx2' -H 'Nonce: 14314' -H 'Timestamp: 1408710653000' -H 'Signature: ${signature}'\n`,
  );
});

test('--http prints a file whose head ends at an empty line, as editors read it', async () => {
  const { stdout } = await runCaptured([...published, '--http', '--base-url', 'http://127.0.0.1:4010/'], { env });
  const [head = '', body = ''] = stdout.split('\n\n');
  expect(head.split('\n').filter((line) => !line.startsWith('#'))).toEqual([
    'POST http://127.0.0.1:4010/v4/auth/access-token/issue HTTP/1.1',
    'App-Key: uwd1c0sxdlx2',
    'Nonce: 14314',
    'Timestamp: 1408710653000',
    `Signature: ${signature}`,
    'Content-Type: application/json',
  ]);
  expect(JSON.parse(body)).toEqual({ userId: 'jlk456j5', name: 'Ada' });
});

test('--explain prints what is joined, the text to sign and what comes out, the secret masked', async () => {
  const { stdout } = await runCaptured([...published, '--explain'], { env });
  expect(stdout).toContain('  [App Secret, masked]143141408710653000\n');
  expect(stdout).toContain('2014-08-22T12:30:53.000Z');
  expect(stdout).toContain(`  ${signature}\n`);
  for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  const json = await runCaptured([...published, '--explain', '--json'], { env });
  expect(JSON.parse(json.stdout)).toMatchObject({
    parts: { appSecret: '[App Secret, masked]', nonce: '14314', timestamp: '1408710653000' },
    textToSign: '[App Secret, masked]143141408710653000',
    signature,
  });
});

test('the largest timestamp is explained too', async () => {
  const { code, stdout } = await runCaptured(['sign', '--explain', '--timestamp', '9007199254740991'], { env });
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('9007199254740991') });
});

test('the App Secret is not printed', async () => {
  const url = ['--region', 'sg'];
  const forms = [['--json'], ['--curl', ...url], ['--curl-flags'], ['--http', ...url], ['--explain']];
  for (const flags of [[], ...forms, ['--explain', '--json']]) {
    expect((await runCaptured([...published, ...flags], { env })).stdout).not.toContain(env.NEXCONN_APP_SECRET);
  }
});

const unseen = { 'line feed': 'Y1W2MeFwwwRxa0\n', 'byte order mark': '\uFEFFY1W2MeFwwwRxa0', NUL: 'Y1W2\0MeFwwwRxa0' };

test.each(Object.entries(unseen))('an App Secret with a %s is refused as by token issue', async (_, secret) => {
  const folder = mkdtempSync(join(tmpdir(), 'nexconn-sign-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'secret');
  // One line feed at the end of a file is no part of a secret.
  writeFileSync(file, `${secret}\n`);
  const issue = ['token', 'issue', '--user-id', 'jlk456j5', '--name', 'Ada', '--base-url', 'http://127.0.0.1:1'];
  for (const args of [published, issue]) {
    const byVariable = await runCaptured(args, { env: { ...env, NEXCONN_APP_SECRET: secret } });
    const byFile = await runCaptured([...args, '--app-secret-file', file], { env });
    for (const { code, stdout, stderr } of [byVariable, byFile]) {
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toMatch(/appSecret has white space or an invisible character/);
      expect(stderr).not.toContain('MeFwww');
    }
  }
});

test('a curl line without any setting is told all that is missing at once', async () => {
  const { code, stderr } = await runCaptured(['sign', '--curl'], { env: {} });
  expect(code).toBe(2);
  expect(stderr).toMatch(/^Set NEXCONN_APP_KEY and NEXCONN_APP_SECRET\b.*\nSet NEXCONN_REGION\b.*\n$/);
});

test.each([
  [['--timestamp', '1408710653'], 'looks like seconds'],
  [['--nonce', '1234567890123456789'], '19 characters'],
  [['--header-prefix', 'X-'], 'RC-'],
  [['--json', '--curl'], 'cannot be used with'],
  [['--http', '--curl-flags'], 'cannot be used with'],
  [['--explain', '--http'], 'cannot be used with'],
  [['--curl'], 'NEXCONN_REGION'],
  [['--region', 'sg'], '--region is what --curl and --http send to'],
  [['--json', '--base-url', 'http://127.0.0.1:4010'], '--base-url is what --curl and --http send to'],
])('%j exits with 2', async (flags, message) => {
  const { code, stdout, stderr } = await runCaptured(['sign', ...flags], { env });
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(`${stderr}`).toContain(message);
});

test.each([
  'https://user:hunter2@api.example.com',
  'https://api.example.com/?key=hunter2',
  'https://api.example.com/#hunter2',
  'http://127.0.0.1:99999/hunter2',
  'file:///hunter2',
])('a base URL that is none, or has more than an address, is refused and not shown: %s', async (url) => {
  for (const form of ['--curl', '--http']) {
    const { code, stdout, stderr } = await runCaptured(['sign', form, '--base-url', url], { env });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^The base URL is none, or has /);
    expect(stderr).not.toContain('hunter2');
  }
});
