import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer as createNetServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { errorCatalogue } from '@nexconn-kit/contract';
import { type Fault, type RunningMock, type StartMockOptions, startMock } from '@nexconn-kit/mock';
import { verifySignature } from '@nexconn-kit/signing';
import { generate } from 'selfsigned';
import { expect, onTestFinished, test } from 'vitest';
import { bundleFlags } from '../../../../../test/support/bundle-sources.js';
import { startConnectProxy } from '../../../../../test/support/start-connect-proxy.js';
import { exampleEnv, runCaptured } from '../../../test/support/run-captured.js';
import { bin, startCli } from '../../../test/support/start-cli.js';
import type { Finding } from '../../terminal/finding.js';

type Env = Record<string, string>;

interface Examined {
  readonly code: number;
  readonly text: string;
  readonly findings: readonly Finding[];
  /** What was found by a check that did not come out well. */
  readonly of: (check: string) => string;
}

/** Runs the doctor, and looks at once that nothing secret is in what it prints. */
async function examine(env: Env, ...flags: string[]): Promise<Examined> {
  const whole = { ...exampleEnv, ...env };
  const { code, stdout, stderr } = await runCaptured(['doctor', '--json', '--timeout-ms', '20000', ...flags], {
    env: whole,
  });
  expect(stderr).toBe('');
  for (const secret of [whole.NEXCONN_APP_SECRET, 'Y1W2MeFwwwRxa0', 'hunter2']) {
    if (secret && secret.length > 3) expect(stdout).not.toContain(secret);
  }
  const { findings } = JSON.parse(stdout) as { findings: Finding[] };
  const of = (check: string): string =>
    findings
      .filter((finding) => finding.check === check)
      .map(({ state, says, advice = '' }) => `${state}: ${says} ${advice}`)
      .join('\n');
  return { code, text: stdout, findings, of };
}

async function startTestMock(options: StartMockOptions = {}): Promise<RunningMock> {
  const mock = await startMock({ port: 0, ...options });
  onTestFinished(mock.close);
  return mock;
}

/** Starts a server on a free port, which ends with the test whatever is still open. */
async function startServer(server: Server): Promise<number> {
  const sockets = new Set<{ destroy: () => void }>();
  server.on('connection', (socket) => sockets.add(socket.on('error', () => socket.destroy())));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const startHttp = async (answer: RequestListener): Promise<string> =>
  `http://127.0.0.1:${await startServer(createServer(answer))}`;

test('says that all is well where it is, and asks for nobody', async () => {
  const mock = await startTestMock();
  const { code, findings, of } = await examine({ NEXCONN_BASE_URL: mock.url });
  expect(findings.filter(({ state }) => state !== 'ok').map(({ check }) => check)).toEqual(['rate', 'user limit']);
  expect([code, of('signature')]).toEqual([0, expect.stringContaining('ok: App Key and App Secret are accepted.')]);
  expect((await mock.console.listUsers({ appKey: mock.appKey })).users).toEqual([]);
});

test('prints words within 80 columns, and how many there are of each', async () => {
  const mock = await startTestMock();
  const { code, stdout } = await runCaptured(['doctor'], { env: { ...exampleEnv, NEXCONN_BASE_URL: mock.url } });
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^ok {9}node .*\n[\s\S]*\n9 ok, 2 not known\n$/)]);
  for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
});

const questions: [check: string, ...flags: string[]][] = [['token', '--user-id', 'ada1'], ['request']];

test.each(Object.values(errorCatalogue))('names code $code of an answer: $name', async ({ code, meaning, remedy }) => {
  const mock = await startTestMock();
  await mock.console.setFault({ appKey: mock.appKey, sequence: [{ kind: 'answer', code }], times: 0 });
  for (const [check, ...flags] of questions) {
    const examined = await examine({ NEXCONN_BASE_URL: mock.url }, ...flags);
    // The user of no token need not be there.
    if (check === 'request' && code === errorCatalogue.UserNotFound.code) continue;
    expect(examined.code).toBe(1);
    expect(examined.of(check)).toContain('failed');
    for (const words of [meaning, `code ${code}`, remedy]) expect(examined.of(check)).toContain(words);
  }
});

test.each<[Fault, RegExp]>([
  [{ kind: 'html' }, /HTTP 502 with an HTML page/],
  [{ kind: 'not-json' }, /HTTP 200 with/],
  [{ kind: 'code-on-200', code: 1000 }, /failed inside\. \(code 1000, HTTP 200\)/],
  [{ kind: 'truncate' }, /not judged/],
  [{ kind: 'reset' }, /ECONNRESET/],
])('names a fault of the mock without a token: %j', async (fault, words) => {
  const mock = await startTestMock();
  await mock.console.setFault({ appKey: mock.appKey, sequence: [fault], times: 0 });
  for (const [check, ...flags] of questions) {
    const { code, of } = await examine({ NEXCONN_BASE_URL: mock.url }, ...flags);
    expect([code, of(check)]).toEqual([1, expect.stringMatching(words)]);
  }
});

test('without a user for it no token is issued and none voided', async () => {
  const mock = await startTestMock();
  const env = { ...exampleEnv, NEXCONN_BASE_URL: mock.url };
  const issued = await runCaptured(['token', 'issue', '--user-id', 'nexconnDoctor', '--name', 'Ada', '--json'], {
    env,
  });
  const { accessToken } = JSON.parse(issued.stdout) as { accessToken: string };
  expect((await examine(env)).of('request')).toMatch(/^ok: .*--user-id/);
  expect(await mock.console.checkToken({ token: accessToken })).toMatchObject({ code: 0 });
  expect((await mock.console.listTokens({})).tokens).toHaveLength(1);
});

const causes: [string, StartMockOptions, Env, string, RegExp][] = [
  ['another secret', {}, { NEXCONN_APP_SECRET: 'someOtherSecret' }, 'signature', /not that of the App Key.*1004/],
  ['an unknown App Key', {}, { NEXCONN_APP_KEY: 'another1key2' }, 'signature', /App Key is most probably unknown/],
  ['an App Key as secret', {}, { NEXCONN_APP_SECRET: 'uwd1c0sxdlx2' }, 'app secret', /It is the App Key/],
  ['a secret in quotes', {}, { NEXCONN_APP_SECRET: '"Y1W2MeFwwwRxa0"' }, 'signature', /only without what stands/],
  ['a secret with a line end', {}, { NEXCONN_APP_SECRET: 'Y1W2MeFwwwRxa0\n' }, 'app secret', /line end/],
  ['a secret with a written line end', {}, { NEXCONN_APP_SECRET: 'Y1W2MeFwwwRxa0\\n' }, 'app secret', /two characters/],
  ['a secret with a space', {}, { NEXCONN_APP_SECRET: ' Y1W2MeFwwwRxa0' }, 'app secret', /space/],
  ['a secret unseen', {}, { NEXCONN_APP_SECRET: 'Y1W2\u200BMeFwwwRxa0' }, 'app secret', /invisible/],
  ['no secret', {}, { NEXCONN_APP_SECRET: '' }, 'app secret', /not set.*NEXCONN_APP_SECRET/],
  ['the words of an example', {}, { NEXCONN_APP_SECRET: '<your-app-secret>' }, 'app secret', /what an example has/],
  ['half a secret', {}, { NEXCONN_APP_SECRET: 'Y1W' }, 'app secret', /3 characters/],
  [
    'a replaced secret',
    { appSecret: 'brandNewSecret' },
    { NEXCONN_APP_SECRET_NEXT: 'brandNewSecret' },
    'signature',
    /rotation is over/,
  ],
  ['a limit that is met', { rateLimit: 1 }, {}, 'rate', /limit is met \(1008\)/],
];

test.each(causes)('names the cause: %s', async (_, options, env, check, words) => {
  const mock = await startTestMock(options);
  // The first request of the limit.
  const flags = options.rateLimit === 1 ? ['--user-id', 'ada1'] : [];
  const { code, of } = await examine({ NEXCONN_BASE_URL: mock.url, ...env }, ...flags);
  expect(of(check)).toMatch(words);
  expect(code).toBe(1);
});

test('swapped credentials are told by their looks, and by the answer', async () => {
  const mock = await startTestMock();
  const swapped = { NEXCONN_APP_KEY: mock.appSecret, NEXCONN_APP_SECRET: mock.appKey, NEXCONN_BASE_URL: mock.url };
  const { stdout } = await runCaptured(['doctor', '--json'], { env: swapped });
  expect(stdout).toContain('look swapped');
  expect(stdout).toContain('App Key is most probably unknown');
});

test('an app that was suspended, or is full, is named', async () => {
  const mock = await startTestMock({ environment: 'development', userLimit: 0 });
  const full = await examine({ NEXCONN_BASE_URL: mock.url }, '--user-id', 'ada1');
  expect(full.of('user limit')).toContain('failed: The limit of registered users is reached. (code 2007, HTTP 403)');
  await mock.console.updateApp({ appKey: mock.appKey, suspended: true });
  const { of } = await examine({ NEXCONN_BASE_URL: mock.url });
  expect(of('signature')).toContain('The app is locked, offline or deleted. (code 1006, HTTP 401)');
});

test('a rotated secret is named with the reason of the mock', async () => {
  const mock = await startTestMock();
  await mock.console.rotateSecret({ appKey: mock.appKey });
  const { of } = await examine({ NEXCONN_BASE_URL: mock.url });
  expect(of('signature')).toContain('signed with the App Secret before the rotation');
});

test.each([
  ['behind', 600_000],
  ['ahead of', -600_000],
])('a clock %s that of the server is named as the cause', async (side, shiftMs) => {
  const url = await startHttp((request, response) => {
    const now = () => Date.now() + shiftMs;
    const { ok } = verifySignature(request.headers, { secretFor: () => exampleEnv.NEXCONN_APP_SECRET, now });
    response.writeHead(ok ? 400 : 401, { date: new Date(now()).toUTCString() });
    request.resume().on('end', () => response.end(JSON.stringify({ code: ok ? 1002 : 1004, errorMessage: '' })));
  });
  const { code, of } = await examine({ NEXCONN_BASE_URL: url });
  expect([code, of('clock')]).toEqual([1, expect.stringContaining(`failed: It is 10 minutes ${side} the server's.`)]);
  expect(of('signature')).toContain('for the clock alone');
});

test.each<[string, RequestListener, RegExp]>([
  [
    'a page',
    (_, response) => void response.writeHead(502, { server: 'nginx' }).end('<html>'),
    /\(nginx\): HTTP 502 with an HTML page/,
  ],
  ['a redirect', (_, response) => void response.writeHead(302, { location: '/' }).end(), /redirects \(HTTP 302\)/],
  ['JSON of another', (_, response) => void response.end('{"ok":true}'), /HTTP 200 with JSON without a code/],
  ['nothing', (_, response) => void response.writeHead(204).end(), /HTTP 204 with nothing/],
  ['an end', (_, response) => void response.destroy(), /the connection broke off \(ECONNRESET\)/],
  ['a good answer', (_, response) => void response.end('{"code":0,"result":{}}'), /not known: .* as if it were good/],
  ['another code', (_, response) => void response.end('{"code":7777,"errorMessage":"a\\nb"}'), /not documented: "a b"/],
])('%s in place of an answer is named', async (_, answer, words) => {
  const { of } = await examine({ NEXCONN_BASE_URL: await startHttp(answer) });
  expect(of('signature')).toMatch(words);
});

test('a port where nothing listens, one that says nothing, and a name without an address are named', async () => {
  const server = createNetServer();
  const port = await startServer(server);
  const silent = await examine({ NEXCONN_BASE_URL: `https://127.0.0.1:${port}` }, '--timeout-ms', '1000');
  expect(silent.of(`to 127.0.0.1:${port}`)).toContain('did not answer to TLS within 1000 ms');
  const mute = await examine({ NEXCONN_BASE_URL: `http://127.0.0.1:${port}` }, '--timeout-ms', '1000');
  expect(mute.of('signature')).toContain('no answer came in time');
  server.close();
  const closed = await startTestMock();
  await closed.close();
  const refused = await examine({ NEXCONN_BASE_URL: closed.url });
  expect(refused.of(`to ${new URL(closed.url).host}`)).toContain('ECONNREFUSED');
  expect(refused.of('signature')).toBe('not known: Not asked: no host could be reached. ');
  const nowhere = await examine({ NEXCONN_BASE_URL: 'https://api.nexconn.invalid' });
  expect([nowhere.code, nowhere.of('to api.nexconn.invalid')]).toEqual([1, expect.stringContaining('failed: ')]);
  const bare = await examine({ NEXCONN_BASE_URL: closed.url, NEXCONN_APP_SECRET: '' });
  expect(bare.of('signature')).toContain('Not asked: the App Key or the App Secret is missing, or cannot be one.');
});

test.each([
  ['has expired', { notBeforeDate: new Date(0), notAfterDate: new Date(86_400_000) }, '127.0.0.1', /has expired/],
  [
    'is not valid yet',
    { notBeforeDate: new Date(4e12), notAfterDate: new Date(4.1e12) },
    '127.0.0.1',
    /not valid yet|does not know/,
  ],
  ['is of an unknown CA', {}, '127.0.0.1', /is from a CA that this machine does not know.*Example proxy/],
])('a certificate that %s is named, and nothing is sent to it', async (_, dates, ip, words) => {
  let asked = 0;
  const { cert, private: key } = await generate([{ shortName: 'O', value: 'Example proxy' }], {
    keyType: 'ec',
    ...dates,
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip }] }],
  });
  const port = await startServer(createTlsServer({ cert, key }, () => (asked += 1)));
  const { code, of } = await examine({ NEXCONN_BASE_URL: `https://127.0.0.1:${port}` });
  expect([code, of(`to 127.0.0.1:${port}`)]).toEqual([1, expect.stringMatching(words)]);
  expect(asked).toBe(0);
});

test('TLS on a port that does not speak it is named', async () => {
  const { url } = await startTestMock();
  const { of } = await examine({ NEXCONN_BASE_URL: url.replace('http:', 'https:') });
  expect(of(`to ${new URL(url).host}`)).toMatch(/does not speak TLS|TLS with .* failed/);
});

test('over a proxy, its refusals are named without its password', async () => {
  const mock = await startTestMock();
  for (const [status, words] of [
    [200, 'ok: Reached over the proxy'],
    [407, 'does not take its user name and password'],
    [403, 'refused to connect to api.example.com'],
    [502, 'got no connection to api.example.com'],
    [undefined, 'opened no tunnel'],
  ] as const) {
    await using proxy = await startConnectProxy({ leadTo: mock.url, answer: () => status });
    const url = proxy.url.replace('//', '//user:hunter2@');
    const env = { HTTP_PROXY: url, NEXCONN_BASE_URL: 'http://api.example.com', NEXCONN_DANGEROUSLY_ALLOW_HTTP: 'true' };
    const { of } = await examine(env);
    expect(of('to api.example.com')).toContain(words);
    if (status === 200) expect(of('signature')).toContain('accepted');
    expect(proxy.asked[0]?.authorization).toBe(`Basic ${btoa('user:hunter2')}`);
  }
  const free = await examine({ HTTPS_PROXY: 'ftp://user:hunter2@x', NEXCONN_BASE_URL: 'https://api.example.com' });
  expect(free.of('to api.example.com')).toContain('The proxy of HTTPS_PROXY does not begin with http: or https:');
});

test.each<[Env, string, RegExp]>([
  [
    { NEXCONN_APPKEY: 'x' },
    'variables',
    /NEXCONN_APPKEY is set, which nothing reads\. Rename it if NEXCONN_APP_KEY is meant/,
  ],
  [{ NEXCONN_REGION: 'sg', NEXCONN_BASE_URL: 'http://127.0.0.1:1' }, 'variables', /are both set; the base URL wins/],
  [{ HTTPS_PROXY: 'http://a', https_proxy: 'http://b' }, 'variables', /https_proxy and HTTPS_PROXY differ/],
  [{ NODE_TLS_REJECT_UNAUTHORIZED: '0' }, 'variables', /has Node believe every certificate/],
  [{ NODE_EXTRA_CA_CERTS: '/nowhere/ca.pem' }, 'variables', /cannot be read/],
  [
    { NEXCONN_RATE_STORE: 'redis://127.0.0.1:1', NEXCONN_DANGEROUSLY_ALLOW_HTTP: 'true' },
    'variables',
    /^ok: None is misspelt/,
  ],
  [{ NEXCONN_REGION: 'eu' }, 'server', /NEXCONN_REGION is "eu"\. Set it to sg, us or sau/],
  [{}, 'server', /No region is known/],
  [{ NEXCONN_BASE_URL: 'http://api.example.com' }, 'server', /http: on another machine/],
  [{ NEXCONN_BASE_URL: 'https://user:hunter2@api.example.com' }, 'server', /has a user name, a password/],
  [{ NEXCONN_BASE_URL: 'https://api.example.com/v4/auth' }, 'server', /path of the API/],
  [{ NEXCONN_BASE_URL: 'api.example.com' }, 'server', /no URL/],
  [{ NEXCONN_BASE_URL: 'http://127.0.0.1:6000' }, 'server', /^warning: Port 6000 .* never call/],
])('%j is named', async (env, check, words) => {
  // Nobody is asked: the key is none.
  const { of } = await examine({ NEXCONN_APP_KEY: '', ...env }, '--timeout-ms', '100');
  expect(of(check)).toMatch(words);
});

test('reads the secret of a file, and says where there is none', async () => {
  const mock = await startTestMock();
  const folder = await mkdtemp(join(tmpdir(), 'nexconn-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'secret');
  await writeFile(file, `${mock.appSecret}\n`);
  const env = { NEXCONN_APP_SECRET: '', NEXCONN_BASE_URL: mock.url };
  expect((await examine(env, '--app-secret-file', file)).of('signature')).toContain('are accepted');
  const missing = await examine(env, '--app-secret-file', `${file}.gone`);
  expect([missing.code, missing.of('app secret')]).toEqual([1, expect.stringContaining('cannot be read (ENOENT)')]);
});

test('--regions says where the app is, over a proxy and by TLS', async () => {
  const names = 'api.us-light-api.com,api.sau-light-api.com';
  const mock = startCli(['mock', '--port', '0', '--tls', names]);
  const [, port = ''] = await mock.waitFor(/^ *NEXCONN_BASE_URL=https:\/\/.*:(\d+)$/m);
  const [, NODE_EXTRA_CA_CERTS = ''] = await mock.waitFor(/NODE_EXTRA_CA_CERTS=(\S+)\n/);
  await using proxy = await startConnectProxy({
    leadTo: `http://127.0.0.1:${port}`,
    answer: ({ to }) => (to.includes('.us-') ? 200 : 502),
  });
  const env = { ...exampleEnv, NODE_EXTRA_CA_CERTS, NEXCONN_REGION: 'sg', HTTPS_PROXY: proxy.url };
  const { code, stdout } = await startCli(['doctor', '--regions', '--json', '--timeout-ms', '60000'], env).ended;
  const { findings } = JSON.parse(stdout) as { findings: Finding[] };
  const about = (words: RegExp) => findings.filter(({ check }) => words.test(check)).map(({ state }) => state);
  expect([code, about(/^to /), about(/^region /)]).toEqual([1, ['failed', 'failed'], ['failed', 'not known']]);
  expect(findings.find(({ check }) => check === 'region us')?.advice).toBe('Set NEXCONN_REGION=us.');
  expect(proxy.asked.map(({ to }) => to)).toContain('api-b.sg-light-api.com:443');
});

test('names a certificate that is trusted, and for another host', async () => {
  const made = await generate([{ name: 'commonName', value: 'other.example' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'subjectAltName', altNames: [{ type: 2, value: 'other.example' }] },
    ],
  });
  const port = await startServer(
    createTlsServer({ cert: made.cert, key: made.private }, (_, response) => response.end()),
  );
  const folder = await mkdtemp(join(tmpdir(), 'nexconn-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'ca.pem');
  await writeFile(file, made.cert);
  for (const host of ['localhost', '127.0.0.1']) {
    const env = { ...exampleEnv, NODE_EXTRA_CA_CERTS: file, NEXCONN_BASE_URL: `https://${host}:${port}` };
    const { stdout } = await startCli(['doctor', '--json', '--timeout-ms', '60000'], env).ended;
    const { findings } = JSON.parse(stdout) as { findings: Finding[] };
    const found = findings.find(({ check }) => check === `to ${host}:${port}`);
    expect(found).toMatchObject({
      state: 'failed',
      says: expect.stringContaining(`of ${host}:${port} is for another name`),
    });
  }
});

test('trusts a certificate of NODE_EXTRA_CA_CERTS, as the mock prints it', async () => {
  const args = [process.execPath, ...bundleFlags, bin];
  const { code } = await runCaptured(['mock', '--tls', '--', ...args, 'doctor', '--json'], {
    env: { PATH: process.env.PATH },
    stopSignal: () => new AbortController().signal,
  });
  expect(code).toBe(0);
});
