import { createServer, type IncomingMessage, type Server, request as sendRequest } from 'node:http';
import { connect } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import express, { type Request as ExpressRequest } from 'express';
import fastify, { type FastifyRequest } from 'fastify';
import { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTokenHandler } from '../src/index.js';
import { toFastifyPlugin, toNodeListener } from '../src/node/index.js';
import { appRequest, type Backend, listen, startBackend } from './support/start-backend.js';

const allowedOrigins = ['https://shop.example.com'];

/** What a session middleware of the app would have found out. */
interface SessionRequest extends IncomingMessage {
  session?: { readonly userId: string };
}

function sessionOf({ headers }: IncomingMessage): (SessionRequest['session'] & object) | undefined {
  const { authorization } = headers;
  return authorization === undefined ? undefined : { userId: authorization };
}

const byHeader = ({ headers }: Request) => {
  const userId = headers.get('authorization');
  return userId === null ? null : { userId, name: 'Ada' };
};

const byIncoming = (_request: Request, incoming: SessionRequest) => {
  const { session } = incoming;
  return session && { ...session, name: 'Ada' };
};

let backend: Backend;
const servers: { close: () => unknown }[] = [];
beforeAll(async () => {
  backend = await startBackend();
});
afterAll(async () => {
  for (const server of servers) await server.close();
  await backend?.[Symbol.asyncDispose]();
});

async function serve(server: Server): Promise<string> {
  servers.push({ close: () => new Promise((resolve) => server.close(resolve)) });
  return listen(server);
}

async function startNode(): Promise<string> {
  const options = { authenticate: byIncoming, allowedOrigins, path: '/api/access-token' };
  const listener = toNodeListener(createTokenHandler(backend.tokens, options));
  const server = createServer((incoming: SessionRequest, outgoing) => {
    const session = sessionOf(incoming);
    listener(session ? Object.assign(incoming, { session }) : incoming, outgoing);
  });
  return serve(server);
}

async function startExpress({ parsesBodies }: { parsesBodies: boolean }): Promise<string> {
  const app = express();
  if (parsesBodies) app.use(express.json());
  app.use((request, _response, next) => {
    const session = sessionOf(request);
    if (session) Object.assign(request, { session });
    next();
  });
  const router = express.Router();
  const authenticate = (request: Request, incoming: ExpressRequest & SessionRequest) => byIncoming(request, incoming);
  const options = { authenticate, allowedOrigins, path: '/api/access-token' };
  router.all('/access-token', toNodeListener(createTokenHandler(backend.tokens, options)));
  app.use('/api', router);
  return serve(createServer(app));
}

async function startFastify(): Promise<string> {
  const app = fastify();
  app.decorateRequest('session');
  app.addHook('onRequest', async (request) => {
    Object.assign(request, { session: sessionOf(request.raw) });
  });
  const authenticate = (_request: Request, { session }: FastifyRequest & Pick<SessionRequest, 'session'>) =>
    session && { ...session, name: 'Ada' };
  const handler = createTokenHandler(backend.tokens, { authenticate, allowedOrigins });
  app.register(toFastifyPlugin(handler, '/access-token'), { prefix: '/api' });
  servers.push(app);
  return app.listen({ port: 0, host: '127.0.0.1' });
}

async function startHono(): Promise<string> {
  const handler = createTokenHandler(backend.tokens, {
    authenticate: (_request, { get }: { get: (name: 'userId') => string | undefined }) => {
      const userId = get('userId');
      return userId === undefined ? undefined : { userId, name: 'Ada' };
    },
    allowedOrigins,
  });
  const app = new Hono<{ Variables: { userId: string | undefined } }>();
  app.use(async (context, next) => {
    context.set('userId', context.req.header('authorization'));
    await next();
  });
  app.all('/api/access-token', (context) => handler(context.req.raw, { get: (name) => context.get(name) }));
  return serve(createAdaptorServer({ fetch: app.fetch }) as Server);
}

async function startNext(): Promise<string> {
  // As app/api/access-token/route.ts exports it, called as Next does: with the request and its parameters.
  const handler = createTokenHandler(backend.tokens, { authenticate: byHeader, allowedOrigins });
  const route: { POST: NextHandler; OPTIONS: NextHandler } = { POST: handler, OPTIONS: handler };
  const app = new Hono();
  const context = { params: Promise.resolve({}) };
  app.post('/api/access-token', ({ req }) => route.POST(req.raw, context));
  app.options('/api/access-token', ({ req }) => route.OPTIONS(req.raw, context));
  return serve(createAdaptorServer({ fetch: app.fetch }) as Server);
}

type NextHandler = (request: Request, context: { params: Promise<object> }) => Promise<Response> | Response;

const starts: Record<string, () => Promise<string>> = {
  'node:http': startNode,
  Express: () => startExpress({ parsesBodies: false }),
  'Express behind its body parser': () => startExpress({ parsesBodies: true }),
  Fastify: startFastify,
  Hono: startHono,
  'a Next route handler': startNext,
};

describe.each(Object.entries(starts))('behind %s', (name, start) => {
  let url: string;
  const userId = `u${Object.keys(starts).indexOf(name)}`;
  beforeAll(async () => {
    url = `${await start()}/api/access-token`;
  });

  function post(body?: object | string, headers: Record<string, string> = {}): Promise<Response> {
    const content = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
    const type = content === undefined ? {} : { 'content-type': 'application/json' };
    const init = { method: 'POST', headers: { authorization: userId, ...type, ...headers } };
    return fetch(url, content === undefined ? init : { ...init, body: content });
  }

  it('a user logs in twice with one token, and gets another one for a rejected one', async () => {
    const first = await (await post()).json();
    expect(first).toEqual({ userId, accessToken: first.accessToken, expiresInSeconds: null });
    expect(await (await post({})).json()).toEqual(first);
    const response = await post({ rejectedToken: first.accessToken });
    const second = await response.json();
    expect(second.accessToken).not.toBe(first.accessToken);
    expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'no-store']);
    const { appKey, console } = backend.mock;
    expect(await console.checkToken({ appKey, token: second.accessToken })).toMatchObject({ code: 0 });
  });

  it('nobody gets a token without a log-in, nor that of somebody else, nor from another page', async () => {
    expect((await fetch(url, { method: 'POST' })).status).toBe(401);
    expect(await (await post({ userId: 'bob' })).json()).toMatchObject({ code: 'USER_NOT_YOURS' });
    expect(await (await post({}, { origin: 'https://evil.test' })).json()).toMatchObject({ code: 'ORIGIN_REFUSED' });
    const listed = await post({}, { origin: 'https://shop.example.com', 'sec-fetch-site': 'cross-site' });
    expect(listed.headers.get('access-control-allow-origin')).toBe('https://shop.example.com');
    expect((await post({}, { origin: new URL(url).origin })).status).toBe(200);
  });

  it('a preflight is answered', async () => {
    const headers = { origin: 'https://shop.example.com', 'access-control-request-method': 'POST' };
    const response = await fetch(url, { method: 'OPTIONS', headers });
    expect([response.status, response.headers.get('access-control-allow-methods')]).toEqual([204, 'POST']);
  });

  it('a body that is too large is refused, declared or in chunks, and the next call succeeds', async () => {
    const large = { rejectedToken: 'x'.repeat(60_000) };
    expect(await (await post(large)).json()).toMatchObject({ code: 'BODY_TOO_LARGE' });
    expect(await sendInChunks(url, userId, JSON.stringify(large))).toBe(413);
    expect((await post({})).status).toBe(200);
  });
});

describe('a body that never comes', () => {
  const makeListener = () =>
    toNodeListener(createTokenHandler(backend.tokens, { authenticate: byHeader, bodyTimeoutMs: 20 }));

  it.each<[name: string, start: () => Promise<string>]>([
    ['node:http', () => serve(createServer({ requestTimeout: 0 }, makeListener()))],
    ['Express', () => serve(createServer({ requestTimeout: 0 }, express().all('/', makeListener())))],
    [
      'Fastify',
      async () => {
        const app = fastify({ requestTimeout: 0 });
        servers.push(app);
        const handler = createTokenHandler(backend.tokens, { authenticate: byHeader, bodyTimeoutMs: 20 });
        app.register(toFastifyPlugin(handler, '/'));
        return app.listen({ port: 0, host: '127.0.0.1' });
      },
    ],
  ])('is a 400 with %s, and its connection is closed', async (_, start) => {
    const { hostname, port } = new URL(await start());
    const socket = connect(Number(port), hostname);
    const head = ['POST / HTTP/1.1', 'Host: a', 'Authorization: ada', 'Content-Type: application/json'];
    socket.write([...head, 'Content-Length: 9', '', '{'].join('\r\n'));
    let text = '';
    for await (const chunk of socket) text += chunk;
    expect(text).toMatch(/^HTTP\/1\.1 400 /);
    expect(text).toContain('The body did not come in time.');
  });
});

describe('toNodeListener', () => {
  it('answers what has no address, and keeps what was said of the answer before', async () => {
    const listener = toNodeListener(createTokenHandler(backend.tokens, { authenticate: byHeader }));
    const server = createServer((incoming, outgoing) => {
      outgoing.setHeader('Vary', 'Accept-Encoding');
      listener(incoming, outgoing);
    });
    const url = await serve(server);
    expect(await statusOf(url, { host: 'a b' })).toBe(400);
    const response = await fetch(url, { method: 'POST', headers: { authorization: 'ada' } });
    expect(response.headers.get('vary')).toBe('Accept-Encoding, Origin');
  });

  it('takes an undeclared empty body for none', async () => {
    const handler = createTokenHandler(backend.tokens, { authenticate: byHeader });
    expect(await sendInChunks(await serve(createServer(toNodeListener(handler))), 'ada', '')).toBe(200);
  });

  it('survives a caller who leaves, and answers the next one', async () => {
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const leaver = new AbortController();
    const authenticate = async (request: Request) => {
      if (request.headers.get('authorization') === 'slow') {
        leaver.abort();
        await gate;
      }
      return byHeader(request);
    };
    const url = await serve(createServer(toNodeListener(createTokenHandler(backend.tokens, { authenticate }))));
    const leaving = fetch(url, { method: 'POST', headers: { authorization: 'slow' }, signal: leaver.signal });
    await expect(leaving).rejects.toThrow();
    release();
    expect((await fetch(appRequest({ url }))).status).toBe(200);
  });
});

describe('toFastifyPlugin', () => {
  it('sends what hooks have set along, and leaves other routes their parsers', async () => {
    const app = fastify();
    servers.push(app);
    app.addHook('onRequest', async (_request, reply) => {
      reply.header('x-hook', 'set').header('set-cookie', ['a=1', 'b=2']);
    });
    const handler = createTokenHandler(backend.tokens, { authenticate: byHeader });
    app.register(toFastifyPlugin(handler, '/access-token'));
    app.post('/echo', async ({ body }) => body);
    const url = await app.listen({ port: 0, host: '127.0.0.1' });
    const content = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"a":1}' };
    expect(await (await fetch(`${url}/echo`, content)).json()).toEqual({ a: 1 });
    const { status, headers } = await fetch(`${url}/access-token`, { ...content, body: '{}' });
    expect([status, headers.get('x-hook'), headers.getSetCookie()]).toEqual([401, 'set', ['a=1', 'b=2']]);
  });
});

/** Sends without a Content-Length, and gives the status. */
function sendInChunks(url: string, authorization: string, body: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = {
      authorization,
      'transfer-encoding': 'chunked',
      ...(body && { 'content-type': 'application/json' }),
    };
    const request = sendRequest(url, { method: 'POST', headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    // A server that has refused a body may close while the rest of it is on its way.
    request.on('error', reject);
    request.write(body.slice(0, 10_000));
    request.end(body.slice(10_000));
  });
}

function statusOf(url: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = sendRequest(url, { method: 'POST', headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    request.on('error', reject).end();
  });
}
