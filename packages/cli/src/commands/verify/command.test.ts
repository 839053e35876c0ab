import { createHash, createHmac } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exampleEnv as env, runCaptured } from '../../../test/support/run-captured.js';
import { startCli } from '../../../test/support/start-cli.js';

const { NEXCONN_APP_KEY: appKey, NEXCONN_APP_SECRET: secret } = env;
const nonce = '14314';
const timestamp = '1408710653000';
const signature = '30be0bbca9c9b2e27578701e9fda2358a814c88f';
const headers = { 'App-Key': appKey, Nonce: nonce, Timestamp: timestamp, Signature: signature };
const entry = {
  startedDateTime: '2014-08-22T12:30:53.500Z',
  request: {
    method: 'POST',
    url: 'https://api.sg-light-api.com/v4/auth/access-token/issue',
    headers: Object.entries(headers).map(([name, value]) => ({ name: name.toLowerCase(), value })),
  },
};
const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nexconn-verify-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function verify(capture: string | object, flags: string[] = []) {
  const file = join(folder, 'capture');
  writeFileSync(file, typeof capture === 'string' ? capture : JSON.stringify(capture));
  return runCaptured(['verify', file, ...flags], { env });
}

async function verdictOf(changed: Partial<typeof headers>, flags: string[] = []) {
  const { stdout } = await verify({ ...headers, ...changed }, [...flags, '--json']);
  return JSON.parse(stdout).requests[0];
}

const captures: Record<string, string | object> = {
  'header lines': lines.join('\n'),
  'header lines behind a request line, of Windows': `POST /v4/x HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n{}`,
  'the output of curl -v': `* Trying\n> POST /v4/x HTTP/2\n${lines.map((line) => `> ${line.toLowerCase()}`).join('\n')}\n> \n< HTTP/2 401\n< Signature: none\n`,
  'a curl command': `curl -X POST 'https://host/v4/x' \\\n${lines.map((line) => `  -H '${line}' \\\n`).join('')}  -d '{}'`,
  'flags of curl alone': lines.map((line) => `-H '${line}'`).join(' '),
  'a curl command as Windows quotes it': `curl https://host ${lines.map((line) => `--header "${line}"`).join(' ')}`,
  'an object': headers,
  'an object of IncomingHttpHeaders': { nonce, timestamp, signature, 'app-key': appKey, accept: ['*/*'] },
  'an object with headers': { method: 'POST', url: '/v4/x', headers },
  'headers under RC-': Object.fromEntries(Object.entries(headers).map(([name, value]) => [`RC-${name}`, value])),
  pairs: Object.entries(headers),
  rawHeaders: ['Host', 'x', ...Object.entries(headers).flat()],
  'an entry of a HAR file': entry,
  'a HAR file': { log: { entries: [{ request: { headers: [{ name: 'Accept', value: '*/*' }] } }, entry] } },
  'a file with a byte order mark': `\uFEFF${JSON.stringify(headers)}`,
};

test.each(Object.entries(captures))('%s is read, and found right', async (_, capture) => {
  expect(await verify(capture)).toEqual({
    code: 0,
    stdout: expect.stringMatching(/^✓ The signature is right\. It was signed at 2014-08-22T12:30:53\.000Z/),
    stderr: '',
  });
});

test('the output of nexconn sign is right, through a pipe', async () => {
  const signed = await runCaptured(['sign', '--http', '--region', 'sg'], { env });
  const cli = startCli(['verify'], env);
  cli.process.stdin.end(signed.stdout);
  expect(await cli.ended).toMatchObject({ code: 0, stdout: expect.stringContaining('right'), stderr: '' });
});

const hex = (text: string) => createHash('sha1').update(text).digest('hex');

test.each([
  [hex(appKey + nonce + timestamp), ['app-key-as-secret'], /App Key was used/],
  [hex(`${secret}\n${nonce}${timestamp}`), ['secret-not-trimmed'], /around the App Secret/],
  [hex(nonce + secret + timestamp), ['order-nonce-secret-timestamp'], /Nonce, App Secret and Timestamp/],
  [hex(secret + timestamp + nonce), ['order-secret-timestamp-nonce'], /App Secret, Timestamp and Nonce/],
  [hex(secret + nonce + timestamp.slice(0, -3)), ['seconds'], /in seconds/],
  [hex(`${secret}${nonce}${timestamp}\n`), ['trailing-newline'], /line feed/],
  [
    createHmac('sha1', secret)
      .update(nonce + timestamp)
      .digest('hex'),
    ['hmac'],
    /HMAC/,
  ],
  [
    createHash('sha256')
      .update(secret + nonce + timestamp)
      .digest('hex'),
    ['sha256'],
    /SHA-256/,
  ],
  [Buffer.from(signature, 'hex').toString('base64'), ['base64'], /base64/],
  [signature.toUpperCase(), ['upper-case'], /upper case/],
  [hex(appKey + nonce + timestamp).toUpperCase(), ['app-key-as-secret', 'upper-case'], /, and its digits/],
])('%s is explained by %j, with what to do', async (wrong, mistakes, message) => {
  const changed = { ...headers, Signature: wrong };
  const { code, stdout } = await verify(changed);
  expect(code).toBe(1);
  expect(stdout.replaceAll('\n  ', ' ')).toMatch(message);
  expect(stdout).toMatch(/^✗ The signature is wrong: /);
  for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  expect(await verdictOf(changed)).toMatchObject({ ok: false, mistakes, advice: expect.stringMatching(/\.$/) });
});

test('a right signature over a time in seconds is no right one, whether or not it is known when it was sent', async () => {
  const seconds = { ...headers, Timestamp: '1408710653', Signature: hex(`${secret}${nonce}1408710653`) };
  for (const flags of [[], ['--at', timestamp]]) {
    expect(await verdictOf(seconds, flags)).toMatchObject({ ok: false, mistakes: ['seconds'] });
  }
});

test.each<[Partial<typeof headers>, string[], string, RegExp]>([
  [{ Nonce: '' }, [], 'header-missing', /^Nonce is missing/],
  [{ Nonce: '1, 2' }, [], 'header-duplicated', /^Nonce has several/],
  [{ Nonce: '1'.repeat(19) }, [], 'nonce-too-long', /19 characters; the limit is 18/],
  [{ Timestamp: '22 Aug' }, [], 'timestamp-malformed', /^Timestamp is not/],
  [{ Signature: hex('other') }, [], 'signature-mismatch', /no common mistake/],
  [{ Signature: signature.slice(1) }, [], 'signature-mismatch', /is 39 long, and a right one has 40 characters/],
  [{ 'App-Key': 'another' }, [], 'app-key-unknown', /^App-Key is another, and NEXCONN_APP_KEY is uwd1c0sxdlx2/],
  [
    {},
    ['--at', '1408711653000'],
    'clock-skew',
    /^Timestamp is 1000000 ms before the request was sent; 300000 are allowed/,
  ],
  [
    {},
    ['--at', '1408710653001', '--clock-tolerance-ms', '0'],
    'clock-skew',
    /^Timestamp is 1 ms before the request was sent; 0 are allowed/,
  ],
])('%j with %j is refused as %s', async (changed, flags, reason, message) => {
  expect(await verdictOf(changed, flags)).toMatchObject({
    ok: false,
    reason,
    message: expect.stringMatching(message),
  });
});

test('an App Key that does not belong to the secret is told from a wrong secret', async () => {
  expect((await verdictOf({ 'App-Key': 'another' })).advice).toContain('right by the App Secret given here');
  const both = await verdictOf({ 'App-Key': 'another', Signature: hex('other') });
  expect(both.advice).toContain('of the app that sent it');
});

test('the time of a HAR entry is when it was sent, and --at goes before it', async () => {
  const late = { ...entry, startedDateTime: '2014-08-22T13:30:53.000Z' };
  expect((await verify(late)).code).toBe(1);
  expect((await verify(late, ['--at', timestamp])).code).toBe(0);
});

test('each request of a capture is judged, and a nonce that comes twice is found', async () => {
  const other = { ...entry, request: { ...entry.request, url: 'https://host/\u001B[2Jx' } };
  const { code, stdout } = await verify([entry, other]);
  expect(code).toBe(1);
  expect(stdout).toContain('✓ 1. POST https://api.sg-light-api.com/v4/auth/access-token/issue\n');
  expect(stdout).toContain('✗ 2. POST https://host/\\x1b[2Jx\n  Nonce was used before');
});

test('neither secret nor signature is printed, whatever is wrong', async () => {
  for (const changed of [
    {},
    { Signature: hex('other') },
    { 'App-Key': 'another' },
    { Nonce: '7' },
    { 'App-Key': secret },
  ]) {
    for (const flags of [[], ['--json']]) {
      const { stdout, stderr } = await verify({ ...headers, ...changed }, flags);
      expect(stdout + stderr).not.toContain(secret);
      expect(stdout + stderr).not.toContain(signature.slice(0, 12));
    }
  }
});

test('an App Secret in the place of the App Key, or in a URL, is named and not shown', async () => {
  expect(await verdictOf({ 'App-Key': secret })).toMatchObject({
    message: 'App-Key is the App Secret.',
    advice: expect.stringContaining('rotate the App Secret'),
  });
  const told = { ...entry, request: { ...entry.request, url: `https://host/?key=${secret}` } };
  for (const flags of [[], ['--json']]) {
    const { stdout } = await verify([entry, told], flags);
    expect(stdout).toContain('https://host/?key=[App Secret, masked]');
    expect(stdout).not.toContain(secret);
  }
});

test.each<[string, string | object, RegExp]>([
  ['nothing', '', /none of the headers App-Key/],
  ['no signed request', { log: { entries: [] } }, /none of the headers App-Key/],
  ['half of a JSON text', '{"Nonce": "14314", "App', /begins as JSON does, and is none/],
  ['a redacted signature', { ...headers, Signature: '[redacted]' }, /Signature of request 1 was redacted/],
  ['what is nested without end', `${'['.repeat(5000)}${']'.repeat(5000)}`, /none of the headers/],
  ['values of other types', { ...headers, Nonce: { a: 1 }, Signature: null }, /./],
])('%s ends with a sentence that quotes nothing of it', async (what, capture, message) => {
  const { code, stdout, stderr } = await verify(capture);
  expect(`${stdout}${stderr}`).toMatch(message);
  expect(code).toBe(what === 'values of other types' ? 1 : 2);
  expect(stderr.split('\n').length).toBeLessThanOrEqual(2);
});

test('lines of any kind between the headers are passed over at once', async () => {
  const spaces = ' '.repeat(20_000);
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${spaces}${value}${spaces}`);
  const odd = [`x:${spaces}x\ry`, `x:${`${spaces}x`.repeat(20)}\u2028`, `${'x'.repeat(100_000)}`, ':', `${spaces}:`];
  expect((await verify([...lines, ...odd].join('\n'))).code).toBe(0);
});

test('a file that is not there, and settings that are missing, are wrong use', async () => {
  const gone = await runCaptured(['verify', join(folder, 'none')], { env });
  expect(gone).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/none cannot be read \(ENOENT\)\. Check the path\.\n$/),
  });
  expect(await runCaptured(['verify', folder], { env })).toMatchObject({ code: 2 });
  expect(await runCaptured(['verify', join(folder, 'none')])).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^Set NEXCONN_APP_KEY/),
  });
  const unseen = await runCaptured(['verify', 'x'], { env: { ...env, NEXCONN_APP_SECRET: `${secret}\n` } });
  expect(unseen).toMatchObject({ code: 2, stderr: expect.stringContaining('white space') });
});

test('while the App Secret is rotated, the next one is tried as well', async () => {
  const next = 'an-app-secret-to-come';
  const run = async (
    changed: Partial<typeof headers>,
    more: Record<string, string> = { NEXCONN_APP_SECRET_NEXT: next },
  ) => {
    writeFileSync(
      join(folder, 'capture'),
      JSON.stringify({
        ...entry,
        request: { ...entry.request, url: `https://h/${next}`, headers: { ...headers, ...changed } },
      }),
    );
    const { stdout } = await runCaptured(['verify', join(folder, 'capture'), '--json'], { env: { ...env, ...more } });
    expect(stdout).not.toContain(next);
    expect(stdout).not.toContain(secret);
    return JSON.parse(stdout).requests[0];
  };
  const hash = (text: string) => createHash('sha1').update(text).digest('hex');
  const byNext = { Signature: hash(`${next}${nonce}${timestamp}`) };
  expect(await run({})).toMatchObject({ ok: true, message: expect.stringMatching(/^The signature is right/) });
  expect(await run(byNext)).toMatchObject({
    ok: true,
    message: expect.stringMatching(/^By the App Secret of NEXCONN_APP_SECRET_NEXT: The signature is right\./),
  });
  expect(await run({ Signature: hash(`${nonce}${next}${timestamp}`) })).toMatchObject({
    ok: false,
    mistakes: ['order-nonce-secret-timestamp'],
    message: expect.stringMatching(/^By the App Secret of NEXCONN_APP_SECRET_NEXT: The signature is wrong/),
  });
  expect(await run({ Signature: hash('else') })).toMatchObject({
    ok: false,
    message: expect.stringMatching(/^The signature is wrong/),
  });
});
