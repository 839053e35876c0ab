import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createNexconnClient } from '@nexconn-kit/client';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { until } from '../../../../../test/support/until.js';
import type { RequestFacts } from '../../terminal/request-line.js';
import { type Sandbox, startSandbox } from './start-sandbox.js';

let folder: string;
let sandbox: Sandbox;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nexconn-sandbox-'));
  writeFileSync(join(folder, 'index.html'), '<html>\n<body>\n<p>page</p></body></html>');
});
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(async () => {
  sandbox = await startSandbox({
    mockPort: 0,
    tokensPort: 0,
    docsPort: 0,
    docsFolder: folder,
  });
});
afterEach(() => sandbox[Symbol.asyncDispose]());

interface TokenAnswer {
  readonly accessToken: string;
}

/** Asks as an app does. */
function ask(body?: object, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${sandbox.tokens.url}/access-token`, {
    method: 'POST',
    headers: { 'x-user-id': 'ada', 'content-type': 'application/json', ...headers },
    ...(body && { body: JSON.stringify(body) }),
  });
}

async function askForToken(body?: object): Promise<string> {
  const response = await ask(body);
  expect(response.status).toBe(200);
  return ((await response.json()) as TokenAnswer).accessToken;
}

async function connect(token: string): Promise<number> {
  return (await sandbox.mock.console.checkToken({ token })).code;
}

describe('the token service of the sandbox recovers without a restart', () => {
  it('from a rotation at once in the console, over HTTP', async () => {
    const token = await askForToken();
    const rotated = await fetch(`${sandbox.mock.url}/_console/api/apps/rotate-secret`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    expect(rotated.status).toBe(200);
    expect(await connect(token)).toBe(31004);
    const next = await askForToken({ rejectedToken: token });
    expect(next).not.toBe(token);
    expect(await connect(next)).toBe(0);
  });

  it('from a rotation on first use, before that use and after it', async () => {
    const token = await askForToken();
    const { appKey, url, console } = sandbox.mock;
    const { appSecret } = await console.rotateSecret({ takesEffect: 'on-first-use' });
    expect(await askForToken()).toBe(token);
    expect(await connect(token)).toBe(0);
    await using other = createNexconnClient({ appKey, appSecret, baseUrl: url });
    await other.issueAccessToken({ userId: 'grace', name: 'Grace' });
    expect(await connect(token)).toBe(31004);
    expect(await connect(await askForToken({ rejectedToken: token }))).toBe(0);
  });

  it('from tokens that expired', async () => {
    const token = await askForToken();
    await sandbox.mock.console.updateApp({ tokenValiditySeconds: 60 });
    await sandbox.mock.console.moveClock({ byMs: 61_000 });
    expect(await connect(token)).toBe(31020);
    expect(await connect(await askForToken({ rejectedToken: token }))).toBe(0);
  });

  it('from an app that was suspended, which is said on stderr once', async () => {
    const written = vi.spyOn(console, 'error').mockImplementation(() => {});
    onTestFinished(() => written.mockRestore());
    await sandbox.mock.console.updateApp({ suspended: true });
    for (const user of ['ada', 'grace']) expect((await ask({}, { 'x-user-id': user })).status).toBe(502);
    expect(written.mock.calls).toEqual([[expect.stringMatching(/502 ISSUE_FAILED: .*APP_UNAVAILABLE.*code 1006/)]]);
    await sandbox.mock.console.updateApp({ suspended: false });
    await until(async () => expect((await ask()).status).toBe(200));
  });

  it('from a reset of the mock', async () => {
    await sandbox.mock.console.rotateSecret();
    const token = await askForToken();
    await sandbox.mock.console.resetState();
    expect(await connect(token)).toBe(31004);
    expect(await connect(await askForToken({ rejectedToken: token }))).toBe(0);
  });
});

it('thirty reloads in a row are below its rate limit', async () => {
  const statuses = [];
  for (let reload = 0; reload < 30; reload += 1) statuses.push((await ask()).status);
  expect(statuses).toEqual(new Array(30).fill(200));
});

describe('a page of a development server on another port', () => {
  it.each(['http://localhost:5173', 'http://127.0.0.1:3000', 'http://[::1]:8080', 'https://localhost:5173'])(
    '%s gets a token, after a preflight with the header of the user',
    async (origin) => {
      const preflight = await fetch(`${sandbox.tokens.url}/access-token`, {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'content-type,x-user-id',
        },
      });
      expect(preflight.status).toBe(204);
      expect(preflight.headers.get('access-control-allow-origin')).toBe(origin);
      expect(preflight.headers.get('access-control-allow-methods')).toBe('POST');
      expect(preflight.headers.get('access-control-allow-headers')).toBe('content-type,x-user-id');
      const response = await ask(undefined, { origin, 'sec-fetch-site': 'cross-site' });
      expect(response.status).toBe(200);
      expect(response.headers.get('access-control-allow-origin')).toBe(origin);
      expect(response.headers.get('vary')).toContain('Origin');
    },
  );

  it.each(['https://evil.example', 'http://localhost.evil.example:5173', 'null', 'http://192.168.0.7:5173', 'file://'])(
    '%s of elsewhere is refused',
    async (origin) => {
      const preflight = await fetch(`${sandbox.tokens.url}/access-token`, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'POST' },
      });
      const response = await ask(undefined, { origin });
      for (const refused of [preflight, response]) {
        expect(refused.status).toBe(403);
        expect(refused.headers.get('access-control-allow-origin')).toBeNull();
        expect(await refused.json()).toMatchObject({ code: 'ORIGIN_REFUSED' });
      }
    },
  );
});

describe('the page at / of each port says what it is and links the others, whatever their ports are:', () => {
  const open = async (url: string) => (await fetch(url, { headers: { accept: 'text/html' } })).text();

  it('that of the tokens', async () => {
    const page = await open(sandbox.tokens.url);
    expect(page).toContain('token service');
    expect(page).toContain(`href="${sandbox.mock.url}/_console"`);
    expect(page).toContain(`href="${sandbox.docs.url}/"`);
    expect((await fetch(`${sandbox.tokens.url}/nothing`)).status).toBe(404);
  });

  it('that of the mock', async () => {
    const page = await open(sandbox.mock.url);
    expect(page).toContain('<h1>Mock of Nexconn Server API</h1>');
    expect(page).toContain(`href="${sandbox.tokens.url}/"`);
    expect(page).toContain(`href="${sandbox.docs.url}/"`);
  });

  it('that of the reference', async () => {
    const page = await open(sandbox.docs.url);
    expect(page).toContain('<p>page</p>');
    expect(page).toContain(`href="${sandbox.tokens.url}/"`);
    expect(page).toContain(`href="${sandbox.mock.url}/_console"`);
  });
});

it.each([
  '9b2f6c1e-4a0d-4a57-9c55-0b7a3a1f2e10',
  'auth0|6507f1c2e4b0a1d2c3f4a5b6',
  'user_2NNEqL2nrIRdJ194ndJqAHwEfxC',
  'ada@example.com',
  'Ada Lovelace',
  'https://login.example.com/users/7?x=1#a',
  '\u00fcnal',
])('a user whose ID is %s gets a token that connects', async (userId) => {
  const response = await ask(undefined, { 'x-user-id': userId });
  const given = (await response.json()) as TokenAnswer;
  expect(given).toMatchObject({ userId });
  expect(await connect(given.accessToken)).toBe(0);
});

it('a user ID that no token can be issued for is told with its rule, to whoever asks and below the line of the request', async () => {
  const told: RequestFacts[] = [];
  const options = { mockPort: 0, tokensPort: 0, docsPort: 0, docsFolder: folder };
  await using other = await startSandbox({ ...options, onRequest: (facts) => told.push(facts) });
  const headers = { 'x-user-id': 'a'.repeat(65) };
  const refused = await fetch(`${other.tokens.url}/access-token`, { method: 'POST', headers });
  const { message } = (await refused.json()) as { message: string };
  expect([refused.status, message]).toEqual([
    400,
    expect.stringMatching(/X-User-Id .* 65 characters long; at most 64/),
  ]);
  await until(() => expect(told).toEqual([expect.objectContaining({ status: 400, reason: message })]));
});

it('on all addresses it says what this machine calls it by, and is there', async () => {
  const ports = { mockPort: 0, tokensPort: 0, docsPort: 0 };
  await using other = await startSandbox({ ...ports, docsFolder: folder, host: '0.0.0.0' });
  for (const { url } of [other.mock, other.tokens, other.docs]) {
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect((await fetch(url, { headers: { accept: 'text/html' } })).status).toBe(200);
  }
});

it('what production refuses is told once, and not of opaque IDs', async () => {
  const options = { mockPort: 0, tokensPort: 0, docsPort: 0, docsFolder: folder };
  const told: string[] = [];
  const userIdKey = 'c3ab8ff13720e8ad9047dd39466b3c8974e592c2fa383d4a3960714caef0c4f2';
  for (const key of [undefined, userIdKey]) {
    await using other = await startSandbox({ ...options, userIdKey: key, onOddUserId: () => told.push(`${key}`) });
    for (const userId of ['ada', 'ada@example.com', 'auth0|12']) {
      const response = await fetch(`${other.tokens.url}/access-token`, {
        method: 'POST',
        headers: { 'x-user-id': userId },
      });
      expect(response.status).toBe(200);
    }
  }
  expect(told).toEqual(['undefined']);
});

it('tells of each request, of apps and of the token service', async () => {
  const told: RequestFacts[] = [];
  const options = { mockPort: 0, tokensPort: 0, docsPort: 0, docsFolder: folder };
  await using other = await startSandbox({ ...options, onRequest: (facts) => told.push(facts) });
  await fetch(`${other.tokens.url}/access-token`, { method: 'POST', headers: { 'x-user-id': 'ada' } });
  await fetch(`${other.mock.url}/v4/auth/access-token/issue`, { method: 'POST' });
  await until(() => expect(told.length).toBe(3));
  expect(told).toEqual([
    expect.objectContaining({ method: 'POST', path: '/v4/auth/access-token/issue', status: 200, userId: 'ada' }),
    expect.objectContaining({ method: 'POST', path: '/access-token', status: 200, userId: 'ada' }),
    expect.objectContaining({
      path: '/v4/auth/access-token/issue',
      status: 401,
      reason: expect.stringContaining('App-Key'),
    }),
  ]);
});
