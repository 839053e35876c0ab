import { createPrivateKey, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { access, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createNexconnClient } from '@nexconn-kit/client';
import { startMock } from '@nexconn-kit/mock';
import { expect, onTestFinished, test, vi } from 'vitest';
import { type Captured, runCaptured } from '../../../test/support/run-captured.js';
import { makeCertificate } from '../../process/certificate.js';
import { batchLines, writeUnlessStalled } from '../../process/output-lines.js';
import { writeReadyFile } from './ready-file.js';

test('prints where it listens and how to point a client at it, within 80 columns', async () => {
  const { code, stdout, stderr } = await runCaptured(['mock', '--port', '0']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/ready at http:\/\/127\.0\.0\.1:\d+\n/);
  expect(stdout).toMatch(/NEXCONN_APP_KEY=\S+\n\s+NEXCONN_APP_SECRET=\S+\n\s+NEXCONN_BASE_URL=http:\S+\n/);
  for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
});

test('writes one line for each request, and no token', async () => {
  const { lines, accessToken } = await issueAgainst(['mock', '--port', '0']);
  const logged = lines.filter((line) => line.includes('/v4/auth/access-token/issue'));
  expect(logged).toHaveLength(1);
  // As the sandbox does.
  expect(logged[0]).toMatch(
    /^\d\d:\d\d:\d\d\.\d{3} {2}POST \/v4\/auth\/access-token\/issue {2}200 +\d+ ms {2}jlk456j5$/,
  );
  expect(lines.join('\n')).not.toContain(accessToken);
});

test('--quiet writes no line for a request', async () => {
  const { lines } = await issueAgainst(['mock', '--port', '0', '--quiet']);
  expect(lines.filter((line) => line.includes('/v4/'))).toEqual([]);
});

test('--user-id-pattern accepts other user IDs', async () => {
  const { accessToken } = await issueAgainst(['mock', '--port', '0', '--user-id-pattern', '^[\\w-]+$'], 'user_1-2');
  expect(accessToken).not.toBe('');
});

test('a taken port exits with 1 and one sentence that names --port', async () => {
  await using other = await startMock({ port: 0 });
  const { port } = new URL(other.url);
  const { code, stdout, stderr } = await runCaptured(['mock', '--port', port]);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(new RegExp(`^[^\\n]*${port}[^\\n]*--port[^\\n]*\\n$`));
});

test('runs a command against itself, and ends with its exit code', async () => {
  const script = `
    const { NEXCONN_APP_KEY, NEXCONN_APP_SECRET, NEXCONN_BASE_URL, NEXCONN_REGION } = process.env;
    const set = NEXCONN_APP_KEY && NEXCONN_APP_SECRET && NEXCONN_REGION === undefined;
    fetch(NEXCONN_BASE_URL).then(({ status }) => process.exit(set && status === 404 ? 7 : 1));`;
  const args = ['mock', '--', process.execPath, '-e', script];
  const env = { ...process.env, NEXCONN_REGION: 'sg' };
  const { code, stdout, stderr } = await runCaptured(args, { env, stopSignal: () => new AbortController().signal });
  expect({ code, stdout, stderr }).toEqual({ code: 7, stdout: '', stderr: '' });
});

test('--tls listens with https, by a certificate that its command trusts', async () => {
  const script = `
    const { protocol, port } = new URL(process.env.NEXCONN_BASE_URL);
    const ask = (name) => fetch('https://' + name + ':' + port).then(({ status }) => status);
    Promise.all(['127.0.0.1', 'localhost'].map(ask)).then((answers) => {
      process.exit(protocol === 'https:' && String(answers) === '404,404' ? 7 : 1);
    });`;
  const args = ['mock', '--tls', '--', process.execPath, '-e', script];
  const { code } = await runCaptured(args, { env: process.env, stopSignal: () => new AbortController().signal });
  expect(code).toBe(7);
});

test('--tls prints the file of the certificate, and leaves nothing of it', async () => {
  const { code, stdout } = await runCaptured(['mock', '--port', '0', '--tls', 'mock,10.0.0.7']);
  expect({ code, url: stdout }).toEqual({ code: 0, url: expect.stringMatching(/NEXCONN_BASE_URL=https:/) });
  const [, file = ''] = /NODE_EXTRA_CA_CERTS=(\S+)\n/.exec(stdout) ?? [];
  expect(file).toMatch(/\.pem$/);
  await expect(access(file)).rejects.toThrow('ENOENT');
});

test('a certificate is for this machine and the names that it is made for', async () => {
  await using made = await makeCertificate(['mock', '10.0.0.7']);
  const certificate = new X509Certificate(await readFile(made.file));
  for (const name of ['mock', 'localhost', hostname()]) expect(certificate.checkHost(name)).toBe(name);
  for (const ip of ['10.0.0.7', '127.0.0.1', '::1']) expect(certificate.checkIP(ip)).toBe(ip);
  expect(certificate.checkPrivateKey(createPrivateKey(made.key))).toBe(true);
  await using mock = await startMock({ port: 0, tls: { cert: made.cert, key: made.key } });
  expect(mock.url).toMatch(/^https:/);
  await expect(startMock({ port: 0, tls: { cert: made.key, key: made.cert } })).rejects.toMatchObject({
    code: 'INVALID_OPTION',
    message: expect.stringContaining('The option tls '),
  });
});

test('a port that browsers never call is warned about, whether or not it is free', async () => {
  const { stderr } = await runCaptured(['mock', '--port', '6679', '--', process.execPath, '-e', '']);
  expect(stderr).toMatch(
    /^Port 6679 is one that fetch and browsers never call\. Take another with --port, such as 4010\.\n/,
  );
});

test('on all addresses it says what this machine and others call it by', async () => {
  const { stdout } = await runCaptured(['mock', '--port', '0', '--host', '0.0.0.0']);
  expect(stdout).toMatch(/NEXCONN_BASE_URL=http:\/\/127\.0\.0\.1:\d+\n/);
  expect(stdout).toContain(`From other machines: http://${hostname()}:`);
});

test('passes Ctrl-C on to its command', async () => {
  const args = ['mock', '--', process.execPath, '-e', 'setInterval(() => {}, 1000)'];
  const { code } = await runCaptured(args, { stopSignal: () => AbortSignal.timeout(300) });
  expect(code).toBe(128 + 15);
});

test('a command that there is not exits with 1 and one sentence', async () => {
  const { code, stderr } = await runCaptured(['mock', '--', 'no-such-program'], {
    stopSignal: () => new AbortController().signal,
  });
  expect(code).toBe(1);
  expect(stderr).toMatch(/^The command no-such-program cannot be run \(ENOENT\)[^\n]*\n$/);
});

test('a command of its own that is mistyped is named', async () => {
  const { code, stderr } = await runCaptured(['mock', 'covrage'], { stopSignal: () => new AbortController().signal });
  expect([code, stderr]).toEqual([1, expect.stringMatching(/ENOENT.*\(Did you mean nexconn mock coverage\?\)\n$/)]);
});

test('a command without a name is wrong use', async () => {
  const { code, stderr } = await runCaptured(['mock', '--', '']);
  expect([code, stderr]).toEqual([2, expect.stringMatching(/^The command behind -- is an empty text\..*\n$/)]);
});

test('a certificate that cannot be written names the folder and what to set', async () => {
  vi.stubEnv('TMPDIR', '/no/such/folder');
  onTestFinished(() => void vi.unstubAllEnvs());
  const { code, stderr } = await runCaptured(['mock', '--port', '0', '--tls', 'mock']);
  expect([code, stderr]).toEqual([
    1,
    expect.stringMatching(/^The certificate .*\/no\/such\/folder \(ENOENT\).*TMPDIR.*\n$/),
  ]);
});

test('--ready-file holds the environment for clients while the mock runs', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'nexconn-'));
  const file = join(folder, 'mock.env');
  const script = `process.stdout.write('');const fs = require('fs');const file = ${JSON.stringify(file)};
    const isWhole = fs.readFileSync(file, 'utf8').includes('NEXCONN_BASE_URL=' + process.env.NEXCONN_BASE_URL);
    const isOwners = process.platform === 'win32' || (fs.statSync(file).mode & 0o777) === 0o600;
    process.exit(isWhole && isOwners ? 0 : 1)`;
  const args = ['mock', '--ready-file', file, '--', process.execPath, '-e', script];
  // Of another process of the same number, in a container of its own.
  await symlink(join(folder, 'victim'), `${file}.${process.pid}`);
  const { code } = await runCaptured(args, { stopSignal: () => new AbortController().signal });
  expect(code).toBe(0);
  expect(await readdir(folder)).toEqual([`mock.env.${process.pid}`]);
  await rm(folder, { recursive: true });
  const missing = await runCaptured(['mock', '--port', '0', '--ready-file', '/nowhere/mock.env']);
  expect(missing).toMatchObject({ code: 1, stderr: expect.stringContaining('--ready-file') });
});

test('what is no file is left as it is, by --ready-file and by a backup', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'nexconn-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'socket');
  const server = createServer().listen(path);
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const message = `${path} is no file but a device, a pipe or a socket. Give the path of a file.\n`;
  const backup = { env: { NEXCONN_APP_KEY: 'uwd1c0sxdlx2' } };
  const ended = { stopSignal: () => AbortSignal.abort() };
  expect(await runCaptured(['mock', '--port', '0', '--ready-file', path], ended)).toMatchObject({
    code: 1,
    stderr: message,
  });
  expect(await runCaptured(['token', 'backup', path], backup)).toMatchObject({ code: 1, stderr: message });
  expect((await stat(path)).isSocket()).toBe(true);
});

test('a mock that ends leaves the file of one that has written to the same --ready-file since', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'nexconn-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'mock.env');
  const address = { appKey: 'key', appSecret: 'secret' };
  const first = await writeReadyFile(file, { ...address, url: 'http://127.0.0.1:1' });
  const second = await writeReadyFile(file, { ...address, url: 'http://127.0.0.1:2' });
  await first[Symbol.asyncDispose]();
  expect(await readFile(file, 'utf8')).toContain('NEXCONN_BASE_URL=http://127.0.0.1:2\n');
  // What somebody else has put there is no longer its own either.
  await rm(file);
  await symlink('elsewhere', file);
  await second[Symbol.asyncDispose]();
  expect(await readdir(folder)).toEqual(['mock.env']);
  const third = await writeReadyFile(file, { ...address, url: 'http://127.0.0.1:3' });
  await third[Symbol.asyncDispose]();
  expect(await readdir(folder)).toEqual([]);
  await third[Symbol.asyncDispose]();
});

test('--allowed-origins lets pages of another origin call', async () => {
  const script = `fetch(process.env.NEXCONN_BASE_URL, { headers: { origin: 'https://a.example' } })
    .then(({ headers }) => process.exit(headers.has('access-control-allow-origin') ? 5 : 6));`;
  const codeWith = async (...flags: string[]): Promise<number> => {
    const args = ['mock', ...flags, '--', process.execPath, '-e', script];
    return (await runCaptured(args, { stopSignal: () => new AbortController().signal })).code;
  };
  expect(await codeWith('--allowed-origins', 'https://b.example, https://a.example')).toBe(5);
  expect(await codeWith('--allowed-origins', 'any')).toBe(5);
  expect(await codeWith()).toBe(6);
});

test('sets its app as the flags say', async () => {
  const flags = ['--environment', 'development', '--user-limit', '1', '--rate-limit', '3'];
  const policy = ['--clock-tolerance-ms', '60000', '--nonce-replay', 'allow', '--token-validity-seconds', '60'];
  const script = `
    import { createHash } from 'node:crypto';
    const { NEXCONN_APP_KEY: appKey, NEXCONN_APP_SECRET: secret, NEXCONN_BASE_URL: url } = process.env;
    const post = async (path, headers, body) => (await fetch(url + path, {
      method: 'POST', headers: { 'Content-Type': 'application/json', ...headers }, body: JSON.stringify(body) })).json();
    const issue = async (userId, timestamp = Date.now()) => {
      const signature = createHash('sha1').update(secret + '1' + timestamp).digest('hex');
      const headers = { 'App-Key': appKey, Nonce: '1', Timestamp: String(timestamp), Signature: signature };
      return (await post('/v4/auth/access-token/issue', headers, { userId, name: 'Ada' })).code;
    };
    const at = Date.now();
    const codes = [await issue('u1', at), await issue('u1', at), await issue('u2')];
    const late = await issue('u1', Date.now() - 120_000);
    const { tokenValiditySeconds, rateLimit } = await post('/_console/api/apps/get', {}, { appKey });
    const seen = [...codes, late, tokenValiditySeconds, rateLimit].join(' ');
    process.exit(seen === '0 0 2007 1004 60 3' ? 5 : (console.error(seen), 6));`;
  const args = ['mock', ...flags, ...policy, '--', process.execPath, '--input-type=module', '-e', script];
  expect(await runCaptured(args, { stopSignal: () => new AbortController().signal })).toMatchObject({ code: 5 });
});

test('--overlay changes the document of this build where no other is named', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'nexconn-overlay-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const overlay = join(folder, 'title.yaml');
  const actions = "actions: [{target: '$.info', update: {title: Overlaid}}]";
  await writeFile(overlay, `overlay: 1.0.0\ninfo: {title: A title, version: '1'}\n${actions}\n`);
  const script =
    "fetch(process.env.NEXCONN_BASE_URL, { headers: { accept: 'text/html' } }).then((page) => page.text())" +
    ".then((text) => process.exit(text.includes('Mock of Overlaid') ? 5 : 6));";
  const args = ['mock', '--overlay', overlay, '--', process.execPath, '-e', script];
  expect(await runCaptured(args, { stopSignal: () => new AbortController().signal })).toMatchObject({ code: 5 });
});

test('--rate-limit off takes any number of requests', async () => {
  const script = `
    const { NEXCONN_APP_KEY: appKey, NEXCONN_BASE_URL: url } = process.env;
    const headers = { 'Content-Type': 'application/json' };
    fetch(url + '/_console/api/apps/get', { method: 'POST', headers, body: JSON.stringify({ appKey }) })
      .then((response) => response.json()).then(({ rateLimit }) => process.exit(rateLimit === false ? 5 : 6));`;
  const args = ['mock', '--rate-limit', 'off', '--', process.execPath, '-e', script];
  expect(await runCaptured(args, { stopSignal: () => new AbortController().signal })).toMatchObject({ code: 5 });
});

test.each([
  ['--rate-limit', '0', 'from 1 up, or off'],
  ['--rate-limit', 'on', 'from 1 up, or off'],
  ['--environment', 'staging', 'development, production'],
  ['--user-limit', '-1', 'from 0 up'],
  ['--user-limit', '3', 'Add --environment development'],
  ['--token-validity-seconds', '0', 'from 1 up'],
  ['--clock-tolerance-ms', '5s', 'from 0 up'],
  ['--nonce-replay', 'maybe', 'refuse, allow'],
])('%s %s exits with 2 and says what it takes', async (flag, value, expected) => {
  const { code, stdout, stderr } = await runCaptured(['mock', flag, value]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(expected);
});

test('the lines of one tick are written at once, in order, and those of the next by themselves', async () => {
  const written: string[] = [];
  const take = batchLines((text) => written.push(text));
  take('a');
  take('b');
  expect(written).toEqual([]);
  await new Promise((resolve) => setImmediate(resolve));
  take('c');
  await new Promise((resolve) => setImmediate(resolve));
  expect(written).toEqual(['a\nb\n', 'c\n']);
});

test.each([
  [undefined, 1],
  [4_194_304, 1],
  [4_194_305, 0],
])('a line for a reader that has left %s characters waiting is written so often: %i', (writableLength, times) => {
  const write = vi.fn();
  writeUnlessStalled(writableLength === undefined ? { write } : { write, writableLength }, 'line');
  expect(write).toHaveBeenCalledTimes(times);
});

/** Runs the mock command until one token was issued, and returns what it wrote. */
async function issueAgainst(args: string[], userId = 'jlk456j5'): Promise<{ lines: string[]; accessToken: string }> {
  const stop = new AbortController();
  const lines: string[] = [];
  let ended: Promise<Captured> | undefined;
  const baseUrl = await new Promise<string>((ready) => {
    const write = (text: string): void => {
      lines.push(...text.split('\n'));
      const url = /ready at (\S+)/.exec(text)?.[1];
      if (url !== undefined) ready(url);
    };
    ended = runCaptured(args, { stdout: { write }, stopSignal: () => stop.signal });
  });
  const credentials = Object.fromEntries(lines.map((line) => line.trim().split('=', 2)));
  const client = createNexconnClient({
    appKey: credentials.NEXCONN_APP_KEY,
    appSecret: credentials.NEXCONN_APP_SECRET,
    baseUrl,
    userIdPattern: /^[\w-]+$/,
  });
  const { accessToken } = await client.issueAccessToken({ userId, name: 'Ada' });
  stop.abort();
  expect(await ended).toMatchObject({ code: 0 });
  return { lines, accessToken };
}
