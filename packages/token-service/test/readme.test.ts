import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import express from 'express';
import fastify from 'fastify';
import { Hono } from 'hono';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import * as tokenService from '../src/index.js';
import { toFastifyPlugin, toNodeListener } from '../src/node/index.js';
import { appRequest, type Backend, listen, startBackend } from './support/start-backend.js';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const [, inFrameworks = ''] = readme.split('\n## In a framework\n');
const [expressExample, fastifyExample, honoExample, nextExample] = [...inFrameworks.matchAll(/```js\n(.*?)```/gs)].map(
  ([, code]) => code ?? '',
);

let backend: Backend;
const closers: (() => unknown)[] = [];
beforeAll(async () => {
  backend = await startBackend();
});
afterAll(async () => {
  for (const close of closers) await close();
  await backend?.[Symbol.asyncDispose]();
});

function makeHandler(): tokenService.TokenHandler {
  return tokenService.createTokenHandler(backend.tokens, { authenticate: () => ({ userId: 'ada', name: 'Ada' }) });
}

function run(code: string | undefined, app: unknown): void {
  new Function('app', 'handler', 'toNodeListener', 'toFastifyPlugin', code ?? '')(
    app,
    makeHandler(),
    toNodeListener,
    toFastifyPlugin,
  );
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

it('the line for Express gives a token, also behind its body parser', async () => {
  for (const parsers of [[], [express.json()]]) {
    const app = express();
    for (const parser of parsers) app.use(parser);
    run(expressExample, app);
    await expectToken(await serve(createServer(app)));
  }
});

it('the line for Fastify gives a token', async () => {
  const app = fastify();
  run(fastifyExample, app);
  closers.push(() => app.close());
  await expectToken(await app.listen({ port: 0, host: '127.0.0.1' }));
});

it('the line for Hono gives a token', async () => {
  const app = new Hono();
  run(honoExample, app);
  await expectToken(await serve(createAdaptorServer({ fetch: app.fetch }) as Server));
});

it('the lines for Next export what Next calls, which makes its service once, and not when it is loaded', async () => {
  const made = vi.fn(() => backend.tokens);
  const names = [
    'createTokenHandler',
    'createTokenService',
    'createNexconnClient',
    'createSqliteStore',
    'authenticate',
  ];
  const load = new Function(...names, `${(nextExample ?? '').replace('export ', '')}\nreturn POST;`);
  const authenticate = () => ({ userId: 'ada', name: 'Ada' });
  const post = load(tokenService.createTokenHandler, made, vi.fn(), vi.fn(), authenticate) as tokenService.TokenHandler;
  expect(made).not.toHaveBeenCalled();
  expect([(await post(appRequest())).status, (await post(appRequest())).status]).toEqual([200, 200]);
  expect(made).toHaveBeenCalledTimes(1);
});

it('the README names every export and every option', () => {
  const source = (file: string) => readFileSync(new URL(`../src/${file}`, import.meta.url), 'utf8');
  const optionsOf = (file: string, name: string) => {
    const [, body = ''] = new RegExp(`interface ${name}[^{]* \\{\n(.*?)\n\\}`, 's').exec(source(file)) ?? [];
    return [...body.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, option]) => `| \`${option}\` |`);
  };
  const options = [
    ...optionsOf('types.ts', 'TokenServiceOptions'),
    ...optionsOf('handler/types.ts', 'TokenHandlerOptions'),
  ];
  expect(options).toContain('| `replaceCoolDownMs` |');
  expect(options).toContain('| `allowedOrigins` |');
  for (const name of [...Object.keys(tokenService), ...options]) expect(readme).toContain(name);
});
