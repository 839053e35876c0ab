import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadDocument } from '@nexconn-kit/document';
import { startMock } from '@nexconn-kit/mock';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { clientOf } from './client-of.js';

const count = { type: 'object', required: ['n'], properties: { n: { type: 'integer' } } };
const event = { type: 'object', properties: { event: { type: 'string' }, data: { type: 'string' } } };
const counts = [{ n: 1 }, { n: 2 }];
const events = [{ event: 'a', data: 'one\ntwo' }, { data: 'three' }];
const answer = (mediaType: string, media: object) => ({
  200: { description: 'Done.', content: { [mediaType]: media } },
});
const shown = (value: unknown) => ({ examples: { some: { value } } });
const streams = { jsonl: 'application/jsonl', ndjson: 'application/x-ndjson', sequence: 'application/json-seq' };
const document = {
  openapi: '3.2.0',
  info: { title: 'Streams', version: '1.0.0' },
  security: [],
  paths: {
    ...Object.fromEntries(
      Object.entries(streams).map(([operationId, mediaType]) => [
        `/${operationId}`,
        {
          post: {
            operationId,
            requestBody: { required: true, content: { [mediaType]: { itemSchema: count } } },
            responses: {
              ...answer(mediaType, { itemSchema: count, ...shown(counts) }),
              202: { description: 'To be done.', content: { 'application/json': {} } },
            },
          },
        },
      ]),
    ),
    '/open': {
      post: {
        operationId: 'open',
        requestBody: { required: true, content: { 'application/jsonl': { itemSchema: {} } } },
        responses: { 204: { description: 'Done.' } },
      },
    },
    '/events': {
      get: { operationId: 'events', responses: answer('text/event-stream', { itemSchema: event, ...shown(events) }) },
    },
    '/file': {
      post: {
        operationId: 'file',
        requestBody: { required: true, content: { 'image/png': {} } },
        responses: answer('image/png', { schema: { type: 'string', format: 'binary' }, example: 'PNG' }),
      },
    },
  },
};
type Method = (request?: object) => Promise<unknown>;

let folder: string;
let mock: Awaited<ReturnType<typeof startMock>>;
let client: Readonly<Record<string, Method>>;
let sent: unknown;
/** Answers in place of the mock. */
let standIn: (() => Response) | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'streams-'));
  const file = join(folder, 'openapi.json');
  await writeFile(file, JSON.stringify(document));
  mock = await startMock({ document: await loadDocument(file), port: 0 });
  client = await clientOf(file, mock.url, async (request) => {
    sent = await request.clone().text();
    return standIn?.() ?? fetch(request);
  });
});

afterEach(() => {
  standIn = undefined;
});

afterAll(async () => {
  await mock.close();
  await rm(folder, { recursive: true });
});

it.each([
  ['jsonl', '{"n":1}\n{"n":2}\n'],
  ['ndjson', '{"n":1}\n{"n":2}\n'],
  ['sequence', '\x1e{"n":1}\n\x1e{"n":2}\n'],
])('%s goes there and back item by item', async (operationId, text) => {
  expect(await client[operationId]?.({ body: counts })).toEqual(counts);
  expect(sent).toBe(text);
  expect(await client[operationId]?.({ body: text })).toEqual(counts);
  expect(sent).toBe(text);
});

it('an item that the document does not take is refused before it is sent', async () => {
  sent = undefined;
  const issues = [expect.objectContaining({ field: '1.n' })];
  await expect(client.jsonl?.({ body: [{ n: 1 }, { n: 'two' }] })).rejects.toMatchObject({ issues });
  expect(sent).toBeUndefined();
});

it('what is nothing in JSON is null in a list', async () => {
  await client.open?.({ body: [undefined, { n: 1 }] });
  expect(sent).toBe('null\n{"n":1}\n');
});

it('a value of a sequence may have several lines, there and back', async () => {
  const text = '\x1e{\n"n": 1\n}\n\x1e{"n":2}';
  expect(await client.sequence?.({ body: text })).toEqual(counts);
  expect(sent).toBe(text);
});

it('events are sent and read as events', async () => {
  const response = await fetch(`${mock.url}/events`);
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  expect(await response.text()).toBe('event: a\ndata: one\ndata: two\n\ndata: three\n\n');
  expect(await client.events?.()).toEqual(events);
});

it.each([
  [
    'jsonl',
    '{"n":1}\n{"n":"two"}',
    'application/jsonl',
    'a result that does not fit the document: 1.n is of type string; it must be of type integer',
  ],
  ['jsonl', '{\n"n": 1\n}', 'application/json', 'a body that is no list of JSON values (application/json, 10 bytes)'],
  ['events', 'data: one\nevent: a\nid: 5\n\nid: 6\nretry: 7\ndata: two\n\n', 'text/event-stream', undefined],
  ['events', '{"n":1}', 'application/json', 'a body that is no stream of events (application/json, 7 bytes)'],
])('what %s answers is believed no more than other results: %j', async (operationId, text, type, problem) => {
  standIn = () => new Response(text, { headers: { 'content-type': type } });
  const outcome = client[operationId]?.(operationId === 'events' ? undefined : { body: counts });
  if (problem === undefined) return expect(await outcome).toHaveLength(2);
  await expect(outcome).rejects.toMatchObject({
    code: 'MALFORMED_RESPONSE',
    message: expect.stringContaining(`got HTTP 200 with ${problem}`),
  });
});

it('an answer of another status than that of the stream is taken as it is', async () => {
  standIn = () => Response.json({ job: 'two' }, { status: 202 });
  expect(await client.jsonl?.({ body: counts })).toEqual({ job: 'two' });
});

it('bytes go there and back as they are', async () => {
  const bytes = Uint8Array.of(0x89, 0x50, 0xff);
  expect(await client.file?.({ body: bytes })).toEqual(new Uint8Array(Buffer.from('PNG')));
});
