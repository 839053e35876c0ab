import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formPart } from '@nexconn-kit/client/api';
import { loadDocument } from '@nexconn-kit/document';
import { createMock, startMock } from '@nexconn-kit/mock';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiClientOf, clientOf } from './client-of.js';

const book = { type: 'object', required: ['title'], properties: { title: { type: 'string' } } };
const found = {
  200: { description: 'Found.', content: { 'application/json': { schema: book, example: { title: 'Emma' } } } },
};
const done = { 204: { description: 'Done.' } };
const text = { type: 'string' };
const filter = {
  type: 'object',
  required: ['author'],
  additionalProperties: false,
  properties: {
    author: { type: 'string', minLength: 2 },
    year: { type: 'integer' },
    tags: { type: 'array', items: text, maxItems: 2 },
    languages: { type: 'array', items: text },
  },
};
const encoding = { languages: { style: 'form', explode: false } };
const inForm = { 'application/x-www-form-urlencoded': { schema: filter, encoding } };
const whole = (content: object, required = false) => [{ name: 'filter', in: 'querystring', required, content }];
const json = { contentType: 'application/json' };
const inParts = (type: string, media: object) => ({
  post: {
    operationId: type.replace('multipart/', ''),
    requestBody: { required: true, content: { [type]: media } },
    responses: done,
  },
});
const parts = {
  '/mixed': inParts('multipart/mixed', { itemSchema: book, itemEncoding: json }),
  '/related': inParts('multipart/related', {
    schema: { type: 'array', minItems: 2, prefixItems: [book, { type: 'array', items: text }, {}], items: false },
    prefixEncoding: [
      json,
      json,
      { contentType: 'image/*', headers: { 'X-Rotation': { required: true, schema: text } } },
    ],
  }),
  '/named': inParts('multipart/alternative', {
    schema: { type: 'object', required: ['n'], properties: { n: { type: 'integer' } } },
  }),
  '/open': inParts('multipart/report', {}),
};
const document = {
  openapi: '3.2.0',
  info: { title: 'Books', version: '1.0.0' },
  security: [],
  paths: {
    '/books': {
      query: {
        operationId: 'search',
        requestBody: { required: true, content: { 'application/json': { schema: book } } },
        responses: found,
      },
      get: { operationId: 'list', parameters: whole(inForm, true), responses: found },
      additionalOperations: {
        COPY: {
          operationId: 'copy',
          parameters: [{ name: 'to', in: 'query', required: true, schema: text }],
          responses: done,
        },
        Link: { operationId: 'link', responses: done },
      },
    },
    '/json': {
      get: {
        operationId: 'json',
        parameters: whole({ 'application/json': { schema: filter } }),
        responses: { ...found, 400: { description: 'Refused.', content: { 'text/plain': { example: 'No.' } } } },
      },
    },
    ...parts,
    '/text': { get: { operationId: 'text', parameters: whole({ 'text/plain': { schema: text } }), responses: found } },
  },
};
type Method = (request?: object) => Promise<unknown>;

let folder: string;
let mock: Awaited<ReturnType<typeof startMock>>;
let client: Readonly<Record<string, Method>>;
let sent: string;

async function load(signed: object = {}) {
  const file = join(folder, 'openapi.json');
  await writeFile(file, JSON.stringify({ ...document, ...signed }));
  return { file, loaded: await loadDocument(file) };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'later-'));
  const { file, loaded } = await load();
  mock = await startMock({ document: loaded, port: 0 });
  client = await clientOf(file, mock.url, (request) => {
    sent = `${request.method} ${request.url.slice(mock.url.length)}`;
    return fetch(request);
  });
});

afterAll(async () => {
  await mock.close();
  await rm(folder, { recursive: true });
});

describe('what 3.2 has beside 3.1', () => {
  const emma = { title: 'Emma' };
  const json = encodeURIComponent('{"author":"Ada"}');

  it.each<[operation: string, request: object | undefined, written: string, result: unknown]>([
    ['search', emma, 'QUERY /books', emma],
    ['copy', { to: 'b' }, 'COPY /books?to=b', undefined],
    [
      'list',
      { filter: { author: 'Ada', year: 3, tags: ['a', 'b'], languages: ['c', 'd'] } },
      'GET /books?author=Ada&year=3&tags=a&tags=b&languages=c,d',
      emma,
    ],
    ['json', { filter: { author: 'Ada' } }, `GET /json?${json}`, emma],
    ['json', undefined, 'GET /json', emma],
    ['text', { filter: 'a b&c=d' }, 'GET /text?a%20b%26c%3Dd', emma],
  ])('is sent by the client and answered by the mock: %s %o', async (operation, request, written, result) => {
    expect(await client[operation]?.(request)).toEqual(result);
    expect(sent).toBe(written);
  });

  it('is called by its path, and typed: QUERY', async () => {
    type Book = { content: { 'application/json': { title: string } } };
    type Search = { parameters: object; requestBody: Book; responses: { 200: Book & { headers: object } } };
    type Paths = { '/books': { query: Search }; '/text': { get: { parameters: object; responses: object } } };
    const { file } = await load();
    const { http, close } = await apiClientOf<Paths>(file, mock.url, fetch);
    const { data, response } = await http.QUERY('/books', { body: emma });
    const title: string | undefined = data?.title;
    expect({ title, status: response.status }).toEqual({ title: 'Emma', status: 200 });
    // @ts-expect-error A title is a text.
    const wrong = http.QUERY('/books', { body: { title: 1 } });
    await expect(wrong).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
    // @ts-expect-error There is no such operation.
    expect((await http.QUERY('/text')).response.status).toBe(405);
    await close();
  });

  it('is called by its path, and typed: the methods under additionalOperations, as they are written', async () => {
    type Query = { parameters: { query: { to: string } }; responses: { 204: { content?: never } } };
    type Plain = { parameters: object; responses: { 204: { content?: never } } };
    type Paths = { '/books': { COPY: Query; Link: Plain; get: Plain; parameters: object }; '/text': { get: Plain } };
    const { file, loaded } = await load();
    const { http, close } = await apiClientOf<Paths>(file, mock.url, fetch);
    expect((await http.COPY('/books', { params: { query: { to: 'b' } } })).response.status).toBe(204);
    // @ts-expect-error What it needs is missing.
    await expect(http.COPY('/books')).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
    // @ts-expect-error There is no such operation.
    expect((await http.COPY('/text')).response.status).toBe(405);
    // @ts-expect-error No path has that method.
    expect(http.MOVE).toBeUndefined();
    await close();

    // Node's HTTP server does not hear it.
    const own = createMock({ document: loaded });
    const inProcess = await apiClientOf<Paths>(file, mock.url, (request) => own.fetch(request));
    expect((await inProcess.http.Link('/books')).response.status).toBe(204);
    await inProcess.close();
  });

  it.each([
    ['search', { title: 1 }],
    ['copy', {}],
    ['list', {}],
    ['list', { filter: { author: 'A' } }],
    ['json', { filter: { year: 3 } }],
  ])('is checked by the client: %s %o', async (operation, request) => {
    await expect(client[operation]?.(request)).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
  });

  it.each([
    ['QUERY', '/books', '{"title":1}', 422],
    ['COPY', '/books', undefined, 422],
    ['GET', '/books', undefined, 422],
    ['GET', '/books?author=A', undefined, 422],
    ['GET', '/books?author=Ada&year=x', undefined, 422],
    ['GET', '/books?author=Ada&other=x', undefined, 422],
    ['GET', '/books?author=Ada&tags=a&tags=b&tags=c', undefined, 422],
    // That which the document has for what is wrong.
    ['GET', `/json?${encodeURIComponent('{"year":3}')}`, undefined, 400],
    ['GET', '/json?{', undefined, 400],
    ['LINK', '/books', undefined, 405],
    ['POST', '/books', '{}', 405],
  ])('is checked by the mock: %s %s %s', async (method, path, body = '', status) => {
    const type = body === '' ? {} : { body, headers: { 'Content-Type': 'application/json' } };
    expect((await fetch(mock.url + path, { method, ...type })).status).toBe(status);
  });

  it('names what is wrong with the query as a whole', async () => {
    const response = await fetch(`${mock.url}/books?author=A`);
    const { validation } = (await response.json()) as { validation: unknown };
    expect(validation).toEqual([
      {
        location: ['query', 'filter', 'author'],
        severity: 'Error',
        code: 'minLength',
        message: expect.stringContaining('author'),
      },
    ]);
  });

  it('has methods that are written otherwise than Node reads them, where there is no port', async () => {
    const answer = await createMock({ document: (await load()).loaded }).fetch(
      new Request('http://mock.test/books', { method: 'Link' }),
    );
    expect(answer.status).toBe(204);
  });

  it('is refused in the words of an API with an envelope', async () => {
    const envelope = { code: 'code', success: 0, message: 'why', result: 'data' };
    const { loaded } = await load({ 'x-envelope': envelope });
    const answer = await createMock({ document: loaded }).fetch(new Request('http://mock.test/books?author=A'));
    expect(await answer.json()).toMatchObject({ why: expect.stringContaining('author') });
    expect(answer.status).toBe(400);
  });
});

describe('a body in parts without names', () => {
  const emma = { title: 'Emma' };
  const picture = (headers: Record<string, string> = { 'X-Rotation': '90' }) =>
    formPart(new Blob(['PNG'], { type: 'image/png' }), { headers });

  it.each<[operation: string, body: unknown]>([
    ['mixed', [emma, { title: 'Persuasion' }]],
    ['mixed', [formPart(emma, { headers: { 'X-It': '1' } })]],
    ['related', [emma, ['a', 'b'], picture()]],
    ['related', [emma, []]],
  ])('is written by the client and read by the mock: %s %o', async (operation, body) => {
    await expect(client[operation]?.({ body })).resolves.toBeUndefined();
  });

  it('is checked by the client', async () => {
    await expect(client.mixed?.({ body: [{ title: 1 }] })).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
    await expect(client.related?.({ body: [emma] })).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
    await expect(client.related?.({ body: [emma, [], picture({})] })).rejects.toMatchObject({ status: 400 });
  });

  const part = (text: string, type?: string, more = '') =>
    `--b\r\n${more}${type === undefined ? '' : `Content-Type: ${type}\r\n`}\r\n${text}\r\n`;
  const named = (text: string) => part(text, undefined, 'Content-Disposition: form-data; name="n"\r\n');

  it.each([
    ['mixed', '', 204],
    ['mixed', part('{"title":"a"}'), 204],
    ['mixed', part('{"title":"a"}', 'application/json') + part('{"title":1}', 'application/json'), 422],
    ['mixed', part('{"title":"a"}', 'text/plain'), 400],
    ['related', part('{"title":"a"}') + part('["a"]'), 204],
    ['related', part('["a"]') + part('{"title":"a"}'), 422],
    ['related', part('{"title":"a"}') + part('["a"]') + part('PNG', 'image/png'), 400],
    ['alternative', named('1'), 204],
    ['alternative', named('x'), 422],
    // Nothing is said of its parts.
    ['report', part('x'), 204],
  ])('is checked by the mock: %s %j', async (type, body, status) => {
    const path = type === 'alternative' ? '/named' : type === 'report' ? '/open' : `/${type}`;
    const headers = { 'Content-Type': `multipart/${type}; boundary=b` };
    const answer = await fetch(mock.url + path, { method: 'POST', headers, body: `${body}--b--\r\n` });
    expect(answer.status).toBe(status);
  });

  it('is refused where it breaks off', async () => {
    const headers = { 'Content-Type': 'multipart/mixed; boundary=b' };
    const answer = await fetch(`${mock.url}/mixed`, { method: 'POST', headers, body: part('{"title":"a"}') });
    expect(answer.status).toBe(400);
  });
});
