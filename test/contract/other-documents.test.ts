import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadDocument } from '@nexconn-kit/document';
import { createMock } from '@nexconn-kit/mock';
import { Agent, fetch as askOnce } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type StockPrism, startPrism } from './start-prism.js';

const ok = { description: 'Done.' };
const json = (schema: object, example?: unknown) => ({
  'application/json': { schema, ...(example !== undefined && { example }) },
});
const done = { 200: { ...ok, content: json({ type: 'object' }, { done: true }) } };
const pathParameter = (name: string, schema: object) => ({ name, in: 'path', required: true, schema });
const node = {
  type: 'object',
  properties: { name: { type: 'string' }, next: { $ref: '#/components/schemas/Node' } },
};
const account = {
  type: 'object',
  required: ['id', 'name', 'secret'],
  properties: {
    id: { type: 'integer', readOnly: true },
    name: { type: 'string', minLength: 1 },
    secret: { type: 'string', writeOnly: true },
    owner: {
      type: 'object',
      required: ['since', 'mail'],
      properties: { since: { type: 'string', readOnly: true }, mail: { type: 'string' } },
    },
  },
};
const bodyOf = (schema: object) => ({ required: true, content: json(schema) });

/** Everything in it is legal, and some of it is odd. */
const document = {
  openapi: '3.1.0',
  info: { title: 'An odd API', version: '1.0.0' },
  security: [],
  paths: {
    '/': { get: { operationId: 'root', responses: done } },
    '/p/{number}': {
      get: { operationId: 'number', parameters: [pathParameter('number', { type: 'integer' })], responses: done },
    },
    '/q': {
      get: {
        operationId: 'query',
        parameters: [{ name: 'n', in: 'query', required: true, schema: { type: 'integer', maximum: 5 } }],
        responses: done,
      },
    },
    '/accounts': {
      post: {
        operationId: 'constructor',
        requestBody: bodyOf(account),
        responses: {
          201: { ...ok, content: json(account, { id: 1, name: 'a', secret: 's', owner: { since: 'x', mail: 'm' } }) },
        },
      },
    },
    '/strict': {
      post: {
        operationId: 'strict',
        requestBody: bodyOf({
          type: 'object',
          required: ['id', 'name'],
          properties: { id: { type: 'string', readOnly: true }, name: { type: 'string' } },
          additionalProperties: false,
        }),
        responses: done,
      },
    },
    '/nodes': { post: { operationId: '__proto__', requestBody: bodyOf(node), responses: done } },
    '/hasOwnProperty/{toString}': {
      get: { operationId: 'toString', parameters: [pathParameter('toString', { type: 'string' })], responses: done },
    },
    '/ä b/{x}': {
      get: { operationId: 'odd', parameters: [pathParameter('x', { type: 'string' })], responses: done },
    },
    '/a+b(c)': { get: { operationId: 'signs', responses: done } },
    '/nothing': { get: { operationId: 'nothing', responses: { 204: { ...ok, content: json({}, { a: 1 }) } } } },
    '/range': { get: { operationId: 'range', responses: { '2XX': { ...ok, content: json({}, { a: 1 }) } } } },
    '/made-up': {
      get: {
        operationId: 'madeUp',
        responses: { 200: { ...ok, content: json({ type: 'object', properties: { n: { type: 'integer' } } }) } },
      },
    },
    '/unfit': {
      get: { operationId: 'unfit', responses: { 200: { ...ok, content: json({ type: 'integer' }, 'no number') } } },
    },
    '/kinds': {
      get: {
        operationId: 'kinds',
        responses: { 200: { ...ok, content: { 'application/problem+json': { example: { a: 1 } } } } },
      },
    },
    '/default': {
      get: {
        operationId: 'default',
        responses: { 200: done[200], default: { ...ok, content: json({}, { code: 1 }) } },
      },
    },
  },
  components: { schemas: { Node: node } },
};

/** A connection for each request: stock Prism closes an idle one as it is about to be used on a busy machine. */
const perRequest = new Agent({ pipelining: 0 });

type Mock = ReturnType<typeof createMock>;
let mock: Mock;
let prism: StockPrism;

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'nexconn-kit-odd-'));
  const file = join(folder, 'openapi.json');
  await writeFile(file, JSON.stringify(document));
  mock = createMock({ document: await loadDocument(file), rateLimit: false });
  await rm(folder, { recursive: true });
  prism = await startPrism(document);
});
afterAll(() => prism[Symbol.asyncDispose]());

const deep = (depth: number): unknown => (depth === 0 ? {} : { name: 'n', next: deep(depth - 1) });

describe('a legal, odd document is played as Prism plays it:', () => {
  it.each<[target: string, body?: unknown]>([
    ['GET /'],
    ['GET /p/5'],
    ['GET /p/abc'],
    ['GET /p/5.5'],
    ['GET /q'],
    ['GET /q?n=x'],
    ['GET /q?n=6'],
    ['GET /q?n=5'],
    ['POST /accounts', { name: 'a', secret: 's' }],
    ['POST /accounts', { id: 1, name: 'a', secret: 's' }],
    ['POST /accounts', { id: 'no number', name: 'a', secret: 's' }],
    ['POST /accounts', { name: '', secret: 's' }],
    ['POST /accounts', { name: 'a' }],
    ['POST /accounts', { name: 'a', secret: 's', owner: { mail: 'm' } }],
    ['POST /accounts', { name: 'a', secret: 's', owner: {} }],
    ['POST /strict', { name: 'a' }],
    ['POST /strict', { id: 'x', name: 'a' }],
    ['POST /nodes', deep(3)],
    ['POST /nodes', { next: { next: { next: 5 } } }],
    ['GET /constructor'],
    ['GET /__proto__'],
    ['GET /a+b(c)'],
    ['GET /a%2Bb%28c%29'],
    ['GET /nothing'],
    ['GET /range'],
    ['GET /made-up'],
    ['GET /unfit'],
    ['GET /kinds'],
    ['GET /default'],
  ])('%s %j', async (target, body) => {
    const [method = '', path = ''] = target.split(/ (.*)/);
    const init = {
      method,
      ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    };
    const ours = await mock.fetch(new Request(`http://localhost${path}`, init));
    const theirs = await askOnce(`${prism.url}${path}`, { ...init, dispatcher: perRequest });
    const text = await ours.text();
    expect({ status: ours.status, text }).toMatchObject({ status: theirs.status });
    const type = theirs.headers.get('content-type');
    if (theirs.ok && theirs.status !== 204 && type?.includes('json'))
      expect(JSON.parse(text)).toEqual(await theirs.json());
  });

  // In such a path stock Prism finds no parameter.
  it.each(['/%C3%A4%20b/x', '/ä b/x'])('a path in other letters is %s', async (path) => {
    for (const headers of [{}, { prefer: 'code=200' }]) {
      const answered = await mock.fetch(new Request(`http://localhost${path}`, { headers }));
      expect([answered.status, await answered.json()]).toEqual([200, { done: true }]);
    }
  });

  // Of a parameter with such a name stock Prism dies.
  it.each(['x', '__proto__', 'constructor'])('a parameter named toString is %s', async (value) => {
    const answered = await mock.fetch(new Request(`http://localhost/hasOwnProperty/${value}`));
    expect([answered.status, await answered.json()]).toEqual([200, { done: true }]);
  });

  it('has no answer that says that the mock failed', async () => {
    expect(await mock.console.listJournal({ status: 500 })).toEqual({ entries: [] });
  });
});
