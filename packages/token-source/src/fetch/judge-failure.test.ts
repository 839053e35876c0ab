import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { unreadable } from '../../../../test/support/unreadable.js';
import { makeEnvironment, settle } from '../../test/support/make-environment.js';
import { failureOf, makeServer, makeSource } from '../../test/support/make-source.js';
import { createTokenSource, type TokenSourceError } from '../index.js';

const problem = { code: 'ORIGIN_REFUSED', message: 'Pages of this origin may not ask for tokens.' };

// No back-off has to be sat out.
beforeEach(() => void vi.spyOn(Math, 'random').mockReturnValue(0));
afterEach(() => void vi.restoreAllMocks());

/** Returns the error of `get`, and how often the app server was asked for it. */
async function tryFor(thrown: unknown) {
  const environment = makeEnvironment({ random: () => 0 });
  const throwing = () => Promise.reject(thrown);
  const { fetchToken, requests } = makeServer(...Array(5).fill(throwing));
  const failed = failureOf(makeSource(environment, fetchToken).get());
  await environment.pass(600_000);
  return { error: await failed, attempts: requests.length };
}

/** Returns the error of `get` where the endpoint answers so each time, and how often it was asked. */
async function askEndpoint(answer: () => Response | Promise<Response>) {
  let attempts = 0;
  const fetch = async () => {
    attempts += 1;
    return answer();
  };
  const error = await failureOf(createTokenSource({ endpoint: '/token', fetch, maxAttempts: 2 }).get());
  return { error, attempts };
}

describe('what the app server said', () => {
  it('is in the error: its code and its message', async () => {
    const { error } = await askEndpoint(() =>
      Response.json({ code: 'NOT_SIGNED_IN', message: 'Nobody is.' }, { status: 401 }),
    );
    expect(error).toMatchObject({
      code: 'LOGIN_REQUIRED',
      status: 401,
      serverCode: 'NOT_SIGNED_IN',
      serverMessage: 'Nobody is.',
      message: 'The app server answered 401 NOT_SIGNED_IN (Nobody is.): have the user log in again.',
    });
  });

  it.each([
    [{}, ''],
    [{ code: 'NO' }, ' NO'],
    [{ message: 'Nobody is.' }, ' (Nobody is.)'],
  ])('of which only %j is there is in the message', async (said, shown) => {
    const { error } = await askEndpoint(() => Response.json(said, { status: 404 }));
    expect(error.message).toBe(`The app server answered 404${shown}: check the token endpoint.`);
  });

  it('in a body that comes later is waited for as long as the attempt lasts', async () => {
    const environment = makeEnvironment();
    const { fetchToken } = makeServer(async () => {
      const body = new ReadableStream({
        start(controller) {
          environment.after(99, () => {
            controller.enqueue(new TextEncoder().encode(JSON.stringify(problem)));
            controller.close();
          });
        },
      });
      throw new Response(body, { status: 403 });
    });
    const failed = failureOf(makeSource(environment, fetchToken, { timeoutMs: 100 }).get());
    await environment.pass(99);
    expect(await failed).toMatchObject({ code: 'REFUSED', serverCode: problem.code });
  });

  it.each([
    [403, 'ORIGIN_REFUSED'],
    [403, 'USER_NOT_YOURS'],
    [404, 'ENDPOINT_UNKNOWN'],
    [415, 'MEDIA_TYPE_REFUSED'],
    [500, 'INTERNAL_ERROR'],
    [502, 'ISSUE_FAILED'],
  ])('%i %s is a matter of the app server: no other attempt, and no log-in', async (status, code) => {
    const { error, attempts } = await askEndpoint(() => Response.json({ ...problem, code }, { status }));
    expect(error).toMatchObject({ code: 'REFUSED', status, serverCode: code, serverMessage: problem.message });
    expect(attempts).toBe(1);
  });

  it.each([
    [429, 'COOLING_DOWN'],
    [503, 'TRY_LATER'],
    [502, 'BAD_GATEWAY'],
    [500, undefined],
  ])('%i %s may pass', async (status, code) => {
    const { error, attempts } = await askEndpoint(() => Response.json({ code }, { status }));
    expect(error).toMatchObject({ code: 'UNAVAILABLE', status });
    expect((error as TokenSourceError).serverCode).toBe(code);
    expect(attempts).toBe(2);
  });

  it('of when to come again is read in the body too, since the header is not exposed to every page', async () => {
    const { error } = await askEndpoint(() =>
      Response.json({ code: 'TRY_LATER', retryAfterSeconds: 0.001 }, { status: 503 }),
    );
    expect(error).toMatchObject({ code: 'UNAVAILABLE', retryAfterMs: 1 });
  });

  it('holds neither the rejected token nor more than 300 characters', async () => {
    const message = `top-secret ${'x '.repeat(1000)}`;
    const answers = [
      Response.json({ accessToken: 'top-secret' }),
      Response.json({ code: 'top-secret', message }, { status: 400 }),
    ];
    const source = createTokenSource({ endpoint: '/token', fetch: async () => answers.shift() as Response });
    const error = await failureOf(source.reject(await source.get()));
    expect(error).toMatchObject({ code: 'REFUSED', serverCode: '[redacted]' });
    expect(JSON.stringify([error, error.message, error.stack])).not.toContain('top-secret');
    expect(error).toHaveProperty('serverMessage.length', 300);
  });

  it('holds no token and no session that it quotes, and keeps its code', async () => {
    const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEifQ.q5cW0_3bYd9VbFq-1xLk0g';
    const message = `The session ${jwt} of sess_9f2c81aa has ended.`;
    const { error } = await askEndpoint(() =>
      Response.json({ code: 'SESSION_ENDED_BY_ANOTHER_DEVICE', message }, { status: 401 }),
    );
    expect(error).toMatchObject({
      serverCode: 'SESSION_ENDED_BY_ANOTHER_DEVICE',
      serverMessage: 'The session [redacted] of [redacted] has ended.',
    });
    expect(inspect(error, { depth: 20, showHidden: true })).not.toMatch(/eyJ|9f2c81aa/);
  });

  it.each([
    ['E401', 'E401'],
    ['auth/session-ended', 'auth/session-ended'],
    ['auth.session-ended', 'auth.session-ended'],
    ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEifQ.q5cW0_3bYd9VbFq', '[redacted]'],
    ['9f2c81aa77', '[redacted]'],
  ])('has the code %s as %s', async (code, shown) => {
    const { error } = await askEndpoint(() => Response.json({ code }, { status: 401 }));
    expect(error).toMatchObject({ serverCode: shown });
  });

  it.each([
    ['no JSON', () => new Response('<h1>Forbidden</h1>', { status: 403 })],
    ['null', () => new Response('null', { status: 403 })],
    ['of other types', () => Response.json({ code: 4, message: {} }, { status: 403 })],
    ['too long', () => new Response('x'.repeat(70_000), { status: 403 })],
    ['without a body', () => new Response(null, { status: 403 })],
  ])('that is %s leaves the status to go by', async (_what, answer) => {
    const { error } = await askEndpoint(answer);
    expect(error).toMatchObject({ code: 'LOGIN_REQUIRED', status: 403 });
    expect(error).not.toHaveProperty('serverCode');
    expect(error).not.toHaveProperty('serverMessage');
  });

  it('without an end is waited for until the attempt is over, and leaves the status to go by', async () => {
    const environment = makeEnvironment();
    const { fetchToken } = makeServer(async () => {
      await new Promise<void>((resolve) => void environment.after(60, resolve));
      throw new Response(new ReadableStream({}), { status: 401 });
    });
    const failed = failureOf(makeSource(environment, fetchToken, { timeoutMs: 100 }).get());
    await environment.pass(100);
    expect(await failed).toMatchObject({ code: 'LOGIN_REQUIRED', status: 401 });
  });
});

describe('an error of the app’s own fetchToken', () => {
  const inError = (more: object) => Object.assign(new Error('Request failed'), more);
  const [earlier, later] = ['Thu, 01 Jan 2026 00:00:00 GMT', 'Thu, 01 Jan 2026 00:00:07 GMT'] as const;

  it.each([
    ['a Response', new Response(null, { status: 401 })],
    ['ky', inError({ response: new Response(null, { status: 401 }) })],
    ['axios', inError({ code: 'ERR_BAD_REQUEST', response: { status: 401, headers: {}, data: '' } })],
    ['got', inError({ code: 'ERR_NON_2XX_3XX_RESPONSE', response: { statusCode: 401, headers: {}, body: '' } })],
    ['ofetch', inError({ status: 401, statusCode: 401, data: undefined })],
    ['Apollo', inError({ statusCode: 401 })],
    ['one that another error wraps', new Error('no token', { cause: inError({ response: { status: 401 } }) })],
  ])('with a 401 in the shape of %s has the user log in again', async (_client, thrown) => {
    const { error, attempts } = await tryFor(thrown);
    expect(error).toMatchObject({ code: 'LOGIN_REQUIRED', status: 401 });
    expect(attempts).toBe(1);
  });

  it.each([
    ['a Response', Response.json(problem, { status: 403 })],
    ['ky', inError({ response: Response.json(problem, { status: 403 }) })],
    ['ky after it has read the body', inError({ response: { status: 403, bodyUsed: true }, data: problem })],
    ['axios', inError({ response: { status: 403, data: problem } })],
    ['got', inError({ response: { statusCode: 403, body: problem } })],
    ['got, whose body is a text', inError({ response: { statusCode: 403, body: JSON.stringify(problem) } })],
    ['ofetch', inError({ status: 403, data: problem })],
    ['Angular', { name: 'HttpErrorResponse', status: 403, headers: new Headers(), error: problem }],
    ['RxJS', inError({ name: 'AjaxError', status: 403, response: problem })],
    ['XMLHttpRequest', { status: 403, response: JSON.stringify(problem), responseText: JSON.stringify(problem) }],
  ])('keeps what the app server said in the shape of %s', async (_client, thrown) => {
    const { error } = await tryFor(thrown);
    expect(error).toMatchObject({ code: 'REFUSED', serverCode: problem.code, serverMessage: problem.message });
  });

  it.each([
    ['fetch', inError({ response: new Response(null, { status: 429, headers: { 'retry-after': '7' } }) })],
    ['plain objects', inError({ response: { status: 429, headers: { 'retry-after': '7' } } })],
    ['its own property', inError({ status: 429, retryAfterMs: 7000 })],
  ])('keeps Retry-After in the shape of %s', async (_client, thrown) => {
    const { error } = await tryFor(thrown);
    expect(error).toMatchObject({ code: 'UNAVAILABLE', retryAfterMs: 7000 });
  });

  it.each<[what: string, more: object, retryAfterMs: number | undefined]>([
    ['no number', { retryAfterMs: '7' }, undefined],
    ['not a number, as of a header that is not there', { retryAfterMs: Number.NaN }, undefined],
    ['below zero', { retryAfterMs: -7000 }, undefined],
    ['below zero, in the body', { data: { retryAfterSeconds: -7 } }, undefined],
    ['a text, in the body', { data: { retryAfterSeconds: '7' } }, undefined],
    ['longer than timers can wait', { retryAfterMs: 1e300 }, 2 ** 31 - 1],
    ['longer than all numbers', { headers: { 'retry-after': '9'.repeat(400) } }, 2 ** 31 - 1],
    ['longer than all numbers, in the body', { data: JSON.parse('{"retryAfterSeconds":1e400}') }, 2 ** 31 - 1],
    ['none', { retryAfterMs: 0 }, 0],
    ['none, in the body', { data: { retryAfterSeconds: 0 } }, 0],
    ['in the header and in the body', { headers: { 'retry-after': '7' }, data: { retryAfterSeconds: 9 } }, 7000],
    ['a date beside that of the answer', { headers: new Headers({ 'retry-after': later, date: earlier }) }, 7000],
  ])('waits by its back-off at least where the wait asked for is %s', async (_what, more, retryAfterMs) => {
    const environment = makeEnvironment({ random: () => 0.5 });
    const waits: unknown[] = [];
    const { fetchToken } = makeServer(() => Promise.reject(inError({ status: 503, ...more })));
    const got = makeSource(environment, fetchToken, {
      onEvent: (event) => event.type === 'attempt-failed' && waits.push([event.waitMs, event.error.retryAfterMs]),
    }).get();
    await environment.pass(61_000);
    expect(await got).toBe('token-1');
    expect(waits).toEqual([[250 + Math.min(retryAfterMs ?? 0, 60_000), retryAfterMs]]);
  });

  it.each([
    new TypeError('Failed to fetch'),
    new TypeError('NetworkError when attempting to fetch resource.'),
    new TypeError('Load failed'),
    new TypeError('The Internet connection appears to be offline.'),
    new TypeError('Es besteht anscheinend keine Verbindung zum Internet.'),
    new TypeError('Type error'),
    new TypeError('Network request failed'),
    new TypeError('fetch failed', { cause: inError({ code: 'ECONNREFUSED' }) }),
    new TypeError('terminated'),
    new TypeError('error sending request for url (https://a.example/token)'),
    new DOMException('The operation timed out.', 'TimeoutError'),
    inError({ status: 0 }),
    inError({ status: 7 }),
    inError({ status: 99 }),
    inError({ status: '401' }),
    inError({ name: 'OwnRangeError' }),
    inError({ name: 'RangeErrorOfTheNetwork' }),
    new Error('the session is undefined'),
    new TypeError('Cannot connect to the app server'),
    new TypeError('Cannot reach the app server'),
    new TypeError('Cannot resolve the name'),
    new Error('no token', { cause: new TypeError('fetch failed', { cause: inError({ code: 'ECONNRESET' }) }) }),
    inError({ code: 'ERR_NETWORK', name: 'AxiosError' }),
    inError({ code: 'ERR_SOCKET_CLOSED' }),
    inError({ code: 'ERR_STREAM_PREMATURE_CLOSE' }),
    inError({ code: 'ERR_HTTP2_GOAWAY_SESSION' }),
    inError({ code: 'ERR_TLS_HANDSHAKE_TIMEOUT' }),
    inError({ code: 'UND_ERR_SOCKET' }),
    new TypeError('fetch failed', { cause: inError({ code: 'ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC' }) }),
    new TypeError('fetch failed', { cause: inError({ code: 'ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR' }) }),
    'no error at all',
    undefined,
  ])('of the network is tried again: %s', async (thrown) => {
    const { error, attempts } = await tryFor(thrown);
    expect(error).toMatchObject({ code: 'UNAVAILABLE' });
    expect(attempts).toBe(5);
  });

  it.each([
    new ReferenceError('session is not defined'),
    new SyntaxError('Unexpected token < in JSON at position 0'),
    new RangeError('Maximum call stack size exceeded'),
    new TypeError("Cannot read properties of undefined (reading 'token')"),
    new TypeError('session.token is not a function'),
    new TypeError('session is undefined'),
    new TypeError('Cannot convert a Symbol value to a string'),
    new TypeError('session is not iterable'),
    new TypeError('session is not valid'),
    new TypeError(`can't access property "token", session is null`),
    new TypeError("undefined is not an object (evaluating 'session.token')"),
    new TypeError('Failed to parse URL from /access-token', { cause: inError({ code: 'ERR_INVALID_URL' }) }),
    new TypeError("Failed to execute 'fetch' on 'Window': Illegal invocation"),
    new TypeError('Window.fetch: http://a b is not a valid URL.'),
    new EvalError('Code generation from strings disallowed'),
    inError({ code: 'MODULE_NOT_FOUND' }),
    inError({ code: 'ERR_MODULE_NOT_FOUND' }),
    inError({ code: 'ERR_ASSERTION', name: 'AssertionError' }),
    inError({ code: 'ERR_INVALID_CHAR' }),
    inError({ code: 'ERR_HTTP_INVALID_HEADER_VALUE' }),
    inError({ code: 'ERR_UNSUPPORTED_ESM_URL_SCHEME' }),
    inError({ code: 'UND_ERR_INVALID_ARG' }),
    inError({ code: 'UND_ERR_NOT_SUPPORTED' }),
    new Error('no token', { cause: new TypeError('session.token is not a function') }),
    new Error('no token', { cause: new Error('no', { cause: new ReferenceError('session is not defined') }) }),
    new TypeError('fetch failed', { cause: new Error('unknown scheme') }),
    // Of a scheme that it knows by name alone.
    new TypeError('fetch failed', { cause: new Error(['not', 'implemented...'].join(' ')) }),
    new TypeError("Url scheme 'ftp' not supported"),
    new Error('protocol must be http:, https: or s3:'),
    new TypeError('fetch failed', { cause: inError({ code: 'ERR_SSL_WRONG_VERSION_NUMBER' }) }),
    new TypeError('fetch failed', { cause: inError({ code: 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION' }) }),
    new TypeError('fetch failed', { cause: inError({ code: 'ERR_SSL_NO_PROTOCOLS_AVAILABLE' }) }),
    new TypeError('fetch failed', { cause: inError({ code: 'ERR_SSL_UNSUPPORTED_PROTOCOL' }) }),
  ])('that is a mistake of the app is not, and shows its own words: %s', async (thrown) => {
    const { error, attempts } = await tryFor(thrown);
    expect(error).toMatchObject({ code: 'INVALID_OPTION', cause: { message: thrown.message } });
    expect(error.message).toContain(thrown.message);
    expect(attempts).toBe(1);
  });

  it.each([
    new TypeError('fetch failed', {
      cause: Object.assign(new Error('self-signed certificate'), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }),
    }),
    inError({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' }),
    inError({ code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' }),
    new TypeError('client error (Connect): invalid peer certificate: UnknownIssuer'),
    new Error('no', { cause: inError({ code: 'CERT_HAS_EXPIRED' }) }),
  ])('about the certificate of the app server is not tried again: %s', async (thrown) => {
    const { error, attempts } = await tryFor(thrown);
    expect(error).toMatchObject({ code: 'REFUSED' });
    expect(error.message).toContain('NODE_EXTRA_CA_CERTS');
    expect(attempts).toBe(1);
  });

  it('about a certificate shows what is wrong with it', async () => {
    const cause = inError({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT', message: 'self-signed certificate of Zk3vq9Lw' });
    const { error } = await tryFor(new TypeError('fetch failed', { cause }));
    expect(error.message).toContain('(self-signed certificate of [redacted])');
  });

  it.each([
    `header 'authorization' has the wrong value 'Bearer'`,
    'Header "authorization": "Bearer" is an invalid header value',
  ])('about a header shows nothing that is quoted: %s', async (message) => {
    const { error } = await tryFor(new TypeError(message));
    const shown = message.replace(/(["']).*?\1/g, '[redacted]');
    expect(error).toMatchObject({ code: 'INVALID_OPTION', cause: { message: shown } });
  });

  it('that is about nothing secret keeps what it quotes', async () => {
    const { error } = await tryFor(new TypeError(`session is not valid: 'none' "at all"`));
    expect(error).toHaveProperty('cause.message', `session is not valid: 'none' "at all"`);
  });

  it('counts as an answer of status 100 or more', async () => {
    expect(await tryFor(inError({ status: 100 }))).toMatchObject({ error: { code: 'REFUSED' }, attempts: 1 });
  });

  it('is looked through to the fifth in a chain of causes, though that may be a circle', async () => {
    const chain = (length: number): Error =>
      length === 1 ? inError({ response: { status: 401 } }) : new Error('no', { cause: chain(length - 1) });
    expect((await tryFor(chain(6))).error).toMatchObject({ code: 'UNAVAILABLE' });
    expect((await tryFor(chain(5))).error).toMatchObject({ code: 'LOGIN_REQUIRED' });
    const circle = new Error('no');
    circle.cause = circle;
    expect((await tryFor(circle)).error).toMatchObject({ code: 'UNAVAILABLE' });
  });
});

describe('an error of the app’s own headers', () => {
  const inError = (more: object) => Object.assign(new Error('Request failed'), more);

  /** Returns the error of `get` where `headers` throws that each time, and how often it was called. */
  async function tryHeaders(thrown: unknown) {
    const headers = vi.fn(() => Promise.reject(thrown));
    const fetch = vi.fn(async () => Response.json({ accessToken: 'a' }));
    const error = await failureOf(createTokenSource({ endpoint: '/token', headers, fetch, maxAttempts: 2 }).get());
    expect(fetch).not.toHaveBeenCalled();
    return { error, attempts: headers.mock.calls.length };
  }

  it.each([
    new Error('nobody has logged in'),
    inError({ code: 'OWN_ERR_X' }),
    inError({ code: 'NOT_UND_ERR' }),
    inError({ code: 7 }),
    inError({ name: 'NotFoundError' }),
    inError({ name: 'OwnTypeError' }),
    inError({ name: 'TypeErrorOfTheApp' }),
    new TypeError('session is undefined'),
    new Error('nobody', { cause: new ReferenceError('session is not defined') }),
  ])(
    'that is not of the network is a mistake of the app, not tried again, and has its own words: %s',
    async (thrown) => {
      const { error, attempts } = await tryHeaders(thrown);
      expect(error).toMatchObject({ code: 'INVALID_OPTION', cause: { message: thrown.message } });
      expect(error.message).toBe(
        `The app server cannot be asked (${thrown.message}): correct the endpoint, headers or fetchToken.`,
      );
      expect(attempts).toBe(1);
    },
  );

  it.each([
    ['nothing', undefined, 'undefined'],
    ['null', null, 'undefined'],
    ['a text', 'nobody', 'A string was thrown.'],
  ])('that is none, but %s, is a mistake of the app too', async (_what, thrown, words) => {
    const { error, attempts } = await tryHeaders(thrown);
    const message = `The app server cannot be asked (${words}): correct the endpoint, headers or fetchToken.`;
    expect(error).toMatchObject({ code: 'INVALID_OPTION', message });
    expect(attempts).toBe(1);
  });

  it('shows nothing that could be a secret', async () => {
    const { error } = await tryHeaders(new Error('session Zk3vq9Lw has expired'));
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('Zk3vq9Lw');
    expect(error.message).toContain('session [redacted] has expired');
  });

  it.each([
    new TypeError('Failed to fetch'),
    new TypeError('fetch failed', { cause: inError({ code: 'ECONNREFUSED' }) }),
    inError({ code: 'EAI_AGAIN' }),
    inError({ code: 'UND_ERR_CONNECT_TIMEOUT' }),
    inError({ code: 'ERR_NETWORK', name: 'AxiosError' }),
    new Error('no session', { cause: inError({ code: 'ECONNRESET' }) }),
    new DOMException('The operation timed out.', 'TimeoutError'),
    new DOMException('It was aborted.', 'AbortError'),
    new DOMException('A network error occurred.', 'NetworkError'),
  ])('of the network is tried again, as where a log-in is refreshed: %s', async (thrown) => {
    const { error, attempts } = await tryHeaders(thrown);
    expect(error).toMatchObject({ code: 'UNAVAILABLE' });
    expect(attempts).toBe(2);
  });

  it('that holds a 401 has the user log in again', async () => {
    const { error, attempts } = await tryHeaders(inError({ status: 401 }));
    expect(error).toMatchObject({ code: 'LOGIN_REQUIRED', status: 401 });
    expect(attempts).toBe(1);
  });

  it('thrown at once, without a promise, is the same', async () => {
    const headers = (): never => {
      throw new Error('nobody');
    };
    const error = await failureOf(createTokenSource({ endpoint: '/token', headers }).get());
    expect(error).toMatchObject({ code: 'INVALID_OPTION', cause: { message: 'nobody' } });
  });
});

describe('the endpoint', () => {
  it('of a scheme that fetch does not know is a mistake', async () => {
    const error = await failureOf(createTokenSource({ endpoint: 'ftp://a.example/token' }).get());
    expect(error).toMatchObject({ code: 'INVALID_OPTION' });
  });

  it('of a page, asked where there is no page, is a mistake', async () => {
    const error = await failureOf(createTokenSource({ endpoint: '/access-token' }).get());
    expect(error).toMatchObject({ code: 'INVALID_OPTION' });
    expect(error.message).toContain('/access-token');
  });

  it('with a header that cannot be sent is a mistake, and the error does not show the log-in', async () => {
    const headers = { Authorization: 'Bearer log-in\nx' };
    const error = await failureOf(createTokenSource({ endpoint: 'http://127.0.0.1:9', headers }).get());
    expect(error).toMatchObject({ code: 'INVALID_OPTION', cause: { name: 'TypeError' } });
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('Bearer');
  });

  it('that redirects is not followed: browsers show that as status 0', async () => {
    const { error, attempts } = await askEndpoint(() => {
      return Object.defineProperties(Response.error(), { type: { value: 'opaqueredirect' } });
    });
    expect(error).toMatchObject({ code: 'REFUSED', status: 0 });
    expect(attempts).toBe(1);
  });

  it('is not asked on by an answer that comes after the end of the wait', async () => {
    const environment = makeEnvironment();
    const { fetchToken, requests } = makeServer(() =>
      Promise.reject(new Response(new ReadableStream({}), { status: 503 })),
    );
    const gone = new AbortController();
    const got = failureOf(makeSource(environment, fetchToken).get({ signal: gone.signal }));
    await settle();
    gone.abort();
    expect(await got).toMatchObject({ code: 'ABORTED' });
    await environment.pass(600_000);
    expect(requests).toHaveLength(1);
  });
});

it.each([
  ...unreadable,
  [
    'a status that cannot be read',
    () =>
      Object.defineProperty(new Error('x'), 'status', {
        get() {
          throw new Error('mine');
        },
      }),
  ] as const,
])('what fetchToken throws with %s is told as an error of this package', async (_what, make) => {
  const { error } = await tryFor(make());
  expect(error).toMatchObject({ name: 'TokenSourceError', code: 'UNAVAILABLE' });
});
