import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import { unreadable } from '../../../../test/support/unreadable.js';
import { ada, makeSetting } from '../../test/support/make-setting.js';
import { appRequest, jsonRequest } from '../../test/support/start-backend.js';
import {
  createTokenHandler,
  opaqueUserId,
  type TokenHandlerFailure,
  type TokenHandlerOptions,
  TokenServiceError,
  type TokenServiceErrorCode,
} from '../index.js';

const app = 'https://app.example.com';
const shop = 'https://shop.example.com';

/** Logs in whom the header names. */
const authenticate = ({ headers }: Request) => {
  const userId = headers.get('authorization');
  return userId === null ? undefined : { userId, name: userId };
};

function makeHandler(options: Partial<TokenHandlerOptions> = {}) {
  const setting = makeSetting();
  const failures: TokenHandlerFailure[] = [];
  const tokens = setting.instance({ replaceCoolDownMs: 0 });
  const onFailure = (failure: TokenHandlerFailure) => failures.push(failure);
  return { ...setting, failures, handler: createTokenHandler(tokens, { authenticate, onFailure, ...options }) };
}

function failing(error: Error) {
  const fail = () => Promise.reject(error);
  return { get: fail, replace: fail };
}

function raise(): never {
  throw new Error('No.');
}

async function codeOf(response: Response): Promise<[number, string]> {
  return [response.status, ((await response.json()) as { code: string }).code];
}

async function ask(request: Request, options?: Partial<TokenHandlerOptions>): Promise<[number, string]> {
  return codeOf(await makeHandler(options).handler(request));
}

describe('a token', () => {
  it('is given to whoever is logged in, and kept by nobody on the way', async () => {
    const { handler, connect } = makeHandler();
    const response = await handler(appRequest());
    const body = (await response.json()) as { accessToken: string };
    expect(response.status).toBe(200);
    expect(body).toEqual({ userId: 'ada', accessToken: body.accessToken, expiresInSeconds: null });
    expect(await connect(body.accessToken)).toBe(0);
    expect(Object.fromEntries(response.headers)).toEqual({
      'cache-control': 'no-store',
      'content-type': 'application/json; charset=utf-8',
      vary: 'Origin',
      'x-content-type-options': 'nosniff',
    });
  });

  it('is replaced where the app was refused with it, and only then', async () => {
    const { handler, issued } = makeHandler();
    const tokenOf = async (request: Request) => (await (await handler(request)).json()).accessToken as string;
    const first = await tokenOf(appRequest());
    expect(await tokenOf(jsonRequest({}))).toBe(first);
    expect(await tokenOf(jsonRequest({ rejectedToken: 'one of long ago' }))).toBe(first);
    const second = await tokenOf(jsonRequest({ rejectedToken: first }));
    expect(second).not.toBe(first);
    expect(await issued()).toBe(2);
  });

  it('is asked for by get, and by replace with a rejected one alone, for the user as authenticate gives them', async () => {
    const asked: [string, object][] = [];
    const answerTo = (method: string) => async (user: { readonly userId: string }) => {
      asked.push([method, user]);
      return { userId: user.userId, accessToken: 'a', expiresInSeconds: 7 };
    };
    const grace = { userId: 'grace', name: 'Grace', avatarUrl: 'grace.png' };
    const handler = createTokenHandler(
      { get: answerTo('get'), replace: answerTo('replace') },
      { authenticate: () => ({ ...grace, plan: 'free' }) },
    );
    for (const body of [{}, { rejectedToken: 'b' }]) {
      const response = await handler(jsonRequest(body));
      expect(await response.json()).toEqual({ userId: 'grace', accessToken: 'a', expiresInSeconds: 7 });
    }
    expect(asked).toEqual([
      ['get', grace],
      ['replace', { ...grace, rejectedToken: 'b' }],
    ]);
  });

  it.each<[what: string, handed: unknown]>([
    ['the token of somebody else', { userId: 'eve', accessToken: 'hers', expiresInSeconds: null }],
    ['a token of nobody', { accessToken: 'hers', expiresInSeconds: null }],
    ['a number as the token', { userId: 'ada', accessToken: 5, expiresInSeconds: null }],
    ['no token', { userId: 'ada', expiresInSeconds: null }],
    ['an empty token', { userId: 'ada', accessToken: '', expiresInSeconds: null }],
    ['a token of spaces', { userId: 'ada', accessToken: '  ', expiresInSeconds: null }],
    ['a text as the time', { userId: 'ada', accessToken: 'hers', expiresInSeconds: '7' }],
    ['no number as the time', { userId: 'ada', accessToken: 'hers', expiresInSeconds: Number.NaN }],
    ['no time', { userId: 'ada', accessToken: 'hers' }],
    ['null', null],
    ['nothing', undefined],
  ])('is not handed out where a service of somebody else resolves to %s', async (_, handed) => {
    const failures: TokenHandlerFailure[] = [];
    const onFailure = (failure: TokenHandlerFailure) => failures.push(failure);
    const answer = async () => handed as never;
    const handler = createTokenHandler({ get: answer, replace: answer }, { authenticate, onFailure });
    for (const request of [appRequest(), jsonRequest({ rejectedToken: 'b' })]) {
      const response = await handler(request);
      expect([response.status, await response.json()]).toEqual([
        500,
        { code: 'INTERNAL_ERROR', message: 'The server failed.' },
      ]);
    }
    const error = { code: 'INVALID_OPTION', message: expect.stringMatching(/^tokens resolved to (?!.*hers|.*eve)/) };
    expect(failures).toMatchObject(Array(2).fill({ code: 'INTERNAL_ERROR', status: 500, userId: 'ada', error }));
  });

  it('is read once, so that what was checked is what is handed out', async () => {
    const userIds = ['ada', 'eve'];
    const handed = { accessToken: 'a', expiresInSeconds: 7, get: () => userIds.shift() };
    const get = async () => Object.defineProperty(handed, 'userId', { get: handed.get }) as never;
    const handler = createTokenHandler({ get, replace: get }, { authenticate });
    expect(await (await handler(appRequest())).json()).toEqual({
      userId: 'ada',
      accessToken: 'a',
      expiresInSeconds: 7,
    });
  });

  it('is of the user that authenticate gives, whatever else it gives beside the request', async () => {
    const { instance } = makeSetting();
    const handler = createTokenHandler(instance(), {
      authenticate: (_request: Request, session: { readonly user: string }) => ({ userId: session.user, name: 'Ada' }),
    });
    const response = await handler(appRequest(), { user: 'bob7' });
    expect(await response.json()).toMatchObject({ userId: 'bob7' });
  });
});

describe('authenticate', () => {
  it('is required, to the compiler and at run time', () => {
    const tokens = makeSetting().instance();
    // @ts-expect-error A handler without authentication would hand out everybody's tokens.
    const without = () => createTokenHandler(tokens, {});
    // @ts-expect-error The same without any options.
    const bare = () => createTokenHandler(tokens);
    for (const make of [without, bare]) {
      expect(make).toThrow(
        expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringMatching(/^authenticate is missing/) }),
      );
    }
  });

  it.each([undefined, null])('that gives %s means that nobody is logged in', async (nobody) => {
    expect(await ask(appRequest(), { authenticate: () => nobody })).toEqual([401, 'NOT_SIGNED_IN']);
  });

  it.each([
    [undefined, {}, 'AppLogin'],
    [undefined, { authorization: 'Bearer x' }, 'AppLogin'],
    ['Bearer', {}, 'Bearer'],
    ['Bearer', { authorization: 'Basic x' }, 'Bearer'],
    ['Bearer', { authorization: 'bearer x' }, 'Bearer error="invalid_token"'],
    ['Bearer realm="chat"', { authorization: 'Bearer x' }, 'Bearer realm="chat", error="invalid_token"'],
    ['Bearer error="own"', { authorization: 'Bearer x' }, 'Bearer error="own"'],
    ['bearer', { authorization: 'BEARER x' }, 'bearer error="invalid_token"'],
    ['NotBearer', { authorization: 'Bearer x' }, 'NotBearer'],
    ['BearerOfAnApp', { authorization: 'Bearer x' }, 'BearerOfAnApp'],
    ['Bearer', { authorization: 'NotBearer x' }, 'Bearer'],
    ['Bearer', { authorization: 'BearerOfAnApp x' }, 'Bearer'],
  ])(
    'challenged by %s, a request with %j that logs nobody in is answered with %s',
    async (challenge, headers, told) => {
      const handler = createTokenHandler(makeSetting().instance(), { authenticate: () => undefined, challenge });
      const response = await handler(new Request('https://app.example.com/access-token', { method: 'POST', headers }));
      expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, told]);
    },
  );

  it('is not challenged for in any other answer', async () => {
    const { handler } = makeHandler();
    for (const request of [appRequest(), appRequest({ method: 'GET' }), jsonRequest(7)]) {
      const { status, headers } = await handler(request);
      expect([headers.has('www-authenticate'), headers.has('allow')]).toEqual([false, status === 405]);
    }
  });

  it.each([
    ['rejects', () => Promise.reject(new Error('redis://user:pw@host is down'))],
    [
      'throws',
      () => {
        throw new Error('redis://user:pw@host is down');
      },
    ],
    ['does not come to an end', () => new Promise<never>(() => {})],
  ])('that %s is trouble of the server, and logs nobody out', async (_, failingAuthenticate) => {
    const { handler, failures } = makeHandler({ authenticate: failingAuthenticate, authenticateTimeoutMs: 20 });
    const response = await handler(appRequest());
    expect(response.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
    const text = await response.text();
    expect(JSON.parse(text).code).toBe('TRY_LATER');
    expect(text).not.toContain('redis');
    expect(failures).toMatchObject([{ code: 'TRY_LATER', status: 503, userId: undefined, error: expect.any(Error) }]);
  });

  it.each([
    ['a key that opaqueUserId refuses', () => opaqueUserId('7', 'short'), 'INVALID_OPTION'],
    ['an ID that opaqueUserId refuses', () => opaqueUserId('', 'ab12cd34'.repeat(4)), 'INVALID_USER'],
  ])('that throws for %s is to be mended by the developer: asking again does not help', async (_, makeId, code) => {
    const { handler, failures } = makeHandler({ authenticate: () => ({ userId: makeId(), name: 'Ada' }) });
    const response = await handler(appRequest());
    expect([response.status, response.headers.get('retry-after')]).toEqual([500, null]);
    expect(failures).toMatchObject([{ code: 'INTERNAL_ERROR', status: 500, error: { code } }]);
  });

  it('that knows when it can be asked again has the app told so', async () => {
    const busy = (retryAfterMs: unknown) => () => Promise.reject(Object.assign(new Error('busy'), { retryAfterMs }));
    for (const [retryAfterMs, seconds] of [
      [30_000, '30'],
      [500, '1'],
      [1_001, '2'],
      [2_001, '3'],
      [86_400_000, '86400'],
      [86_400_001, '86400'],
      [1e300, '86400'],
      [0, '2'],
      [-1, '2'],
      [Number.POSITIVE_INFINITY, '2'],
      [Number.NaN, '2'],
      ['30000', '2'],
    ] as const) {
      const { handler } = makeHandler({ authenticate: busy(retryAfterMs), random: () => 0 });
      const response = await handler(appRequest());
      expect([retryAfterMs, response.status, response.headers.get('retry-after')]).toEqual([
        retryAfterMs,
        503,
        seconds,
      ]);
    }
  });

  it('that gives no user is a fault of the server', async () => {
    for (const wrong of ['ada', {}, { userId: '' }, { userId: 7 }, true]) {
      expect(await ask(appRequest(), { authenticate: () => wrong as never })).toEqual([500, 'INTERNAL_ERROR']);
    }
    // A class that was returned in place of a user of it, and a text that somebody hung properties on, have a userId too.
    for (const wrong of [Object.assign(() => {}, { userId: 'ada' }), 'ada']) {
      const { handler, failures } = makeHandler({ authenticate: () => wrong as never });
      expect(await codeOf(await handler(appRequest()))).toEqual([500, 'INTERNAL_ERROR']);
      expect(failures).toMatchObject([
        { error: { message: `authenticate returned a ${typeof wrong}. Return { userId, name }.` } },
      ]);
    }
  });

  it.each<[returned: unknown, message: string]>([
    [7, 'authenticate returned a number. Return { userId, name }.'],
    [{}, 'authenticate returned an object without fields: userId is undefined. Pass a text that is not empty.'],
    [['ada', 'Ada'], 'authenticate returned a list: userId is undefined. Pass a text that is not empty.'],
    [
      { id: 'ada-s-own-id', email: 'ada@example.com' },
      'authenticate returned an object with id, email: userId is undefined. Pass a text that is not empty.',
    ],
    [
      { userId: 4711, name: 'Ada' },
      'authenticate returned an object with userId, name: userId is a number. Pass a text that is not empty.',
    ],
    [{ userId: null }, 'authenticate returned an object with userId: userId is null. Pass a text that is not empty.'],
    [
      { userId: Promise.resolve('ada') },
      'authenticate returned an object with userId: userId is a promise, which must be awaited. Pass a text that is not empty.',
    ],
    [
      { userId: 'ada', displayName: 'Ada' },
      'authenticate returned an object with userId, displayName: name is undefined. Pass a text that is not empty.',
    ],
    [
      { userId: 'ada', name: '' },
      'authenticate returned an object with userId, name: name is an empty text. Pass a text that is not empty.',
    ],
    [
      { userId: 'ada', name: ['Ada'] },
      'authenticate returned an object with userId, name: name is a list. Pass a text that is not empty.',
    ],
    [
      { userId: 'ada', name: 'Ada', avatarUrl: new URL('https://example.com/a') },
      'authenticate returned an object with userId, name, avatarUrl: avatarUrl is an object. Pass a text, or leave it out.',
    ],
    [
      { userId: 'ada', name: 'Ada', avatarUrl: null },
      'authenticate returned an object with userId, name, avatarUrl: avatarUrl is null. Pass a text, or leave it out.',
    ],
    [
      Object.fromEntries([...'abcdefghijkl', 'Zk3vq9mWq1'].map((key) => [key, 1])),
      'authenticate returned an object with a, b, c, d, e, f, g, h, i, j: userId is undefined. Pass a text that is not empty.',
    ],
    [
      { Zk3vq9mWq1: 1 },
      'authenticate returned an object with [redacted]: userId is undefined. Pass a text that is not empty.',
    ],
  ])('that returns %o is told which field is wrong, and the caller is not', async (returned, message) => {
    const { handler, failures } = makeHandler({ authenticate: () => returned as never });
    const response = await handler(appRequest());
    expect(await response.json()).toEqual({ code: 'INTERNAL_ERROR', message: 'The server failed.' });
    expect(failures).toMatchObject([{ status: 500, userId: undefined, error: { code: 'INVALID_USER', message } }]);
  });

  it('is asked before a byte of the body is read', async () => {
    const body = new ReadableStream({ pull: () => expect.unreachable('The body was read.') }, { highWaterMark: 0 });
    const request = { headers: { 'content-type': 'application/json' }, body, duplex: 'half' } as RequestInit;
    expect(await ask(appRequest(request), { authenticate: () => null })).toEqual([401, 'NOT_SIGNED_IN']);
  });
});

describe('a body', () => {
  it('that names another user is refused', async () => {
    const { handler, issued } = makeHandler();
    expect(await codeOf(await handler(jsonRequest({ userId: 'bob' })))).toEqual([403, 'USER_NOT_YOURS']);
    expect(await codeOf(await handler(jsonRequest({ userId: ['ada'] })))).toEqual([403, 'USER_NOT_YOURS']);
    expect(await codeOf(await handler(jsonRequest({ userId: 'ada' })))).toEqual([400, 'INVALID_REQUEST']);
    expect(await issued()).toBe(0);
  });

  it.each([
    [{ rejectedToken: 7 }],
    [{ rejectedToken: '' }],
    [{ rejectedToken: null }],
    [{ rejectedToken: 'x'.repeat(1025) }],
    [{ name: 'Grace' }],
    [[]],
    ['text'],
    [null],
  ])('of %j is refused', async (body) => {
    expect(await ask(jsonRequest(body))).toEqual([400, 'INVALID_REQUEST']);
  });

  it('that is refused for one of its fields is told which', async () => {
    const response = await makeHandler().handler(jsonRequest({ rejectedToken: 7 }));
    expect(await response.json()).toEqual({
      code: 'INVALID_REQUEST',
      message: expect.stringMatching(/^rejectedToken /),
    });
  });

  it.each<[what: string, read: (request: Request) => unknown]>([
    ['has been read', (request) => request.text()],
    ['is being read', (request) => request.body?.getReader()],
  ])('that %s by somebody else is a 500 that says what to mend, and not taken for none', async (_, read) => {
    const { handler, failures, issued } = makeHandler();
    const request = jsonRequest({ rejectedToken: 'a' });
    await read(request);
    expect(await codeOf(await handler(request))).toEqual([500, 'INTERNAL_ERROR']);
    expect(failures).toMatchObject([{ error: { message: expect.stringContaining('Mount the handler before') } }]);
    expect(await issued()).toBe(0);
  });

  it('of which authenticate has read a clone is there', async () => {
    const reading = async (request: Request) => {
      expect(await request.clone().text()).toContain('rejectedToken');
      return ada;
    };
    const { handler } = makeHandler({ authenticate: reading });
    expect((await handler(jsonRequest({ rejectedToken: 'a' }))).status).toBe(200);
  });

  it('that is no JSON in UTF-8 is refused, and no part of it comes back', async () => {
    const headers = { 'content-type': 'application/json' };
    for (const body of ['{"rejectedToken":"secret-token"', new Uint8Array([0x22, 0xff, 0x22])]) {
      const text = await (await makeHandler().handler(appRequest({ headers, body }))).text();
      expect(JSON.parse(text).code).toBe('INVALID_REQUEST');
      expect(text).not.toContain('secret');
    }
    const unknown = await makeHandler().handler(jsonRequest({ 'secret-token': 1 }));
    expect(await unknown.text()).not.toContain('secret');
  });

  it('must be declared as JSON: what a form of another page can send is not taken', async () => {
    const body = '{"rejectedToken":"a"}';
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'application/jsonp',
      'text/application/json',
      'application/json+x',
      'multipart/form-data',
    ]) {
      const refused = await ask(appRequest({ headers: { 'content-type': type }, body }));
      expect(refused).toEqual([415, 'MEDIA_TYPE_REFUSED']);
    }
    const bytes = new TextEncoder().encode(body);
    expect(await ask(appRequest({ body: bytes }))).toEqual([415, 'MEDIA_TYPE_REFUSED']);
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    expect(await ask(appRequest({ headers, body }))).toEqual([415, 'MEDIA_TYPE_REFUSED']);
  });

  it('may name its characters, and may be of no bytes', async () => {
    const headers = { 'content-type': 'Application/JSON ; charset=utf-8' };
    for (const body of ['{}', '']) {
      expect((await makeHandler().handler(appRequest({ headers, body }))).status).toBe(200);
    }
    const plain = { 'content-type': 'application/json', 'content-encoding': 'Identity' };
    expect((await makeHandler().handler(appRequest({ headers: plain, body: '{}' }))).status).toBe(200);
  });

  it('is read no further than its limit', async () => {
    let sent = 0;
    let isCancelled = false;
    const body = new ReadableStream(
      {
        pull(controller) {
          sent += 1024;
          controller.enqueue(new Uint8Array(1024).fill(0x20));
        },
        cancel() {
          isCancelled = true;
        },
      },
      { highWaterMark: 0 },
    );
    const headers = { 'content-type': 'application/json' };
    expect(await ask(appRequest({ headers, body, duplex: 'half' } as RequestInit))).toEqual([413, 'BODY_TOO_LARGE']);
    expect(sent).toBeLessThanOrEqual(6 * 1024);
    expect(isCancelled).toBe(true);
  });

  it('may come in chunks, wherever it is cut', async () => {
    const { handler, issued } = makeHandler();
    const { accessToken: rejectedToken } = await (await handler(appRequest())).json();
    const bytes = new TextEncoder().encode(JSON.stringify({ rejectedToken }));
    const headers = { 'content-type': 'application/json' };
    for (const cuts of [[1], [bytes.length - 1], [10, 20], [10, 10, 30]]) {
      const body = new ReadableStream({
        start(controller) {
          const ends = [0, ...cuts, bytes.length];
          for (const [index, end] of ends.slice(1).entries()) controller.enqueue(bytes.slice(ends[index], end));
          controller.close();
        },
      });
      const response = await handler(appRequest({ headers, body, duplex: 'half' } as RequestInit));
      expect(response.status).toBe(200);
      expect((await response.json()).accessToken).not.toBe(rejectedToken);
    }
    expect(await issued()).toBe(2);
  });

  it('may be as long as the limit, and no byte longer, whether its length is declared or not', async () => {
    const text = JSON.stringify({ rejectedToken: 'x'.repeat(40) });
    const bytes = new TextEncoder().encode(text);
    const type = { 'content-type': 'application/json' };
    const declared = () => appRequest({ headers: { ...type, 'content-length': `${bytes.length}` }, body: text });
    const streamed = () => {
      const body = new ReadableStream({
        start(controller) {
          controller.enqueue(bytes.slice(0, 9));
          controller.enqueue(bytes.slice(9));
          controller.close();
        },
      });
      return appRequest({ headers: type, body, duplex: 'half' } as RequestInit);
    };
    for (const request of [declared, streamed]) {
      const { handler } = makeHandler({ maxBodyBytes: bytes.length });
      expect((await handler(request())).status).toBe(200);
      expect(await ask(request(), { maxBodyBytes: bytes.length - 1 })).toEqual([413, 'BODY_TOO_LARGE']);
    }
  });

  it('of a declared size beyond the limit is not read at all', async () => {
    const headers = { 'content-type': 'application/json', 'content-length': '9000' };
    expect(await ask(appRequest({ headers }))).toEqual([413, 'BODY_TOO_LARGE']);
    expect(await ask(jsonRequest({ rejectedToken: 'x'.repeat(50) }), { maxBodyBytes: 32 })).toEqual([
      413,
      'BODY_TOO_LARGE',
    ]);
  });

  it('that breaks off is the caller’s trouble', async () => {
    const body = new ReadableStream({ pull: (controller) => controller.error(new Error('gone')) });
    const headers = { 'content-type': 'application/json' };
    const refused = await ask(appRequest({ headers, body, duplex: 'half' } as RequestInit));
    expect(refused).toEqual([400, 'INVALID_REQUEST']);
  });
});

it.each([
  ['a request of Node', new IncomingMessage(new Socket())],
  ['a context of a framework', { req: new Request('https://example.com'), url: '/access-token', method: 'POST' }],
  ['a URL', 'https://example.com/access-token'],
  ['nothing', undefined],
])('called with %s it says what it is to be called with, and asks nobody', async (_what, request) => {
  const asked = vi.fn(() => undefined);
  const { handler } = makeHandler({ authenticate: asked });
  const refused = await handler(request as unknown as Request).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(TypeError);
  expect(`${refused}`).toMatch(
    /request is no Request of the web standard.* toNodeListener\(handler\) of @nexconn-kit\//,
  );
  expect(asked).not.toHaveBeenCalled();
});

describe('a page', () => {
  it.each([
    ['of the same origin', { origin: app, 'sec-fetch-site': 'same-origin' }],
    ['of the same origin, behind a proxy that changes the host', { origin: shop, 'sec-fetch-site': 'same-origin' }],
    ['of the same host, of a browser that does not send Sec-Fetch-Site', { origin: app }],
    ['that is a program', {}],
  ])('%s may ask', async (_, headers) => {
    const response = await makeHandler().handler(appRequest({ headers }));
    expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([200, null]);
  });

  it.each([
    ['of another origin', { origin: shop, 'sec-fetch-site': 'cross-site' }],
    ['of a sister host', { origin: shop, 'sec-fetch-site': 'same-site' }],
    ['that only claims the origin', { origin: app, 'sec-fetch-site': 'cross-site' }],
    ['opened from the address bar', { 'sec-fetch-site': 'none' }],
    ['of another origin, of an old browser', { origin: shop }],
    ['of another port', { origin: `${app}:8443` }],
    ['in a sandbox', { origin: 'null' }],
    ['with an origin that is none', { origin: 'app.example.com' }],
  ])('%s may not, and no log-in is looked up for it', async (_, headers) => {
    const authenticateNobody = () => expect.unreachable('It was looked up.');
    const { handler } = makeHandler({ authenticate: authenticateNobody });
    const response = await handler(appRequest({ headers }));
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
    expect(await codeOf(response)).toEqual([403, 'ORIGIN_REFUSED']);
  });

  it('of a listed origin may ask and read every answer, with its cookies', async () => {
    const { handler } = makeHandler({ allowedOrigins: [shop, 'capacitor://localhost'] });
    for (const origin of [shop, 'capacitor://localhost']) {
      const headers = { origin, 'sec-fetch-site': 'cross-site' };
      for (const [request, status] of [
        [appRequest({ headers }), 200],
        [jsonRequest([], headers), 400],
      ] as const) {
        const response = await handler(request);
        expect(response.status).toBe(status);
        expect(Object.fromEntries(response.headers)).toMatchObject({
          'access-control-allow-origin': origin,
          'access-control-allow-credentials': 'true',
          'access-control-expose-headers': 'Retry-After',
          vary: 'Origin',
        });
      }
    }
    expect((await handler(appRequest({ headers: { origin: 'https://evil.test' } }))).status).toBe(403);
  });

  it('is told in a preflight what it may send, if it is listed', async () => {
    const { handler } = makeHandler({ allowedOrigins: [shop] });
    const headers = {
      origin: shop,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type',
    };
    const allowed = await handler(appRequest({ method: 'OPTIONS', headers }));
    expect([allowed.status, await allowed.text()]).toEqual([204, '']);
    const told = {
      'access-control-allow-origin': shop,
      'access-control-allow-credentials': 'true',
      'access-control-allow-methods': 'POST',
      'access-control-expose-headers': 'Retry-After',
      // As long as Chromium keeps it.
      'access-control-max-age': '7200',
      'cache-control': 'no-store',
      vary: 'Origin, Access-Control-Request-Headers',
      'x-content-type-options': 'nosniff',
    };
    const wanted = { 'access-control-allow-headers': 'authorization,content-type' };
    expect(Object.fromEntries(allowed.headers)).toEqual({ ...told, ...wanted });
    const { 'access-control-request-headers': _, ...bare } = headers;
    const simple = await handler(appRequest({ method: 'OPTIONS', headers: bare }));
    expect(Object.fromEntries(simple.headers)).toEqual(told);
    const other = await handler(appRequest({ method: 'OPTIONS', headers: { ...headers, origin: app } }));
    expect([other.headers.get('access-control-allow-origin'), other.headers.get('vary')]).toEqual([null, 'Origin']);
    expect(await codeOf(other)).toEqual([403, 'ORIGIN_REFUSED']);
    const plain = await handler(appRequest({ method: 'OPTIONS' }));
    expect([plain.status, plain.headers.get('allow')]).toEqual([204, 'POST, OPTIONS']);
  });

  it.each([
    ...['*', 'null', 'app.example.com', `${app}/`, `${app}:443`, 'https://*.example.com', 'HTTPS://A.test', '', 7],
    ...['http://A.test', 'http://a.test:80', 'https://[', 'https://', 'https://a b', 'https://u@a.test'],
    ...[
      `${app}?x`,
      `${app}#x`,
      ` ${app}`,
      `1${app}`,
      `${app}\n`,
      'capacitor://',
      'capacitor://a/b',
      [app],
      ['capacitor://a'],
    ],
  ])('cannot be listed as %j', (origin) => {
    const make = () => makeHandler({ allowedOrigins: [app, origin as string] });
    const message = expect.stringMatching(/^allowedOrigins has an entry/);
    expect(make).toThrow(expect.objectContaining({ code: 'INVALID_OPTION', message }));
  });

  it.each([app, `${app}:8443`, 'http://localhost:5173', 'capacitor://localhost', 'a1+b-c.d://x', 'xhttp://A.test'])(
    'can be listed as %s',
    async (origin) => {
      const { handler } = makeHandler({ allowedOrigins: [origin] });
      const response = await handler(appRequest({ headers: { origin, 'sec-fetch-site': 'cross-site' } }));
      expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([200, origin]);
    },
  );
});

describe('the way in', () => {
  it('is POST', async () => {
    for (const method of ['GET', 'PUT', 'DELETE', 'PATCH', 'HEAD']) {
      const response = await makeHandler().handler(appRequest({ method }));
      expect(response.headers.get('allow')).toBe('POST, OPTIONS');
      expect(await codeOf(response)).toEqual([405, 'METHOD_REFUSED']);
    }
  });

  it('is every path, or the one that is set', async () => {
    const elsewhere = () => appRequest({ url: `${app}/elsewhere` });
    expect((await makeHandler().handler(elsewhere())).status).toBe(200);
    const { handler } = makeHandler({ path: '/access-token' });
    expect((await handler(appRequest())).status).toBe(200);
    expect(await codeOf(await handler(elsewhere()))).toEqual([404, 'ENDPOINT_UNKNOWN']);
  });

  const host = 'app.example.com';
  it.each<[what: string, url: string, headers: Record<string, string>, answered: [number, string?]]>([
    ['the path alone', '/access-token?a=b', { host, origin: app }, [200]],
    ['a path without its slash', 'access-token', { host, origin: app }, [200]],
    ['another path', '/elsewhere', { host, origin: app }, [404, 'ENDPOINT_UNKNOWN']],
    ['a path that looks like a host', '//app.example.com/access-token', { host }, [404, 'ENDPOINT_UNKNOWN']],
    ['a page of another host', '/access-token', { host, origin: shop }, [403, 'ORIGIN_REFUSED']],
    ['a page, and nobody knows the host', '/access-token', { origin: 'http://localhost' }, [403, 'ORIGIN_REFUSED']],
    ['a host that is none', '/access-token', { host: 'a b', origin: app }, [400, 'INVALID_REQUEST']],
    ['an address that is none', 'http://:80/', { host, origin: app }, [400, 'INVALID_REQUEST']],
  ])('is found for what an adapter hands in: %s', async (_what, url, headers, answered) => {
    const { handler, failures } = makeHandler({ path: '/access-token', authenticate: () => ada });
    // As an adapter makes it: the class itself takes no such address.
    const response = await handler({ method: 'POST', url, headers: new Headers(headers), body: null } as Request);
    const { code } = (await response.json()) as { code?: string };
    expect([response.status, ...(code === undefined ? [] : [code])]).toEqual(answered);
    expect(failures).toEqual([]);
  });

  const most = Number.MAX_SAFE_INTEGER;
  const counts: [option: string, unit: string, max: number][] = [
    ['authenticateTimeoutMs', 'milliseconds', 2_147_483_647],
    ['maxBodyBytes', 'bytes', most],
    ['requestsPerMinute', 'requests', most],
    ['maxUsersCounted', 'users', most],
  ];

  it.each(counts)('is not opened with %s that is no whole number of %s from 1', (option, unit, max) => {
    for (const wrong of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, max + 1, '9']) {
      const message = expect.stringMatching(new RegExp(`^${option} .*${unit}`));
      const make = () => makeHandler({ [option]: wrong });
      expect(make).toThrow(expect.objectContaining({ code: 'INVALID_OPTION', message }));
    }
    for (const right of [1, max]) expect(() => makeHandler({ [option]: right })).not.toThrow();
  });

  it.each<[option: string, wrong: readonly unknown[], right: readonly unknown[]]>([
    ['path', ['access-token', 'a/b', '/a?x', '/a#x', '', 7, ['/a'], null], ['/', '/a/b']],
    ['allowedOrigins', [app, {}, null, 7], [[]]],
    [
      'challenge',
      [
        '',
        7,
        ['Bearer'],
        'Bearer\nX: y',
        ' Bearer',
        'Bearer ',
        'Bearer  x',
        'Bearer\tx',
        'Be(arer',
        'B \u00e9',
        'x'.repeat(201),
      ],
      ['Bearer', 'Bearer realm="x"', 'a b c', "!#$%&'*+.^`|~-_9Az", 'x'.repeat(200), 'a !~'],
    ],
    ['onFailure', [7, {}, null], [() => {}]],
    ['random', [7, {}, null], [() => 0]],
    ['monotonicNow', [7, {}, null], [() => 0]],
    ['authenticate', ['ada', {}, null], [() => null]],
    ['allowedOrigin', [[app]], []],
  ])('is not opened with a wrong %s', (option, wrong, right) => {
    for (const each of wrong) {
      const make = () => makeHandler({ [option]: each });
      const message = expect.stringMatching(new RegExp(`^(options has )?"?${option}"? `));
      expect(make).toThrow(expect.objectContaining({ code: 'INVALID_OPTION', message }));
    }
    for (const each of right) expect(() => makeHandler({ [option]: each })).not.toThrow();
  });

  it('is as wide as documented, unless it is set', async () => {
    const declared = (length: number) =>
      ask(appRequest({ headers: { 'content-type': 'application/json', 'content-length': `${length}` } }));
    expect(await Promise.all([declared(4_097), declared(4_096)])).toEqual([
      [413, 'BODY_TOO_LARGE'],
      [200, undefined],
    ]);
  });
});

describe('haste', () => {
  it('of one user is refused with the time to wait, and holds up nobody else', async () => {
    let now = 0;
    const { handler } = makeHandler({ monotonicNow: () => now });
    for (let time = 0; time < 10; time += 1) expect((await handler(appRequest())).status).toBe(200);
    const refused = await handler(appRequest());
    expect(refused.headers.get('retry-after')).toBe('6');
    expect(await refused.json()).toMatchObject({ code: 'TOO_MANY_REQUESTS', retryAfterSeconds: 6 });
    expect((await handler(appRequest({ headers: { authorization: 'bob' } }))).status).toBe(200);
    now += 6_000;
    expect((await handler(appRequest())).status).toBe(200);
    expect((await handler(appRequest())).status).toBe(429);
  });
});

describe('an answer without a token', () => {
  const statuses: [TokenServiceErrorCode, number, string][] = [
    ['TRY_LATER', 503, 'TRY_LATER'],
    ['QUEUE_FULL', 503, 'TRY_LATER'],
    ['STORE_FAILED', 503, 'TRY_LATER'],
    ['COOLING_DOWN', 429, 'COOLING_DOWN'],
    ['ISSUE_FAILED', 502, 'ISSUE_FAILED'],
    ['INVALID_USER', 500, 'INTERNAL_ERROR'],
  ];

  it.each(statuses)(
    'for %s is a %i with the code %s, and says nothing of what is behind',
    async (code, status, told) => {
      const secret = 'postgres://user:pw@host refused token abc+/=';
      const error = new TokenServiceError(secret, { code, retryAfterMs: 9_000, cause: new Error(secret) });
      const failures: TokenHandlerFailure[] = [];
      const onFailure = (failure: TokenHandlerFailure) => failures.push(failure);
      const handler = createTokenHandler(failing(error), { authenticate, onFailure });
      for (const request of [appRequest(), jsonRequest({ rejectedToken: 'abc+/=' })]) {
        const response = await handler(request);
        const text = await response.text();
        expect([response.status, JSON.parse(text).code]).toEqual([status, told]);
        expect(text).not.toMatch(/postgres|abc|stack|Error:| at /);
        expect(response.headers.get('cache-control')).toBe('no-store');
      }
      if (status >= 500) expect(failures).toMatchObject(Array(2).fill({ code: told, status, userId: 'ada', error }));
      else expect(failures).toEqual([]);
    },
  );

  it('for anything unforeseen is a 500, also where the listener fails', async () => {
    const onFailure = () => {
      throw new Error('The log is full.');
    };
    const handler = createTokenHandler(failing(new Error('boom')), { authenticate, onFailure });
    expect(await codeOf(await handler(appRequest()))).toEqual([500, 'INTERNAL_ERROR']);
  });

  it('for a user ID that the API does not take is a 500, since the caller cannot mend it', async () => {
    const { handler, failures } = makeHandler({ authenticate: () => ({ ...ada, userId: 'a b' }) });
    expect(await codeOf(await handler(appRequest()))).toEqual([500, 'INTERNAL_ERROR']);
    expect(failures[0]?.error).toMatchObject({ code: 'INVALID_REQUEST' });
  });

  it('sends a crowd back spread out, never before the time', async () => {
    const error = new TokenServiceError('Later.', { code: 'TRY_LATER', retryAfterMs: 9_000 });
    const waits = [0, 0.5, 0.999].map(async (share) => {
      const handler = createTokenHandler(failing(error), { authenticate, random: () => share });
      return (await handler(appRequest())).headers.get('retry-after');
    });
    expect(await Promise.all(waits)).toEqual(['9', '14', '18']);
  });

  it.each<[code: TokenServiceErrorCode, retryAfterMs: number | undefined, random: number, seconds: string | null]>([
    // Spread over five seconds at the least.
    ['TRY_LATER', 2_000, 0.5, '5'],
    ['TRY_LATER', undefined, 0, '2'],
    ['STORE_FAILED', 2_000, 0.999, '7'],
    // Each has a time of their own.
    ['QUEUE_FULL', 400, 0, '1'],
    ['QUEUE_FULL', 1_999, 0, '1'],
    ['QUEUE_FULL', 1_999, 0.001, '2'],
    // Never before its time.
    ['COOLING_DOWN', 6_500, 0, '7'],
    ['ISSUE_FAILED', 9_000, 0, null],
    ['INVALID_USER', 9_000, 0, null],
  ])(
    'for %s after %s ms, with %d as the random number, has Retry-After: %s',
    async (code, retryAfterMs, random, seconds) => {
      const error = new TokenServiceError('No.', { code, ...(retryAfterMs !== undefined && { retryAfterMs }) });
      const response = await createTokenHandler(failing(error), { authenticate, random: () => random })(appRequest());
      expect(response.headers.get('retry-after')).toBe(seconds);
      const { retryAfterSeconds } = await response.json();
      expect(retryAfterSeconds).toBe(seconds === null ? undefined : Number(seconds));
    },
  );

  it.each([
    [6_000, '6'],
    [6_001, '7'],
    [1, '1'],
    [undefined, null],
  ])('tells whoever asks too soon, by %s ms, when to come again: %s s', async (retryAfterMs, seconds) => {
    const error = new TokenServiceError('Only just now.', {
      code: 'COOLING_DOWN',
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    });
    const response = await createTokenHandler(failing(error), { authenticate, random: () => 0.999 })(appRequest());
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, seconds]);
  });

  it.each<[what: string, random: () => unknown]>([
    ['throws', () => raise()],
    ['returns no number', () => Number.NaN],
    ['returns nothing', () => undefined],
    ['returns a BigInt', () => 1n],
    ['returns less than 0', () => -1],
    ['returns more than 1', () => 1e9],
    ['returns a text', () => '1'],
  ])('has its time where the random number of the app %s', async (_, random) => {
    const error = new TokenServiceError('Later.', { code: 'TRY_LATER', retryAfterMs: 9_000 });
    const handler = createTokenHandler(failing(error), { authenticate, random: random as () => number });
    const response = await handler(appRequest());
    const seconds = Number(response.headers.get('retry-after'));
    expect([response.status, (await response.json()).retryAfterSeconds]).toEqual([503, seconds]);
    expect(seconds).toBeGreaterThanOrEqual(9);
    expect(seconds).toBeLessThanOrEqual(18);
  });

  it('tells whoever found the queue full the time that is theirs, on one whole second or the other', async () => {
    const error = new TokenServiceError('Later.', { code: 'QUEUE_FULL', retryAfterMs: 9_400 });
    const waits = [0, 0.5, 0.7].map(async (share) => {
      const handler = createTokenHandler(failing(error), { authenticate, random: () => share });
      return (await handler(appRequest())).headers.get('retry-after');
    });
    expect(await Promise.all(waits)).toEqual(['9', '9', '10']);
  });
});

describe.each(unreadable)('what is thrown with %s', (_what, make) => {
  const fail = () => Promise.reject(make());

  it('by authenticate, or by what makes the token service, is answered as trouble that passes', async () => {
    const options = { authenticate, onFailure: () => {} };
    expect(await ask(appRequest(), { authenticate: fail })).toEqual([503, 'TRY_LATER']);
    expect(await codeOf(await createTokenHandler(fail, options)(appRequest()))).toEqual([503, 'TRY_LATER']);
  });

  it('by a token service is answered as a failure of the server, and told in a line', async () => {
    const lines = vi.spyOn(console, 'error').mockImplementation(() => {});
    const handler = createTokenHandler({ get: fail, replace: fail }, { authenticate });
    expect(await codeOf(await handler(appRequest()))).toEqual([500, 'INTERNAL_ERROR']);
    expect(lines).toHaveBeenCalledOnce();
    lines.mockRestore();
  });
});
