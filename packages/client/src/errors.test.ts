import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { credentials, failureOf, makeClient, request } from '../test/support/make-client.js';
import { type Answerer, json, raw, startServer } from '../test/support/start-server.js';
import { type Fetch, NexconnError } from './index.js';

const token = '7FDmy0Fou41rA6H8VODu233z';
const told = ({ headers }: { headers: Record<string, unknown> }) =>
  `${JSON.stringify(headers)} ${credentials.appSecret}`;
const carrying = (message: string, more: object) => Object.assign(new TypeError(message), more);

/** Whatever a person or a log could make of an error. */
function shown(error: unknown): string {
  const causes: unknown[] = [];
  for (let each = error; each instanceof Error; each = each.cause) {
    causes.push(each.message, each.stack, String(each), JSON.stringify(each), { ...each });
  }
  return inspect([error, ...causes], { depth: Number.POSITIVE_INFINITY, showHidden: true, getters: true });
}

const answers: [string, Answerer][] = [
  [
    'an error that tells the headers and the secret',
    (response, received) => json(400, { code: 1002, errorMessage: told(received) })(response, received, {} as never),
  ],
  [
    'an unknown error that tells them',
    (response, received) => json(200, { code: 4711, errorMessage: told(received) })(response, received, {} as never),
  ],
  [
    'an HTML page that tells them',
    (response, received) => raw(502, told(received), { 'content-type': 'text/html' })(response, received, {} as never),
  ],
  [
    'a content type that tells them',
    (response, received) => raw(502, '', { 'content-type': `text/${told(received)}` })(response, received, {} as never),
  ],
  ['half of a token', raw(200, `{"code":0,"result":{"accessToken":"${token}`)],
  ['a token in the wrong place', json(200, { code: 0, accessToken: token, result: {} })],
  ['a token beside an error', json(500, { code: 1000, errorMessage: 'x', result: { accessToken: token } })],
  ['a connection that closes', (response) => response.destroy()],
];

const transports: [string, Fetch][] = [
  ['throws the request', (sent) => Promise.reject(sent)],
  [
    'throws an error with the request on it',
    (sent) => Promise.reject(carrying('failed', { request: sent, headers: [...sent.headers] })),
  ],
  [
    'throws an error whose message holds the headers',
    (sent) => Promise.reject(new TypeError(inspect([...sent.headers]))),
  ],
  [
    'throws an error whose cause holds them',
    (sent) =>
      Promise.reject(new TypeError('failed', { cause: carrying(inspect([...sent.headers]), { request: sent }) })),
  ],
  [
    'throws several errors at once',
    (sent) => Promise.reject(new AggregateError([carrying(inspect([...sent.headers]), { request: sent })])),
  ],
  ['throws a text', (sent) => Promise.reject(inspect([...sent.headers]))],
  [
    'throws an error that says the secret',
    () => Promise.reject(carrying(credentials.appSecret, { code: credentials.appSecret })),
  ],
];

describe('an error shows neither secret, signature, header dump nor token', () => {
  it.each(answers)('after %s', async (_, answer) => {
    await using server = await startServer(answer);
    const failure = await failureOf(makeClient(server.url).issueAccessToken(request));
    const signature = String(server.received[0]?.headers.signature);
    expect(signature).toMatch(/^[0-9a-f]{40}$/);
    expectNoSecret(failure, signature);
  });

  it.each(transports)('when fetch %s', async (_, fetch) => {
    let signature = '';
    const spying: Fetch = (sent) => {
      signature = sent.headers.get('signature') ?? '';
      return fetch(sent);
    };
    const failure = await failureOf(makeClient('http://localhost:1', { fetch: spying }).issueAccessToken(request));
    expect(failure.code).toBe('NETWORK');
    expect(signature).toMatch(/^[0-9a-f]{40}$/);
    expectNoSecret(failure, signature);
  });

  it('when it never got to sending', async () => {
    const client = makeClient('http://localhost:1', { nonce: () => '1'.repeat(19) });
    expectNoSecret(await failureOf(client.issueAccessToken(request)), 'no signature');
    const name = `${token}${'a'.repeat(65)}`;
    const refused = await failureOf(client.issueAccessToken({ userId: 'a b', name }));
    expectNoSecret(refused, 'a b');
  });
});

function expectNoSecret(failure: NexconnError, signature: string): void {
  const text = shown(failure);
  for (const secret of [credentials.appSecret, signature, token]) expect(text).not.toContain(secret);
}

describe('NexconnError', () => {
  it('is an Error, and gives a log its message and codes', async () => {
    await using server = await startServer(json(429, { code: 1008, errorMessage: 'Slow down.' }));
    const failure = await failureOf(makeClient(server.url).issueAccessToken(request, { requestId: 'r-1' }));
    expect(failure).toBeInstanceOf(Error);
    expect(JSON.parse(JSON.stringify(failure))).toEqual({
      name: 'NexconnRateLimitError',
      code: 'RATE_LIMITED',
      message: failure.message,
      apiCode: 1008,
      status: 429,
      requestId: 'r-1',
      operationId: 'issueAccessToken',
      retryable: true,
      attempts: 1,
    });
  });

  it('has no property for what is not known', () => {
    expect(Object.keys(new NexconnError('x', { code: 'NETWORK' }))).toEqual(['name', 'code', 'retryable', 'attempts']);
  });
});
