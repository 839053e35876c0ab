import { signRequest } from '@nexconn-kit/signing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeJwt } from '../support/write-jwt.js';
import { expectedOf, hostileRequests, open, type ServerName, serverNames, type Target } from './hostile-requests.js';
import { sendRaw } from './send-raw.js';
import { type Nexconn, startHandler, startNexconn } from './start-nexconn.js';

const credentials = { appKey: 'uwd1c0sxdlx2', appSecret: 'Y1W2MeFwwwRxa0' };
const jwtSecret = 'a-secret-of-forty-characters-for-this-test';
const jwt = writeJwt('jlk456j5', jwtSecret);
/** None of them may stand in an answer that is no success, nor in a log. */
const secrets = [credentials.appSecret, jwtSecret, jwt];

const bearer = (): string[] => [`Authorization: Bearer ${jwt}`];
/** So many that only the flood meets with the limit of one user. */
let users = 0;
const targets: Record<ServerName, Target> = {
  mock: {
    path: '/v4/auth/access-token/issue',
    proof: () => Object.entries(signRequest(credentials)).map((pair) => pair.join(': ')),
    body: '{"userId":"jlk456j5","name":"Ada"}',
  },
  console: { path: '/_console/api/apps/get', proof: () => [], body: `{"appKey":"${credentials.appKey}"}` },
  serve: { path: '/access-token', proof: bearer, body: '{}' },
  handler: { path: '/access-token', proof: bearer, body: '{}' },
  tokens: { path: '/access-token', proof: () => [`X-User-Id: jlk456j${users++ % 300}`], body: '{}' },
  pages: { path: '/openapi.json', proof: () => [], body: '' },
};
/** What a server that is well answers with 200, or refuses with what stands behind it. */
const health: Record<ServerName, [path: string, status: number]> = {
  mock: ['/_health', 200],
  console: ['/_console', 200],
  serve: ['/healthz', 200],
  handler: ['/access-token', 405],
  tokens: ['/healthz', 200],
  pages: ['/', 200],
};

const processes: Partial<Record<'mock' | 'serve' | 'handler' | 'sandbox', Nexconn>> = {};
const urls: Partial<Record<ServerName, string>> = {};

beforeAll(async () => {
  const mock = await startNexconn(['mock', '--port', '0', '--rate-limit', 'off'], {}, / is ready at (http:\S+)/);
  const ofClient = {
    NEXCONN_APP_KEY: credentials.appKey,
    NEXCONN_APP_SECRET: credentials.appSecret,
    NEXCONN_BASE_URL: mock.url,
  };
  const env = {
    ...ofClient,
    NEXCONN_STORE: 'memory',
    NEXCONN_JWT_SECRET: jwtSecret,
    NEXCONN_REQUESTS_PER_MINUTE: '1000000',
    NEXCONN_LOG_LEVEL: 'debug',
  };
  const ports = ['--mock-port', '0', '--tokens-port', '0', '--docs-port', '0'];
  const [serve, handler, sandbox] = await Promise.all([
    startNexconn(['serve', '--port', '0'], env, /"url":"(http:[^"]+)".*"listening"/),
    startHandler({ ...ofClient, SESSION: jwt }),
    startNexconn(['sandbox', '--no-state', ...ports], {}, /Documentation {2}(http:\S+)[\s\S]*Ctrl-C/),
  ]);
  Object.assign(processes, { mock, serve, handler, sandbox });
  const [, tokens] = /Token service {2}(http:\S+)/.exec(sandbox.said()) ?? [];
  Object.assign(urls, {
    mock: mock.url,
    console: mock.url,
    serve: serve.url,
    handler: handler.url,
    tokens,
    pages: sandbox.url,
  });
});
afterAll(() => Promise.all(Object.values(processes).map((server) => server[Symbol.asyncDispose]())));

/** Over a connection of its own: an idle one may close just when it is used again. */
async function isWell(name: ServerName): Promise<boolean> {
  const [path, status] = health[name];
  const bytes = `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`;
  return (await sendRaw(`${urls[name]}`, bytes, 1)).statuses.join() === `${status}`;
}

describe.each(serverNames)('%s answers', (name) => {
  it.concurrent.each(hostileRequests)('$kind $claim', async (hostile) => {
    const expected = expectedOf(hostile, name);
    const before = hostile.mayAnswerBefore && expected.join() === '400' ? [200] : [];
    const most = before.length + expected.length;
    const { statuses, text } = await sendRaw(`${urls[name]}`, hostile.bytes(targets[name]), most);
    expect([expected.join(), [...before, ...expected].join()], text.slice(0, 500)).toContain(statuses.join());
    expect(text).not.toMatch(/\n {4}at |node:internal/);
    // The pages of the documentation show the example that these credentials are.
    for (const secret of name === 'pages' ? [jwtSecret, jwt] : secrets) expect(text).not.toContain(secret);
    expect(await isWell(name)).toBe(true);
  });

  it('others while one connection has many requests under way', async () => {
    const total = name === 'mock' || name === 'serve' ? 3_000 : 1_000;
    const flood = Array.from({ length: total }, () => open(targets[name])).join('');
    let isOver = false;
    const flooding = sendRaw(`${urls[name]}`, flood, total).finally(() => {
      isOver = true;
    });
    do {
      expect(await isWell(name)).toBe(true);
    } while (!isOver);
    const { statuses } = await flooding;
    expect(statuses).toHaveLength(total);
    expect(['200', '405', '200,429']).toContain([...new Set(statuses)].sort().join());
  });
});

// The mock last, since the others call it.
it.each(['serve', 'handler', 'sandbox', 'mock'] as const)(
  '%s has failed nowhere, written no stack and no secret, and ends',
  async (name) => {
    const server = processes[name] as Nexconn;
    expect(server.isAlive()).toBe(true);
    expect(await server.end()).toBe(0);
    // The mock shows its App Secret once, where it says how to call it.
    const [log = ''] = server.said().split('Ctrl-C stops it.').slice(-1);
    const wrong = log
      .split('\n')
      .filter((line) => / 5\d\d (?! *ms )|"status":5|^ {4}at |node:internal|"stack"|failed inside/.test(line));
    expect(wrong.slice(0, 5)).toEqual([]);
    for (const secret of secrets) expect(log.includes(secret)).toBe(false);
  },
);
