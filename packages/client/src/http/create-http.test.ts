import { verifySignature } from '@nexconn-kit/signing';
import { describe, expect, it, vi } from 'vitest';
import { until } from '../../../../test/support/until.js';
import { credentials, failureOf, makeClient, path, request } from '../../test/support/make-client.js';
import { issued, json, startServer } from '../../test/support/start-server.js';

vi.mock('../system-time.js', () => import('../../../../test/support/faked-time.js'));

const verify = (headers: Record<string, string | string[] | undefined>) =>
  verifySignature(headers, { secretFor: () => credentials.appSecret });
const refused = { code: 1008, errorMessage: 'Slow down.' };

describe('client.http', () => {
  it('gives data and response of a success', async () => {
    await using server = await startServer(json(200, issued, { 'x-extra': 'kept' }));
    const { data, error, response } = await makeClient(server.url).http.POST(path, { body: request });
    expect({ data, error }).toEqual({ data: issued, error: undefined });
    expect(response.headers.get('x-extra')).toBe('kept');
  });

  it('takes any method and path through request()', async () => {
    await using server = await startServer(json(200, issued));
    expect((await makeClient(server.url).http.request('post', path, { body: request })).data).toEqual(issued);
  });

  it('signs a call that the document does not know', async () => {
    await using server = await startServer(json(200, { code: 0 }));
    const { http } = makeClient(server.url);
    await (http.GET as (path: string) => Promise<unknown>)('/v4/other');
    expect(server.received[0]).toMatchObject({ method: 'GET', url: '/v4/other', body: '' });
    expect(verify(server.received[0]?.headers ?? {}).ok).toBe(true);
  });

  it('refuses an invalid body before sending', async () => {
    await using server = await startServer(json(200, issued));
    const call = makeClient(server.url).http.POST(path, { body: { userId: '', name: '' } });
    expect(await failureOf(call)).toMatchObject({ code: 'INVALID_REQUEST', issues: [{ field: 'userId' }] });
    expect(server.received).toEqual([]);
  });

  it('refuses a missing body before sending', async () => {
    const call = makeClient('http://localhost:1').http.POST(path, {} as never);
    expect(await failureOf(call)).toMatchObject({ code: 'INVALID_REQUEST', issues: [{ field: '' }] });
  });

  it('leaves an empty avatarUrl out of the body', async () => {
    await using server = await startServer(json(200, issued));
    await makeClient(server.url).http.POST(path, { body: { ...request, avatarUrl: '' } });
    expect(server.received[0]?.body).toBe(JSON.stringify(request));
  });

  it('takes a request ID as the document has it, and as an option', async () => {
    await using server = await startServer(json(200, issued));
    const { http } = makeClient(server.url);
    await http.POST(path, { body: request, params: { header: { 'X-Request-ID': 'r-1' } } });
    await http.POST(path, { body: request, requestId: 'r-2' });
    expect(server.received.map(({ headers }) => headers['x-request-id'])).toEqual(['r-1', 'r-2']);
  });

  it('refuses a request ID of a middleware that is too long', async () => {
    const { http } = makeClient('http://localhost:1');
    http.use({ onRequest: ({ request: sent }) => sent.headers.set('X-Request-ID', 'r'.repeat(37)) });
    const failure = await failureOf(http.POST(path, { body: request }));
    expect(failure).toMatchObject({ code: 'INVALID_REQUEST', issues: [{ field: 'X-Request-ID' }] });
  });

  it('takes the fetch of a call, below the pipeline', async () => {
    const fetch = async (sent: Request) => Response.json({ ...issued, nonce: sent.headers.get('nonce') });
    const { data } = await makeClient('http://localhost:1').http.POST(path, { body: request, fetch });
    expect(data).toMatchObject({ ...issued, nonce: expect.stringMatching(/^[0-9a-f]{18}$/) });
  });

  it.each(['http://example.com', 'https://example.com', 'http://localhost:1', ''])(
    'refuses a base URL of a call, such as %j: its signature is for the hosts of the client',
    async (baseUrl) => {
      const { http } = makeClient('http://localhost:1');
      const failure = await failureOf(http.POST(path, { body: request, baseUrl }));
      expect(failure).toMatchObject({ code: 'INVALID_OPTION', option: 'baseUrl' });
    },
  );

  it.each([undefined, null, '', 'v4/other', '.example.org/v4/other', '@example.org/v4/other'])(
    'refuses a path that begins with no slash and could change the host: %j',
    async (wrong) => {
      const sent: string[] = [];
      const fetch = async ({ url }: Request) => Response.json({ code: 0, url: sent.push(url) });
      const { http } = makeClient('https://api.example.com', { fetch });
      const failure = await failureOf((http.GET as (path: unknown) => Promise<unknown>)(wrong));
      expect(failure).toMatchObject({ code: 'INVALID_OPTION', option: 'path' });
      expect(sent).toEqual([]);
    },
  );

  it.each([null, 5, 'text'])('refuses %j in the place of options by name', async (init) => {
    const failure = await failureOf(makeClient('http://localhost:1').http.POST(path, init as never));
    expect(failure).toMatchObject({ code: 'INVALID_OPTION', option: 'init' });
  });

  const Other = class {
    #headers = 'x-tenant';
    read() {
      return this.#headers;
    }
  };
  const anything = [null, 5, 'x', [5], new Map([[5, 5]]), new Date(), Promise.resolve({}), new Other(), Symbol('x')];

  it.each<[option: string, inits: readonly object[]]>([
    ['headers', [...anything, [['x-tenant']], [[5, 'a']], true].map((headers) => ({ headers }))],
    ['params', anything.map((params) => ({ params }))],
    ['params.path', anything.slice(1).map((given) => ({ params: { path: given } }))],
    ['params.query', anything.slice(1).map((given) => ({ params: { query: given } }))],
    ['params.header', anything.slice(1).map((given) => ({ params: { header: given } }))],
    ['params.headers', [{ params: { headers: {} } }]],
    ['parseAs', anything.map((parseAs) => ({ parseAs }))],
    ['querySerializer', [null, 5, 'x', Symbol('x')].map((querySerializer) => ({ querySerializer }))],
    ['bodySerializer', anything.map((bodySerializer) => ({ bodySerializer }))],
    ['pathSerializer', anything.map((pathSerializer) => ({ pathSerializer }))],
    ['Request', anything.map((Request) => ({ Request }))],
    ['middleware', [...anything, [{}]].map((middleware) => ({ middleware }))],
    ['cache', [null, 5, 'x', Symbol('x')].map((cache) => ({ cache }))],
    ['mode', [{ mode: 'x' }]],
    ['redirect', [{ redirect: {} }]],
    ['window', [{ window: 5 }]],
    ['init', [[], new Map([['body', request]]), new Date(), Promise.resolve({ body: request })]],
  ])('refuses %s of another kind by name', async (option, inits) => {
    const { http } = makeClient('http://localhost:1', { fetch: async () => Response.json(issued) });
    for (const init of inits) {
      const isInit = option === 'init';
      const failure = await failureOf(http.POST(path, (isInit ? init : { body: request, ...init }) as never));
      expect(failure).toMatchObject({ name: 'NexconnConfigurationError', code: 'INVALID_OPTION', option });
    }
  });

  it.each([undefined, null, 5, '', [], new Map(), Symbol('x'), 'a b', 'TRACE'])(
    'refuses %o in the place of a method by name',
    async (method) => {
      const { http } = makeClient('http://localhost:1');
      const failure = await failureOf(http.request(method as never, path as never, { body: request } as never));
      expect(failure).toMatchObject({ code: 'INVALID_OPTION', option: 'method' });
    },
  );

  it.each(['x', 5, [], new Map(), [{ onRequest: () => {} }], () => {}])(
    'refuses %o in the place of a middleware by name, and takes none of those beside it',
    async (middleware) => {
      const { http, issueAccessToken } = makeClient('http://localhost:1', { fetch: async () => Response.json(issued) });
      const other = { onRequest: () => Response.json({ code: 1002, errorMessage: 'taken' }) };
      expect(() => http.use(other, middleware as never)).toThrow(
        expect.objectContaining({ code: 'INVALID_OPTION', option: 'middleware' }),
      );
      expect(await issueAccessToken(request)).toEqual(issued.result);
    },
  );

  it('passes on a TypeError of a middleware', async () => {
    const { http } = makeClient('http://localhost:1', { fetch: async () => Response.json(issued) });
    const error = new TypeError('mine');
    const middleware = [{ onRequest: () => Promise.reject(error) }];
    await expect(http.POST(path, { body: request, cache: 'no-store', middleware } as never)).rejects.toBe(error);
  });

  it('takes what is not there, and serializers that are objects', async () => {
    const { http } = makeClient('http://localhost:1', { fetch: async () => Response.json(issued) });
    http.use(undefined as never, null as never);
    const params = { path: null, query: undefined, header: null };
    const querySerializer = { array: { style: 'form', explode: true } };
    const init = { body: request, params, querySerializer, headers: undefined, middleware: [null], parseAs: undefined };
    expect((await http.POST(path, init as never)).data).toEqual(issued);
  });

  const tenant = { 'X-Tenant': 'a', 'x-other': 'b' };
  it.each<object>([tenant, Object.entries(tenant), new Map(Object.entries(tenant)), new Headers(tenant)])(
    'sends the headers of a call given as %o',
    async (headers) => {
      await using server = await startServer(json(200, issued));
      await makeClient(server.url).http.POST(path, { body: request, headers: headers as never });
      expect(server.received[0]?.headers).toMatchObject({ 'x-tenant': 'a', 'x-other': 'b' });
    },
  );

  it('joins headers of a call that are listed twice, and takes numbers and lists', async () => {
    await using server = await startServer(json(200, issued));
    const { http } = makeClient(server.url);
    const list: [string, string][] = [
      ['x-tenant', 'a'],
      ['X-Tenant', 'b'],
      ['content-type', 'application/json'],
    ];
    await http.POST(path, { body: request, headers: list });
    await http.POST(path, { body: request, headers: { 'x-tenant': ['a', 5], 'x-other': null, 'x-more': undefined } });
    expect(server.received.map(({ headers }) => headers['x-tenant'])).toEqual(['a, b', 'a, 5']);
    expect(server.received[0]?.headers['content-type']).toBe('application/json');
    for (const name of ['x-other', 'x-more']) expect(server.received[1]?.headers).not.toHaveProperty(name);
  });

  it.each([Symbol('x'), Object.create(null), {}, () => 'x', [Symbol('x')]])(
    'refuses a header of a call that has no text: %o',
    async (value) => {
      const { http } = makeClient('http://localhost:1');
      const headers = { 'X-Tenant': value };
      for (const init of [{ headers }, { headers: Object.entries(headers) }, { params: { header: headers } }]) {
        const failure = await failureOf(http.POST(path, { body: request, ...(init as object) }));
        expect(failure).toMatchObject({ code: 'INVALID_REQUEST', issues: [{ field: 'x-tenant', keyword: 'type' }] });
      }
    },
  );

  it('refuses a line break in a header of a call', async () => {
    const { http } = makeClient('http://localhost:1');
    const headers = { 'x-tenant': 'a\r\nb: c' };
    for (const init of [{ headers }, { params: { header: headers as never } }]) {
      const failure = await failureOf(http.POST(path, { body: request, ...init }));
      expect(failure).toMatchObject({ code: 'INVALID_REQUEST', issues: [{ field: 'x-tenant' }] });
    }
  });

  it.each(['Host', 'accept-encoding', 'Connection'])('refuses the header %s of a call', async (name) => {
    const { http } = makeClient('http://localhost:1');
    const headers = { [name]: 'example.org' };
    const header = headers as never;
    const issues = [{ field: name.toLowerCase(), keyword: 'header' }];
    for (const init of [{ headers }, { headers: new Headers(headers) }, { params: { header } }]) {
      const failure = await failureOf(http.POST(path, { body: request, ...init }));
      expect(failure).toMatchObject({ code: 'INVALID_REQUEST', issues });
    }
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31, '5000'])('refuses timeoutMs %s', async (timeoutMs) => {
    const failure = await failureOf(makeClient('http://localhost:1').http.POST(path, { body: request, timeoutMs }));
    expect(failure).toMatchObject({ code: 'INVALID_OPTION', option: 'timeoutMs' });
  });

  it('gives a refusal as error with parseAs text, too', async () => {
    await using server = await startServer(json(200, refused));
    const { http } = makeClient(server.url);
    const { data, error } = await http.POST(path, { body: request, parseAs: 'text' });
    expect({ data, error }).toEqual({ data: undefined, error: JSON.stringify(refused) });
  });
});

it.each([1, 2, 3, 4, 5, 6])('what is another value from look %i on is sent as it was checked', async (last) => {
  await using server = await startServer(json(200, { code: 0 }));
  const { http } = makeClient(server.url);
  const changing = (name: string, bad: string): object => {
    let count = 0;
    return Object.defineProperty({}, name, { enumerable: true, get: () => (count++ < last ? 'good' : bad) });
  };
  const inits = [
    { params: { path: { id: 'good' }, header: changing('X-Tenant', 'bad\nX: y') } },
    { params: { path: { id: 'good' } }, headers: changing('X-Tenant', 'bad\nX: y') },
  ];
  for (const init of inits) {
    const call = (http.GET as (path: string, init: object) => Promise<unknown>)('/v4/other/{id}', init);
    const failed = await call.then(() => false).catch(() => true);
    if (failed) expect(await failureOf(call)).toMatchObject({ code: 'INVALID_REQUEST' });
  }
  for (const { url, headers } of server.received) {
    expect(url).toBe('/v4/other/good');
    expect(headers['x-tenant'] ?? 'good').toBe('good');
  }
});

describe('a serializer of the caller', () => {
  const { http } = makeClient('http://localhost:1', { fetch: async () => Response.json(issued) });
  const wrong = [5, true, 5n, Symbol('x'), {}, Object.create(null), [], new Map(), () => 'x', Promise.resolve('x')];

  it.each([
    ['querySerializer', [...wrong, undefined, null, new URLSearchParams()]],
    ['pathSerializer', [...wrong, undefined, null, new URL('http://localhost')]],
    ['bodySerializer', wrong],
  ])('%s that returns no text is refused by name', async (option, returned) => {
    for (const each of returned) {
      const call = http.POST(path, { body: request, params: { path: {} }, [option]: () => each } as never);
      expect(await failureOf(call)).toMatchObject({ code: 'INVALID_OPTION', option });
    }
  });

  it('returns a text, or a body that fetch takes', async () => {
    const text = JSON.stringify(request);
    const bodies = [text, new Blob([text]), new TextEncoder().encode(text), Buffer.from(text)];
    const others = { querySerializer: () => 'a=1', pathSerializer: (given: string) => given };
    for (const body of bodies) {
      const init = { body: request, params: { path: {} }, ...others, bodySerializer: () => body };
      expect((await http.POST(path, init as never)).data).toEqual(issued);
    }
  });

  it("is the usual one where it is left out, and one that throws is the caller's own trouble", async () => {
    const circle: Record<string, unknown> = { ...request };
    circle.self = circle;
    const call = http.POST(path, { body: circle as never, bodySerializer: undefined as never });
    expect(await failureOf(call)).toMatchObject({ code: 'INVALID_REQUEST' });
    const error = new TypeError('mine');
    const throwing = () => {
      throw error;
    };
    await expect(http.POST(path, { body: request, bodySerializer: throwing })).rejects.toBe(error);
  });
});

describe('a middleware', () => {
  it('runs before signing, so that what it changes is signed over', async () => {
    await using server = await startServer(json(200, issued));
    const client = makeClient(server.url);
    client.http.use({
      onRequest({ request: sent }) {
        for (const name of ['Signature', 'Nonce', 'RC-Signature', 'App-Key']) sent.headers.set(name, 'mine');
        sent.headers.set('X-Tenant', 'a');
      },
    });
    await client.issueAccessToken(request);
    const { headers = {} } = server.received[0] ?? {};
    expect(verify(headers).ok).toBe(true);
    expect(headers).toMatchObject({ 'x-tenant': 'a' });
    expect(headers).not.toHaveProperty('rc-signature');
  });

  it('can replace the request, whose new body is checked', async () => {
    await using server = await startServer(json(200, issued));
    const client = makeClient(server.url);
    const body = { value: JSON.stringify({ ...request, name: 'Grace' }) };
    client.http.use({ onRequest: ({ request: sent }) => new Request(sent, { body: body.value }) });
    await client.issueAccessToken(request);
    expect(server.received[0]?.body).toBe(body.value);
    body.value = '{"userId":"!"}';
    expect((await failureOf(client.issueAccessToken(request))).code).toBe('INVALID_REQUEST');
    body.value = 'no JSON';
    expect((await failureOf(client.issueAccessToken(request))).code).toBe('INVALID_REQUEST');
    expect(server.received).toHaveLength(1);
  });

  it('can answer by itself, and its answer is judged like any other', async () => {
    const client = makeClient('http://localhost:1');
    let answer: unknown = issued;
    client.http.use({ onRequest: () => Response.json(answer) });
    expect(await client.issueAccessToken(request)).toEqual(issued.result);
    answer = refused;
    expect((await failureOf(client.issueAccessToken(request))).code).toBe('RATE_LIMITED');
    expect((await client.http.POST(path, { body: request })).error).toEqual(refused);
  });

  it('can send a call elsewhere, but no less encrypted than the client would', async () => {
    const sent: string[] = [];
    const fetch = async ({ url }: Request) => Response.json({ ...issued, sent: sent.push(url) });
    const elsewhere = (url: string) => ({ onRequest: () => new Request(url, { method: 'POST', body: '{}' }) });
    const open = makeClient('https://api.example.com', { fetch, validateRequests: false });
    open.http.use(elsewhere('http://example.org/v4/other'));
    const failure = await failureOf(open.http.POST(path, { body: request }));
    expect(failure).toMatchObject({ code: 'INVALID_OPTION', option: 'request.url' });
    expect(sent).toEqual([]);
    const secure = makeClient('https://api.example.com', { fetch, validateRequests: false });
    secure.http.use(elsewhere('https://example.org/v4/other'));
    await secure.http.POST(path, { body: request });
    expect(sent).toEqual(['https://example.org/v4/other']);
  });

  it('can replace the response', async () => {
    await using server = await startServer(json(200, refused));
    const client = makeClient(server.url);
    client.http.use({ onResponse: () => Response.json(issued) });
    expect(await client.issueAccessToken(request)).toEqual(issued.result);
  });

  it('sees the typed error of a call without an answer, and can answer in its place', async () => {
    const client = makeClient('https://nowhere.invalid');
    const seen: unknown[] = [];
    const middleware = {
      onError({ error }: { error: unknown }) {
        seen.push(error);
        return Response.json(issued);
      },
    };
    client.http.use(middleware);
    expect(await client.issueAccessToken(request)).toEqual(issued.result);
    expect(seen).toMatchObject([{ code: 'NETWORK' }]);
    client.http.eject(middleware);
    expect((await failureOf(client.issueAccessToken(request))).code).toBe('NETWORK');
  });
});

describe('a middleware that does not settle', () => {
  const never = () => new Promise<never>(() => {});
  const fetch = async () => Response.json(issued);
  const broken = () => Promise.reject(new Error('No network.'));
  /** A response whose body never ends, and so is never read. */
  const endless = () => new Response(new ReadableStream(), { headers: { 'content-type': 'application/json' } });
  const bodyless = ({ request: sent }: { request: Request }) =>
    new Request(sent.url, { method: 'POST', body: new ReadableStream(), duplex: 'half' } as RequestInit);

  it.each<[what: string, middleware: object, own?: () => Promise<Response>]>([
    ['onRequest', { onRequest: never }],
    ['a body of onRequest', { onRequest: bodyless }],
    ['a response of onRequest', { onRequest: endless }],
    ['onResponse', { onResponse: never }],
    ['a response of onResponse', { onResponse: endless }],
    ['onError', { onError: never }, broken],
    ['a response of onError', { onError: endless }, broken],
  ])('ends with the call: %s', async (_what, middleware, own = fetch) => {
    const nexconn = makeClient('http://localhost:1', { fetch: own });
    nexconn.http.use(middleware as never);
    for (const call of [
      () => nexconn.issueAccessToken(request, { deadlineMs: 30 }),
      () => nexconn.http.POST(path, { body: request, deadlineMs: 30 }),
    ])
      expect(await failureOf(call())).toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    const signal = AbortSignal.timeout(20);
    expect(await failureOf(nexconn.issueAccessToken(request, { signal }))).toMatchObject({ code: 'ABORTED' });
    await nexconn.close();
  });

  it('and settles later sends nothing', async () => {
    const sent: Request[] = [];
    const nexconn = makeClient('http://localhost:1', {
      fetch: (given) => {
        sent.push(given);
        return fetch();
      },
    });
    let settle = (): void => {};
    const settled = new Promise<void>((resolve) => {
      settle = resolve;
    });
    const seen: unknown[] = [];
    const onError = ({ error }: { error: unknown }) => void seen.push(error);
    nexconn.http.use({ onRequest: () => settled, onError } as never);
    const failure = await failureOf(nexconn.http.POST(path, { body: request, deadlineMs: 20 }));
    expect(failure).toMatchObject({ code: 'DEADLINE_EXCEEDED', attempts: 0 });
    settle();
    await until(() => expect(seen).toMatchObject([{ code: 'DEADLINE_EXCEEDED' }]));
    expect(sent).toEqual([]);
  });

  it('may still answer at once for a call that did not end in time', async () => {
    vi.useFakeTimers();
    try {
      const nexconn = makeClient('http://localhost:1', { fetch: never });
      nexconn.http.use({ onError: () => Response.json(issued) });
      const issuing = nexconn.issueAccessToken(request, { deadlineMs: 1_000 });
      // Every timer of the call is due at the same time.
      await vi.advanceTimersByTimeAsync(1_000);
      expect(await issuing).toEqual(issued.result);
    } finally {
      vi.useRealTimers();
    }
  });
});
