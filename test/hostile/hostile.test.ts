import { signRequest } from '@nexconn-kit/signing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeJwt } from '../support/write-jwt.js';
import { hostileRequests, open, type Target } from './hostile-requests.js';
import { sendRaw } from './send-raw.js';
import { type Nexconn, startNexconn } from './start-nexconn.js';

const credentials = { appKey: 'uwd1c0sxdlx2', appSecret: 'Y1W2MeFwwwRxa0' };
const jwtSecret = 'a-secret-of-forty-characters-for-this-test';
const jwt = writeJwt('jlk456j5', jwtSecret);
/** None of them may stand in an answer that is no success, nor in a log. */
const secrets = [credentials.appSecret, jwtSecret, jwt];

const targets: Record<'mock' | 'serve', Target> = {
  mock: {
    path: '/v4/auth/access-token/issue',
    proof: () => Object.entries(signRequest(credentials)).map((pair) => pair.join(': ')),
    body: '{"userId":"jlk456j5","name":"Ada"}',
  },
  serve: { path: '/access-token', proof: () => [`Authorization: Bearer ${jwt}`], body: '{}' },
};
const health = { mock: '/_health', serve: '/healthz' };

const servers: Partial<Record<'mock' | 'serve', Nexconn>> = {};

beforeAll(async () => {
  servers.mock = await startNexconn(['mock', '--port', '0', '--rate-limit', 'off'], {}, / is ready at (http:\S+)/);
  const env = {
    NEXCONN_APP_KEY: credentials.appKey,
    NEXCONN_APP_SECRET: credentials.appSecret,
    NEXCONN_BASE_URL: servers.mock.url,
    NEXCONN_STORE: 'memory',
    NEXCONN_JWT_SECRET: jwtSecret,
    NEXCONN_REQUESTS_PER_MINUTE: '1000000',
    NEXCONN_LOG_LEVEL: 'debug',
  };
  servers.serve = await startNexconn(['serve', '--port', '0'], env, /"url":"(http:[^"]+)".*"listening"/);
});
afterAll(() => Promise.all(Object.values(servers).map((server) => server[Symbol.asyncDispose]())));

/** Over a connection of its own: an idle one may close just when it is used again. */
async function isWell(name: 'mock' | 'serve'): Promise<boolean> {
  const bytes = `GET ${health[name]} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`;
  return (await sendRaw((servers[name] as Nexconn).url, bytes, 1)).statuses.join() === '200';
}

describe.each(['mock', 'serve'] as const)('nexconn %s answers', (name) => {
  const server = (): Nexconn => servers[name] as Nexconn;

  it.each(hostileRequests)('$kind $claim', async ({ bytes, ...expected }) => {
    const { statuses, text } = await sendRaw(server().url, bytes(targets[name]), expected[name].length);
    expect(statuses.join(), text.slice(0, 500)).toBe(expected[name].join());
    expect(text).not.toMatch(/\n {4}at |node:internal/);
    for (const secret of secrets) expect(text).not.toContain(secret);
    expect(await isWell(name)).toBe(true);
  });

  it('others while one connection has thousands of requests under way', async () => {
    const total = 3_000;
    const flood = Array.from({ length: total }, () => open(targets[name])).join('');
    let isOver = false;
    const flooding = sendRaw(server().url, flood, total).finally(() => {
      isOver = true;
    });
    do {
      expect(await isWell(name)).toBe(true);
    } while (!isOver);
    const { statuses } = await flooding;
    expect([statuses.length, ...new Set(statuses)]).toEqual([total, 200]);
  });
});

// The mock last, since the other calls it.
it.each(['serve', 'mock'] as const)(
  'nexconn %s has failed nowhere, written no stack and no secret, and ends',
  async (name) => {
    const server = servers[name] as Nexconn;
    expect(server.isAlive()).toBe(true);
    expect(await server.end()).toBe(0);
    // The mock shows its App Secret once, where it says how to call it.
    const [log = ''] = server.said().split('Ctrl-C stops it.').slice(-1);
    const wrong = log
      .split('\n')
      .filter((line) => / 5\d\d |"status":5|^ {4}at |node:internal|"stack"|failed inside/.test(line));
    expect(wrong.slice(0, 5)).toEqual([]);
    for (const secret of secrets) expect(log.includes(secret)).toBe(false);
  },
);
