import { createServer, type Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import express from 'express';
import fastify from 'fastify';
import { type Context, Hono } from 'hono';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createTokenHandler, type TokenHandler } from '../src/index.js';
import { toFastifyPlugin, toNodeListener } from '../src/node/index.js';
import { appRequest, type Backend, listen, startBackend } from './support/start-backend.js';

let backend: Backend;
const closers: (() => unknown)[] = [];
beforeAll(async () => {
  backend = await startBackend();
});
afterAll(async () => {
  for (const close of closers) await close();
  await backend?.[Symbol.asyncDispose]();
});

const authenticate = () => ({ userId: 'ada', name: 'Ada' });

function makeHandler(): TokenHandler {
  return createTokenHandler(backend.tokens, { authenticate });
}

async function serve(server: Server): Promise<string> {
  closers.push(() => server.close());
  return listen(server);
}

async function expectToken(server: string): Promise<void> {
  const response = await fetch(`${server}/access-token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"rejectedToken":"old"}',
  });
  expect(await response.json()).toMatchObject({ userId: 'ada', accessToken: expect.any(String) });
}

it.each([
  ['', []],
  [' behind its body parser', [express.json()]],
])('a listener in Express%s answers with a token', async (_, parsers) => {
  const app = express();
  for (const parser of parsers) app.use(parser);
  app.all('/access-token', toNodeListener(makeHandler()));
  await expectToken(await serve(createServer(app)));
});

it('the plugin for Fastify answers with a token', async () => {
  const app = fastify();
  app.register(toFastifyPlugin(makeHandler(), '/access-token'));
  closers.push(() => app.close());
  await expectToken(await app.listen({ port: 0, host: '127.0.0.1' }));
});

it('a handler in Hono answers with a token', async () => {
  const handler = createTokenHandler<[Context]>(backend.tokens, {
    authenticate: (_request, { req }) => ({ userId: req.header('x-user-id') ?? 'ada', name: 'Ada' }),
  });
  const app = new Hono().all('/access-token', (context) => handler(context.req.raw, context));
  await expectToken(await serve(createAdaptorServer({ fetch: app.fetch }) as Server));
});

it('a handler that Next exports makes its service once, and not when it is loaded', async () => {
  const makeService = vi.fn(async () => backend.tokens);
  const post = createTokenHandler(makeService, { authenticate });
  expect(makeService).not.toHaveBeenCalled();
  expect([(await post(appRequest())).status, (await post(appRequest())).status]).toEqual([200, 200]);
  expect(makeService).toHaveBeenCalledTimes(1);
});
