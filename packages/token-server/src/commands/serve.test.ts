import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { startMock } from '@nexconn-kit/mock';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { runCaptured } from '../../test/support/run-captured.js';
import { type StartedServer, startServer } from '../../test/support/start-server.js';

const jwtSecret = 'a shared secret of at least thirty-two bytes';
let mock: Awaited<ReturnType<typeof startMock>>;
let folder: string;
const running: StartedServer[] = [];

beforeEach(async () => {
  mock = await startMock({ port: 0 });
});
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nexconn-serve-'));
});
afterEach(async () => {
  for (const cli of running.splice(0)) {
    cli.process.kill('SIGKILL');
    await cli.ended;
  }
  await mock[Symbol.asyncDispose]();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function environment(more: Record<string, string> = {}): Record<string, string> {
  const { appKey, appSecret, url } = mock;
  const app = { NEXCONN_APP_KEY: appKey, NEXCONN_APP_SECRET: appSecret, NEXCONN_BASE_URL: url };
  return { ...app, NEXCONN_PORT: '0', NEXCONN_STORE: 'memory', ...more };
}

async function serve(more: Record<string, string>, args: string[] = []): Promise<{ cli: StartedServer; url: string }> {
  const cli = startServer(['serve', ...args], environment(more));
  running.push(cli);
  const [, url = ''] = await cli.waitFor(/"url":"(http:[^"]+)".*"listening"/);
  return { cli, url };
}

function sign(claims: Record<string, unknown> = {}, secret = jwtSecret): Promise<string> {
  const payload = { sub: 'jlk456j5', name: 'Ada', exp: Math.floor(Date.now() / 1000) + 60, ...claims };
  return new SignJWT(payload).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from(secret));
}

function ask(url: string, jwt?: string): Promise<Response> {
  return fetch(`${url}/access-token`, { method: 'POST', headers: jwt ? { authorization: `Bearer ${jwt}` } : {} });
}

async function stop({ process, ended }: StartedServer): Promise<Awaited<StartedServer['ended']>> {
  process.kill('SIGTERM');
  return ended;
}

/** Waits until a request, beside the one that asks, is under way. */
async function callUnderWay(url: string): Promise<void> {
  for (;;) {
    const text = await (await fetch(`${url}/metrics`)).text();
    if (/^nexconn_http_requests_in_flight 2$/m.test(text)) return;
  }
}

async function issuedTokens(): Promise<number> {
  return (await mock.console.listTokens({ appKey: mock.appKey, limit: 100 })).tokens.length;
}

test('is refused without authentication, with exit code 2 and what to set', async () => {
  const { code, stdout, stderr } = await startServer(['serve'], environment()).ended;
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  for (const name of ['NEXCONN_JWKS_URL', 'NEXCONN_JWT_SECRET', '--dangerously-trust-user-header']) {
    expect(stderr).toContain(name);
  }
});

test('its start line says which hosts of the API it calls', async () => {
  const { cli } = await serve({ NEXCONN_JWT_SECRET: jwtSecret });
  const [line = ''] = (await stop(cli)).stdout.split('\n').filter((each) => each.includes('"listening"'));
  expect(JSON.parse(line)).toMatchObject({ apiHosts: [mock.url] });
});

test('a port that browsers never call is warned about', async () => {
  const { stdout } = await startServer(['serve', '--port', '6679'], environment()).ended;
  expect(JSON.parse(stdout)).toMatchObject({ level: 'warn', port: 6679, msg: expect.stringContaining('never call') });
});

test('a log-in by shared secret gets a token, the second one the same without a call of the API', async () => {
  const { cli, url } = await serve({ NEXCONN_JWT_SECRET: jwtSecret, NEXCONN_LOG_LEVEL: 'debug' });
  const jwt = await sign({ picture: 'https://example.com/ada.png' });
  const first = await ask(url, jwt);
  const body = await first.json();
  expect({ status: first.status, body }).toEqual({
    status: 200,
    body: { userId: 'jlk456j5', accessToken: expect.any(String), expiresInSeconds: null },
  });
  expect(first.headers.get('x-request-id')).toMatch(/^[\w-]{36}$/);
  expect(await (await ask(url, jwt)).json()).toEqual(body);
  expect(await issuedTokens()).toBe(1);
  expect((await mock.console.listUsers({ appKey: mock.appKey })).users).toMatchObject([
    { userId: 'jlk456j5', name: 'Ada', avatarUrl: 'https://example.com/ada.png' },
  ]);
  const { code, stdout, stderr } = await stop(cli);
  expect(code).toBe(0);
  for (const secret of [body.accessToken, jwt, jwtSecret, mock.appSecret])
    expect(stdout + stderr).not.toContain(secret);
});

test('with --changed-users update another name goes to the API, and the token stays', async () => {
  const { url } = await serve({ NEXCONN_JWT_SECRET: jwtSecret }, ['--changed-users', 'update']);
  const first = await (await ask(url, await sign())).json();
  expect(await (await ask(url, await sign({ name: 'Ada Lovelace' }))).json()).toEqual(first);
  expect((await mock.console.listUsers({ appKey: mock.appKey })).users).toMatchObject([{ name: 'Ada Lovelace' }]);
  expect(await issuedTokens()).toBe(1);
});

test('no user ID is logged at info', async () => {
  const { cli, url } = await serve({ NEXCONN_JWT_SECRET: jwtSecret });
  await ask(url, await sign({ sub: 'veryprivate1' }));
  await ask(url, await sign({ sub: 'very private 2' }));
  const { stdout, stderr } = await stop(cli);
  expect(stdout).toContain('"token issued"');
  expect(stdout + stderr).not.toMatch(/very ?private/);
});

test('a log-in that proves nothing is a 401, whatever is wrong with it', async () => {
  const { cli, url } = await serve({ NEXCONN_JWT_SECRET: jwtSecret, NEXCONN_JWT_AUDIENCE: 'chat' });
  const { privateKey } = await generateKeyPair('RS256');
  const now = Math.floor(Date.now() / 1000);
  const chat = { aud: 'chat' };
  const wrong = {
    none: undefined,
    noJwt: 'hello',
    otherSecret: await sign(chat, 'another secret of at least thirty-two bytes'),
    expired: await sign({ ...chat, exp: now - 60 }),
    inexactId: await sign({ ...chat, sub: 2 ** 53 }),
    idWithNul: await sign({ ...chat, sub: 'jlk456j5\0x' }),
    early: await sign({ ...chat, nbf: now + 60 }),
    endless: await sign({ ...chat, exp: undefined }),
    unsigned: new UnsecuredJWT({ ...chat, sub: 'jlk456j5', name: 'Ada' }).setExpirationTime('1m').encode(),
    asymmetric: await new SignJWT({ ...chat, sub: 'jlk456j5' })
      .setProtectedHeader({ alg: 'RS256' })
      .setExpirationTime('1m')
      .sign(privateKey),
    otherAudience: await sign({ aud: 'mail' }),
    nobody: await sign({ ...chat, sub: undefined }),
  };
  const statuses = await Promise.all(
    Object.entries(wrong).map(async ([name, jwt]) => [name, (await ask(url, jwt)).status]),
  );
  expect(Object.fromEntries(statuses)).toEqual(Object.fromEntries(Object.keys(wrong).map((name) => [name, 401])));
  expect((await ask(url, await sign(chat))).status).toBe(200);
  expect((await stop(cli)).stdout).toContain('ERR_JWT_EXPIRED');
});

test('a 401 asks for a bearer token, and says so where the one that was sent is not good', async () => {
  const { url } = await serve({ NEXCONN_JWT_SECRET: jwtSecret });
  const challenges = await Promise.all([undefined, 'hello'].map((jwt) => ask(url, jwt)));
  expect(challenges.map(({ headers }) => headers.get('www-authenticate'))).toEqual([
    'Bearer',
    'Bearer error="invalid_token"',
  ]);
});

test('a user whose log-in has no name is named by the user ID, with a warning that names the claim', async () => {
  const { cli, url } = await serve({ NEXCONN_JWT_SECRET: jwtSecret });
  const jwts = [await sign({ sub: 'nameless1', name: undefined }), await sign({ sub: 'nameless2', name: '' })];
  for (const jwt of jwts) expect((await ask(url, jwt)).status).toBe(200);
  expect((await mock.console.listUsers({ appKey: mock.appKey })).users).toMatchObject([
    { userId: 'nameless1', name: 'nameless1' },
    { userId: 'nameless2', name: 'nameless2' },
  ]);
  const { stdout } = await stop(cli);
  expect(stdout.match(/"nameClaim":"name".*"log-in without a name/g)).toHaveLength(1);
  expect(stdout).not.toContain('nameless');
});

test('a name or an avatar too long for the API keeps nobody from logging in, with one warning each', async () => {
  const { cli, url } = await serve({ NEXCONN_JWT_SECRET: jwtSecret });
  const long = { name: 'Ada '.repeat(30), picture: `data:image/png;base64,${'A'.repeat(2_000)}` };
  for (const sub of ['long1', 'long2']) expect((await ask(url, await sign({ ...long, sub }))).status).toBe(200);
  expect((await mock.console.listUsers({ appKey: mock.appKey })).users).toMatchObject([
    { userId: 'long1', name: 'Ada '.repeat(16) },
    { userId: 'long2', name: 'Ada '.repeat(16) },
  ]);
  const { stdout } = await stop(cli);
  expect(stdout.match(/"field":"name".*such names are cut/g)).toHaveLength(1);
  expect(stdout.match(/"field":"avatarUrl".*such avatars are left out/g)).toHaveLength(1);
  expect(stdout).not.toContain('Ada');
});

test('a user ID that the API does not take is a 500 whose reason is in the log; userIdPattern widens what is taken', async () => {
  const uuid = '9b2f6c1e-4a0d-4a57-9c55-0b7a3a1f2e10';
  const narrow = await serve({ NEXCONN_JWT_SECRET: jwtSecret });
  expect((await ask(narrow.url, await sign({ sub: uuid }))).status).toBe(500);
  const { stdout } = await stop(narrow.cli);
  expect(stdout).toMatch(
    /userId has a character outside .*opaqueUserId, NEXCONN_USER_ID_KEY.*userIdPattern \(--user-id-pattern\)/,
  );
  expect(stdout).toContain('"userIdShape":"a UUID"');
  // Told at start already, before the first log-in.
  expect(stdout).toMatch(
    /"level":"info".*"shapes":\["UUIDs","auth0\|…","user_…","e-mail addresses"\].*refused[\s\S]*listening[\s\S]*answered/,
  );
  expect(stdout).not.toContain(uuid);
  await using wide = await startMock({ port: 0, userIdPattern: /^[\w-]+$/ });
  const { appKey, appSecret, url: baseUrl } = wide;
  const app = { NEXCONN_APP_KEY: appKey, NEXCONN_APP_SECRET: appSecret, NEXCONN_BASE_URL: baseUrl };
  const { url } = await serve({ ...app, NEXCONN_JWT_SECRET: jwtSecret }, ['--user-id-pattern', '^[\\w-]+$']);
  expect(await (await ask(url, await sign({ sub: uuid }))).json()).toMatchObject({ userId: uuid });
});

test('a log-in by JWK set gets a token; other issuers, audiences and HS256 do not', async () => {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'k1', alg: 'ES256' };
  const provider = createServer((_, response) => response.end(JSON.stringify({ keys: [jwk] }))).listen(0, '127.0.0.1');
  await once(provider, 'listening');
  const jwksUrl = `http://127.0.0.1:${(provider.address() as AddressInfo).port}/jwks`;
  const config = join(folder, 'serve.json');
  const settings = {
    jwksUrl,
    jwtIssuer: 'https://login.example.com',
    jwtAudience: ['chat', 'web'],
    userIdClaim: 'uid',
  };
  await writeFile(config, JSON.stringify(settings));
  const { cli, url } = await serve({}, ['--config', config, '--name-claim', 'nickname']);
  const jwt = (claims: Record<string, unknown>) =>
    new SignJWT({ iss: settings.jwtIssuer, aud: 'web', uid: 'jlk456j5', nickname: 'Ada', ...claims })
      .setProtectedHeader({ alg: 'ES256', kid: 'k1' })
      .setExpirationTime('1m')
      .sign(privateKey);
  const answers = await Promise.all([
    ask(url, await jwt({})),
    ask(url, await jwt({ iss: 'https://other.example.com' })),
    ask(url, await jwt({ aud: 'mail' })),
    ask(url, await sign({ iss: settings.jwtIssuer, aud: 'web', uid: 'jlk456j5' }, JSON.stringify(jwk))),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([200, 401, 401, 401]);
  expect((await stop(cli)).code).toBe(0);
  provider.close();
});

test('keys of a JWK set may change: nobody with a good JWT is told to log in again', async () => {
  const pairs = await Promise.all(
    ['k1', 'k2', 'k3'].map(async (kid) => ({ kid, ...(await generateKeyPair('ES256')) })),
  );
  const [one, two, three] = await Promise.all(
    pairs.map(async ({ kid, publicKey, privateKey }) => ({
      jwk: { ...(await exportJWK(publicKey)), kid, alg: 'ES256' },
      jwt: (header: object = { kid }) =>
        new SignJWT({ sub: 'jlk456j5', iss: 'me' })
          .setProtectedHeader({ alg: 'ES256', ...header })
          .setExpirationTime('1m')
          .sign(privateKey),
    })),
  );
  if (!one || !two || !three) throw new Error('There are three.');
  let keys = [one.jwk];
  const provider = createServer((_, response) => response.end(JSON.stringify({ keys }))).listen(0, '127.0.0.1');
  await once(provider, 'listening');
  const jwksUrl = `http://127.0.0.1:${(provider.address() as AddressInfo).port}/jwks`;
  const { cli, url } = await serve({}, ['--jwks-url', jwksUrl, '--jwt-issuer', 'me', '--jwt-audience', 'any']);
  const statusOf = async (jwt: Promise<string>) => (await ask(url, await jwt)).status;

  expect(await statusOf(one.jwt())).toBe(200);
  keys = [one.jwk, two.jwk];
  expect(await statusOf(two.jwt())).toBe(200);
  expect(await Promise.all([one, two].map(({ jwt }) => statusOf(jwt({}))))).toEqual([200, 200]);
  expect(await statusOf(three.jwt())).toBe(401);

  provider.close();
  provider.closeAllConnections();
  expect(await Promise.all([one, two].map(({ jwt }) => statusOf(jwt())))).toEqual([200, 200]);
  const answer = await ask(url, await three.jwt({ kid: 'k4' }));
  expect(answer.status).toBe(503);
  expect(answer.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
  expect((await stop(cli)).stdout).toMatch(
    /"code":"KEY_SET_UNAVAILABLE","message":"The JWK set cannot be had: ECONNREFUSED/,
  );
});

test('an identity provider that is away is a 503, not a 401', async () => {
  const args = ['--jwks-url', 'http://127.0.0.1:9/jwks', '--jwt-issuer', 'me', '--jwt-audience', 'any'];
  const { url } = await serve({}, args);
  const { privateKey } = await generateKeyPair('ES256');
  const jwt = new SignJWT({ sub: 'u1', iss: 'me' }).setProtectedHeader({ alg: 'ES256' }).setExpirationTime('1m');
  expect((await ask(url, await jwt.sign(privateKey))).status).toBe(503);
});

test('a user ID key makes opaque user IDs of the claim', async () => {
  const { url } = await serve({
    NEXCONN_JWT_SECRET: jwtSecret,
    NEXCONN_USER_ID_KEY: 'only-for-trials-only-for-trials-only',
  });
  const { userId } = await (await ask(url, await sign({ sub: 'auth0|12-34', name: undefined }))).json();
  expect(userId).toMatch(/^[a-z2-7]{32}$/);
  // The claim is not shown as a name either.
  expect((await mock.console.listUsers({ appKey: mock.appKey })).users).toMatchObject([{ userId, name: userId }]);
});

test.each([
  '9b2f6c1e-4a0d-4a57-9c55-0b7a3a1f2e10',
  'auth0|12-34',
  'ada@example.com',
  '😀',
  'Zoë Ünal',
  'x'.repeat(500),
])('with a user ID key the claim %j gets a token, and nothing is said to be refused', async (sub) => {
  const { cli, url } = await serve({
    NEXCONN_JWT_SECRET: jwtSecret,
    NEXCONN_USER_ID_KEY: 'only-for-trials-only-for-trials-only',
  });
  const given = { userId: expect.stringMatching(/^[a-z2-7]{32}$/), accessToken: expect.any(String) };
  expect(await (await ask(url, await sign({ sub }))).json()).toMatchObject(given);
  expect((await stop(cli)).stdout).not.toContain('"shapes"');
});

test('an issuer whose users all have IDs that are refused is warned of at start', async () => {
  const { cli } = await serve({ NEXCONN_JWT_SECRET: jwtSecret, NEXCONN_JWT_ISSUER: 'https://example.eu.auth0.com/' });
  expect((await stop(cli)).stdout).toMatch(/"level":"warn".*"shapes".*all users of this issuer .*NEXCONN_USER_ID_KEY/);
});

test('tells whether it is alive and ready, and counts without a user ID', async () => {
  const { url } = await serve({ NEXCONN_JWT_SECRET: jwtSecret });
  const jwt = await sign();
  for (const each of [jwt, jwt, undefined]) await ask(url, each);
  const [health, ready, metrics, unknown] = await Promise.all(
    ['/healthz', '/readyz', '/metrics', '/'].map((path) => fetch(url + path)),
  );
  expect([health, ready, metrics, unknown].map((response) => response?.status)).toEqual([200, 200, 200, 404]);
  expect((await fetch(`${url}/metrics`, { method: 'POST' })).status).toBe(405);
  const text = (await metrics?.text()) ?? '';
  for (const line of [
    'nexconn_tokens_issued_total{reason="first"} 1',
    'nexconn_tokens_served_total 1',
    'nexconn_http_answers_total{route="/access-token",status="200"} 2',
    'nexconn_http_answers_total{route="/access-token",status="401"} 1',
    'nexconn_http_request_duration_seconds_bucket{route="/access-token",le="+Inf"} 3',
    'nexconn_http_request_duration_seconds_count{route="/access-token"} 3',
  ]) {
    expect(text.split('\n')).toContain(line);
  }
  expect(text).not.toContain('jlk456j5');
});

test('an issue call that is refused is counted by its code', async () => {
  const { url } = await serve({ NEXCONN_JWT_SECRET: jwtSecret, NEXCONN_APP_SECRET: 'wrong' });
  expect((await ask(url, await sign())).status).toBe(502);
  const text = await (await fetch(`${url}/metrics`)).text();
  expect(text).toMatch(/^nexconn_issue_failures_total\{code="[A-Z_]+"\} 1$/m);
});

test('a token outlives the process in SQLite, encrypted where a key is given', async () => {
  const path = join(folder, 'tokens.db');
  const env = {
    NEXCONN_JWT_SECRET: jwtSecret,
    NEXCONN_STORE: `sqlite:${path}`,
    NEXCONN_ENCRYPTION_KEYS: Buffer.from(Array.from({ length: 32 }, (_, index) => index)).toString('base64'),
  };
  const jwt = await sign();
  const first = await serve(env);
  const { accessToken } = await (await ask(first.url, jwt)).json();
  expect((await stop(first.cli)).code).toBe(0);
  expect((await readFile(path)).includes(accessToken)).toBe(false);
  const second = await serve(env);
  expect((await (await ask(second.url, jwt)).json()).accessToken).toBe(accessToken);
  expect(await issuedTokens()).toBe(1);
});

test('SIGTERM lets the request under way finish, and says so at /readyz before it stops to accept', async () => {
  const { cli, url } = await serve({ NEXCONN_JWT_SECRET: jwtSecret }, ['--drain-delay-ms', '2500']);
  const underWay = ask(url, await sign({ sub: 'mockFaultLatency3500' }));
  await callUnderWay(url);
  cli.process.kill('SIGTERM');
  await cli.waitFor(/"draining"/);
  expect((await fetch(`${url}/readyz`)).status).toBe(503);
  expect((await underWay).status).toBe(200);
  const { code, signal, stdout } = await cli.ended;
  expect({ code, signal }).toEqual({ code: 0, signal: null });
  expect(stdout).toContain('"stopped"');
  await expect(fetch(`${url}/healthz`)).rejects.toThrow();
});

test('a request that takes longer than the drain timeout is cut off, and the exit code is 0', async () => {
  const { cli, url } = await serve({ NEXCONN_JWT_SECRET: jwtSecret }, ['--drain-timeout-ms', '200']);
  const underWay = ask(url, await sign({ sub: 'mockFaultHang' })).then(String, () => 'cut');
  await callUnderWay(url);
  const { code, signal, stdout } = await stop(cli);
  expect({ code, signal, answer: await underWay }).toEqual({ code: 0, signal: null, answer: 'cut' });
  expect(stdout).toContain('requests cut off');
});

test('a second signal, the same or the other one, ends it at once', async () => {
  const { cli, url } = await serve({ NEXCONN_JWT_SECRET: jwtSecret });
  const underWay = ask(url, await sign({ sub: 'mockFaultHang' })).catch(() => {});
  await callUnderWay(url);
  cli.process.kill('SIGTERM');
  await cli.waitFor(/"draining"/);
  cli.process.kill('SIGINT');
  expect(await cli.ended).toMatchObject({ code: null, signal: 'SIGINT' });
  await underWay;
});

test('the header of a user is trusted where that is asked for, on this machine alone, with a warning', async () => {
  const args = ['--dangerously-trust-user-header', 'X-User-Id'];
  const { cli, url } = await serve({}, args);
  const response = await fetch(`${url}/access-token`, { method: 'POST', headers: { 'x-user-id': 'jlk456j5' } });
  expect(response.status).toBe(200);
  expect((await ask(url)).status).toBe(401);
  const odd = await fetch(`${url}/access-token`, { method: 'POST', headers: { 'x-user-id': 'ada lovelace' } });
  expect([odd.status, await odd.json()]).toEqual([
    400,
    { code: 'INVALID_REQUEST', message: expect.stringContaining('The user ID of X-User-Id is refused: userId has') },
  ]);
  // A page of that name could send the header, too (DNS rebinding); `fetch` sets this header itself.
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.end('POST /access-token HTTP/1.1\r\nHost: evil.example\r\nX-User-Id: ada\r\nConnection: close\r\n\r\n');
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 403 /);
  expect((await stop(cli)).stderr).toMatch(/^Warning: whoever sends the header X-User-Id/);
  const refused = await runCaptured(['serve', ...args, '--host', '0.0.0.0'], { env: environment() });
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('NEXCONN_HOST (--host)') });
});

test.each([
  [{ NEXCONN_JWT_SECRET: 'short' }, [], 'has 5 bytes'],
  [{ NEXCONN_JWT_SECRET: jwtSecret }, ['--jwks-url', 'https://a.example'], 'Choose one'],
  [{ NEXCONN_JWT_SECRET: jwtSecret }, ['--jwt-algorithms', 'none'], 'NEXCONN_JWT_ALGORITHMS (--jwt-algorithms)'],
  [{ NEXCONN_JWT_SECRET: jwtSecret }, ['--jwt-algorithms', 'RS256'], 'HS256, HS384, HS512'],
  [
    {},
    ['--jwks-url', 'https://a.example', '--jwt-issuer', 'i', '--jwt-audience', 'a', '--jwt-algorithms', 'HS256'],
    'HS256',
  ],
  [{}, ['--jwks-url', 'https://a.example', '--jwt-issuer', 'i'], 'NEXCONN_JWT_AUDIENCE (--jwt-audience)'],
  [{}, ['--jwks-url', 'http://a.example', '--jwt-issuer', 'i', '--jwt-audience', 'a'], 'https:'],
  ...[
    ['https://u:geheim@a.example/jwks', '(of a.example) has a user or a password'],
    ['https://geheim@a.example/jwks', '(of a.example) has a user or a password'],
    ['http://u:geheim@a.example/jwks', '(of a.example) has a user or a password'],
    ['http://a.example/jwks?key=geheim', '(of a.example) is no https: URL'],
    ['ftp://u:geheim@a.example/jwks', '(of a.example) has a user or a password'],
    ['u:geheim@a.example/jwks', 'NEXCONN_JWKS_URL (--jwks-url) is no https: URL'],
    ['https://u:geheim@a example', 'NEXCONN_JWKS_URL (--jwks-url) is no https: URL'],
  ].map(([jwksUrl = '', message = '']): [Record<string, string>, string[], string] => [
    { NEXCONN_JWKS_URL: jwksUrl },
    ['--jwt-issuer', 'i', '--jwt-audience', 'a'],
    message,
  ]),
  [{ NEXCONN_JWT_SECRET: jwtSecret, NEXCONN_PORT: 'x' }, [], 'NEXCONN_PORT is "x"'],
  [{ NEXCONN_JWT_SECRET: jwtSecret, NEXCONN_APP_SECRET: '' }, [], 'NEXCONN_APP_SECRET'],
  [
    { NEXCONN_JWT_SECRET: jwtSecret, NEXCONN_APP_SECRET: 'S3cretOfOne', NEXCONN_APP_SECRET_NEXT: 'S3cretOfOne' },
    [],
    'NEXCONN_APP_SECRET_NEXT',
  ],
  [{ NEXCONN_JWT_SECRET: jwtSecret, NEXCONN_STORE: 'mysql://u:geheim@h' }, [], 'NEXCONN_STORE (--store)'],
  // What is before the first slash looks like a host and a port.
  ...[
    'redis://u:12/geheim@h',
    'rediss://x:1/geheim@h:6379/0',
    'postgres://u:12/geheim@h/db',
    'redis://u:12#geheim@h',
  ].map((store): [Record<string, string>, string[], string] => [
    { NEXCONN_JWT_SECRET: jwtSecret, NEXCONN_STORE: store },
    [],
    'NEXCONN_STORE (--store) has an @ behind its host. In a password, write / as %2F, ? as %3F and # as %23.',
  ]),
  [{ NEXCONN_JWT_SECRET: jwtSecret }, ['--store', 'redis://u:12/geheim@h'], '--store holds a password'],
  // In words of the settings, and not of the library.
  [
    { NEXCONN_JWT_SECRET: jwtSecret, NEXCONN_ALLOWED_ORIGINS: 'https://a.example/path' },
    [],
    'NEXCONN_ALLOWED_ORIGINS (--allowed-origins) has an entry that is no origin.',
  ],
  [
    { NEXCONN_JWT_SECRET: jwtSecret, NEXCONN_BASE_URL: 'http://a.example' },
    [],
    'NEXCONN_BASE_URL (--base-url) is not encrypted',
  ],
  [{ NEXCONN_JWT_SECRET: jwtSecret, NEXCONN_APP_SECRET: ' geheim' }, [], 'NEXCONN_APP_SECRET '],
  // No timer waits for longer.
  [
    { NEXCONN_JWT_SECRET: jwtSecret, NEXCONN_DRAIN_DELAY_MS: '2147483648' },
    [],
    'Give a whole number from 0 to 2147483647.',
  ],
  [
    { NEXCONN_JWT_SECRET: jwtSecret, NEXCONN_STORE: 'sqlite::memory:' },
    [],
    'NEXCONN_STORE (--store) has no file. Set it to memory',
  ],
  [{ NEXCONN_JWT_SECRET: jwtSecret, NEXCONN_ENCRYPTION_KEYS: 'geheim' }, [], 'NEXCONN_ENCRYPTION_KEYS'],
  [{ NEXCONN_JWT_SECRET: jwtSecret, NEXCONN_ENCRYPTION_KEYS: 'x'.repeat(43) }, [], 'openssl rand -base64 32'],
  [{ NEXCONN_JWT_SECRET: jwtSecret, NEXCONN_ENCRYPTION_KEYS: ' , ' }, [], 'openssl rand -base64 32'],
  [{ NEXCONN_JWT_SECRET: jwtSecret, NEXCONN_USER_ID_KEY: 'geheim' }, [], 'NEXCONN_USER_ID_KEY'],
  [
    { NEXCONN_JWT_SECRET: jwtSecret, NEXCONN_USER_ID_KEY: 'only-for-trials-only-for-trials-only\n' },
    [],
    'NEXCONN_USER_ID_KEY has white space at an end',
  ],
  [
    { NEXCONN_JWT_SECRET: jwtSecret, NEXCONN_USER_ID_KEY: '\ufeffonly-for-trials-only-for-trials-only' },
    [],
    'NEXCONN_USER_ID_KEY has white space at an end',
  ],
  [{ NEXCONN_JWT_SECRET: jwtSecret }, ['--store', 'redis://u:geheim@h'], 'NEXCONN_STORE'],
  [{ NEXCONN_JWT_SECRET: jwtSecret }, ['--log-level', 'loud'], 'NEXCONN_LOG_LEVEL (--log-level)'],
  [{ NEXCONN_JWT_SECRET: jwtSecret }, ['--config', 'nowhere.json'], '--config'],
  [{ NEXCONN_JWT_SECRET: jwtSecret }, ['--app-secret=geheim'], "Unknown option '--app-secret'."],
  // The secret itself, in place of the path of its file.
  ...['APP_SECRET', 'APP_SECRET_NEXT', 'JWT_SECRET', 'ENCRYPTION_KEYS', 'USER_ID_KEY'].map(
    (name): [Record<string, string>, string[], string] => [
      { NEXCONN_JWT_SECRET: jwtSecret, [`NEXCONN_${name}_FILE`]: 'geheim/+==' },
      [],
      `NEXCONN_${name}_FILE (--${name.toLowerCase().replaceAll('_', '-')}-file) names cannot be read (ENOENT)`,
    ],
  ),
  [{ NEXCONN_JWT_SECRET: jwtSecret, NEXCONN_CONFIG: '{"appSecret":"geheim"}' }, [], 'NEXCONN_CONFIG (--config) names'],
])('%j with %j exits with 2, and says what to do', async (more, args, message) => {
  const context = { env: environment(more), stopSignal: () => new AbortController().signal };
  const { code, stdout, stderr } = await runCaptured(['serve', ...args], context);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(message);
  expect(stderr).not.toContain('geheim');
});

test('a secret in the configuration file is refused, with the place where it belongs', async () => {
  const path = join(folder, 'secret.json');
  await writeFile(path, '{"appSecret":"geheim"}');
  const { code, stderr } = await runCaptured(['serve', '--config', path], { env: environment() });
  expect(code).toBe(2);
  expect(stderr).toContain('NEXCONN_APP_SECRET, or "appSecretFile"');
  expect(stderr).not.toContain('geheim');
});

test('a host that is none of this machine exits with 1, and names the setting of the host', async () => {
  const env = environment({ NEXCONN_JWT_SECRET: jwtSecret, NEXCONN_HOST: '203.0.113.7' });
  const context = { env, stopSignal: () => new AbortController().signal };
  const { code, stderr } = await runCaptured(['serve'], context);
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: expect.stringMatching(/EADDRNOTAVAIL\. Set NEXCONN_HOST \(--host\) to an address of this machine/),
  });
});

test('a store that does not answer exits with 1, without its password', async () => {
  const env = environment({ NEXCONN_JWT_SECRET: jwtSecret, NEXCONN_STORE: 'postgres://u:geheim@127.0.0.1:9/db' });
  const { code, stdout, stderr } = await runCaptured(['serve'], {
    env,
    stopSignal: () => new AbortController().signal,
  });
  expect(code).toBe(1);
  expect(stderr).toContain('postgres://127.0.0.1:9/db does not answer');
  expect(stdout + stderr).not.toContain('geheim');
});

test.each([
  ['serve', 'redis', 'SIGTERM', 0, ''],
  ['serve', 'redis', 'SIGHUP', 0, ''],
  ['serve', 'postgres', 'SIGTERM', 0, ''],
  ['reencrypt', 'redis', 'SIGTERM', 1, 'It was stopped before its end. Run it again: what is done is done.\n'],
] as const)(
  '%s stops at once while a silent %s keeps its start waiting, by %s',
  async (command, scheme, signal, code, stderr) => {
    const silent = createTcpServer();
    onTestFinished(() => void silent.close());
    const connected = once(silent, 'connection');
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const store = `${scheme}://127.0.0.1:${port}`;
    const keys = { NEXCONN_ENCRYPTION_KEYS: randomBytes(32).toString('base64') };
    const cli = startServer([command], environment({ NEXCONN_JWT_SECRET: jwtSecret, NEXCONN_STORE: store, ...keys }));
    const [socket] = await connected;
    onTestFinished(() => void socket.destroy());
    expect(cli.stdout()).not.toContain('listening');
    cli.process.kill(signal);
    // Without the signal, and where it is not heeded, the store is what it ends by.
    expect(await cli.ended).toMatchObject({
      code,
      signal: null,
      stderr,
      stdout: expect.not.stringContaining('listening'),
    });
  },
);

test('--check says what is well, and makes no user', async () => {
  const { code, stdout, stderr } = await startServer(['--check'], environment({ NEXCONN_JWT_SECRET: jwtSecret })).ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const lines = [
    'settings +ok',
    'store +ok +memory',
    'log-ins +ok',
    'signature +ok +App Key and App Secret are accepted',
    'user IDs +ok +Refused: UUIDs, auth0\\|…, user_…, e-mail addresses\\. .*NEXCONN_USER_ID_KEY',
  ];
  for (const line of lines) expect(stdout).toMatch(new RegExp(`^${line}`, 'm'));
  expect((await mock.console.listUsers({ appKey: mock.appKey })).users).toEqual([]);
});

test('the NEXCONN_PORT that Kubernetes sets for a Service called nexconn is no port', async () => {
  const env = environment({ NEXCONN_JWT_SECRET: jwtSecret, NEXCONN_PORT: 'tcp://10.0.0.1:4020' });
  expect(await startServer(['--check'], env).ended).toMatchObject({ code: 0, stderr: '' });
});

test('--check fails where a part is wrong, and says which', async () => {
  const wrong = {
    NEXCONN_JWKS_URL: 'http://127.0.0.1:9/jwks',
    NEXCONN_JWT_ISSUER: 'a',
    NEXCONN_JWT_AUDIENCE: 'b',
    NEXCONN_APP_SECRET: 'another-secret',
    NEXCONN_STORE: 'redis://127.0.0.1:9',
  };
  const { code, stdout, stderr } = await startServer(['--check'], environment(wrong)).ended;
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: 'The server cannot run like this: store, log-ins, signature.\n',
  });
  for (const name of ['store', 'log-ins', 'signature']) expect(stdout).toMatch(new RegExp(`^${name} +FAILED`, 'm'));
  expect(stdout).not.toContain('another-secret');
});

test('all that is missing is told at once', async () => {
  const { code, stderr } = await startServer([], { NEXCONN_PORT: '0' }).ended;
  expect(code).toBe(2);
  for (const name of ['NEXCONN_JWKS_URL', 'NEXCONN_APP_KEY', 'NEXCONN_APP_SECRET', 'NEXCONN_REGION']) {
    expect(stderr).toContain(name);
  }
});

test('all that a JWK set needs is told at once, with what else is missing', async () => {
  const { code, stderr } = await startServer([], { NEXCONN_JWKS_URL: 'http://keycloak:8080/jwks' }).ended;
  expect(code).toBe(2);
  const needed = [
    'NEXCONN_JWT_ISSUER',
    'NEXCONN_JWT_AUDIENCE',
    'is no https: URL',
    'NEXCONN_APP_KEY',
    'NEXCONN_REGION',
  ];
  for (const name of needed) expect(stderr).toContain(name);
});

test('all that is wrong is told at once, a line each, whatever is missing beside it', async () => {
  const wrong = { NEXCONN_PORT: '99999', NEXCONN_USER_ID_PATTERN: '(', NEXCONN_DRAIN_TIMEOUT_MS: 'soon' };
  const { code, stderr } = await startServer([], wrong).ended;
  expect(code).toBe(2);
  expect(stderr.trim().split('\n')).toEqual(Object.keys(wrong).map((name) => expect.stringContaining(`${name} is `)));
  const parts = await startServer([], environment({ NEXCONN_REGION: 'eu', NEXCONN_JWT_SECRET: 'short' })).ended;
  expect(parts.stderr).toMatch(/NEXCONN_JWT_SECRET has 5 bytes/);
});

test('the advice on log-ins fits a terminal of 80 columns', async () => {
  const { stderr } = await startServer([], environment({})).ended;
  expect(stderr).toContain('--dangerously-trust-user-header');
  for (const line of stderr.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
});

test('a wrong App Secret is seen at start', async () => {
  const { cli } = await serve({ NEXCONN_JWT_SECRET: jwtSecret, NEXCONN_APP_SECRET: 'another-secret' });
  await cli.waitFor(/"level":"error".*the API does not accept this app/);
  expect(await stop(cli)).toMatchObject({ code: 0, stdout: expect.not.stringContaining('another-secret') });
});
