import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import type { ApiDescription, Operation } from '@nexconn-kit/contract';
import { document, envelope, errorCatalogue, operationTable, requestValidators } from '@nexconn-kit/contract';
import { expect, it } from 'vitest';
import { appKey, makeIssueRequest, readAnswer } from '../test/support/make-issue-request.js';
import { createMock, startMock } from './index.js';

const nexconn: ApiDescription = {
  document,
  operations: operationTable,
  validators: requestValidators,
  errors: errorCatalogue,
  envelope,
};

/** An API of one endpoint, with nothing of ours in it: no envelope, no error catalogue, no signature. */
function foreignApi(more: Partial<ApiDescription> = {}): ApiDescription {
  const content = { 'application/json': { schema: { type: 'object' }, example: { pong: true } } };
  const get = { operationId: 'ping', responses: { 200: { description: 'Done.', content } } };
  const operation: Operation = {
    ...{ operationId: 'ping', method: 'GET', path: '/ping', summary: '', parameters: [], body: null, rateLimit: null },
    ...{ successStatus: 200, statuses: [200], hasAnswerBody: true },
  };
  return {
    document: { openapi: '3.1.0', info: { title: 'T', version: '1' }, paths: { '/ping': { get } } },
    operations: { ping: operation },
    validators: {},
    errors: {},
    envelope: null,
    ...more,
  };
}

const ping = () => new Request('http://mock.test/ping');

it('plays another API from the start, with errors as problems where it has nothing of Nexconn', async () => {
  const mock = createMock({ document: foreignApi() });
  expect(await (await mock.fetch(ping())).json()).toEqual({ pong: true });
  const missing = await mock.fetch(new Request('http://mock.test/pong'));
  expect([missing.status, await missing.json()]).toEqual([
    404,
    expect.objectContaining({ status: 404, title: 'Not Found', detail: 'There is no endpoint /pong.' }),
  ]);
  expect(missing.headers.get('content-type')).toMatch(/^application\/problem\+json/);
});

it('takes errors and the names of their fields from the document where it has them', async () => {
  const entry = { ...errorCatalogue.EndpointNotFound, code: 77, httpStatus: 410 };
  const errors = { EndpointNotFound: entry };
  const mock = createMock({
    document: foreignApi({ errors, envelope: { code: 'no', success: 0, message: 'why', result: 'data' } }),
  });
  const missing = await mock.fetch(new Request('http://mock.test/pong'));
  expect([missing.status, await missing.json()]).toEqual([410, { no: 77, why: 'There is no endpoint /pong.' }]);
});

it('answers by another document while users, tokens, journal and used nonces stay', async () => {
  const mock = createMock();
  const request = makeIssueRequest();
  const { result } = await readAnswer(await mock.fetch(request.clone()));
  await mock.useDocument(foreignApi());
  expect(await (await mock.fetch(ping())).json()).toEqual({ pong: true });
  expect((await mock.fetch(makeIssueRequest())).status).toBe(404);
  await mock.useDocument(nexconn);
  expect(await mock.console.checkToken({ appKey, token: result.accessToken })).toMatchObject({ code: 0 });
  const replayed = await mock.fetch(request);
  expect(replayed.headers.get('x-mock-reason')).toMatch(/Nonce/);
  expect(await readAnswer(replayed)).toMatchObject({ status: 401, code: 1004 });
  const { entries } = await mock.console.listJournal({});
  expect(entries.map(({ status }) => status)).toEqual([200, 200, 404, 401]);
});

it('ends a request under way as it began', async () => {
  const mock = createMock();
  const { url, headers, body } = makeIssueRequest();
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const slowBody = body?.pipeThrough(new TransformStream({ start: () => released }));
  const request = new Request(url, { method: 'POST', headers, body: slowBody, duplex: 'half' } as RequestInit);
  const answer = mock.fetch(request);
  await mock.useDocument(foreignApi());
  expect((await mock.fetch(makeIssueRequest())).status).toBe(404);
  release();
  expect(await readAnswer(await answer)).toMatchObject({ status: 200, code: 0 });
});

it('keeps the document before where another cannot be played', async () => {
  const mock = createMock({ document: foreignApi() });
  // Prism, which this one needs, takes JSON alone.
  const paths = { '/ping': () => undefined };
  const broken = foreignApi({ document: { openapi: '3.1.0', info: { title: 'T', version: '1' }, paths } });
  await expect(mock.useDocument({} as ApiDescription)).rejects.toMatchObject({ code: 'INVALID_OPTION' });
  await expect(mock.useDocument(broken)).rejects.toMatchObject({ code: 'INVALID_DOCUMENT' });
  await expect(startMock({ port: 0, document: broken })).rejects.toMatchObject({ code: 'INVALID_DOCUMENT' });
  expect((await mock.fetch(ping())).status).toBe(200);
});

it('refuses what is no document by name', () => {
  const thrown = () => createMock({ document: 'openapi.yaml' as unknown as ApiDescription });
  expect(thrown).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }));
});

it('plays the document that was asked for last, whichever is ready first', async () => {
  const mock = createMock();
  const { operations } = foreignApi();
  // Prism, which this one needs, has to be loaded first.
  const needsPrism = foreignApi({
    operations: { ...operations, more: { ...operations.ping, path: '/more' } as Operation },
  });
  const plain = { ...nexconn, operations: { issueAccessToken: nexconn.operations.issueAccessToken } } as ApiDescription;
  const ready: string[] = [];
  const use = (name: string, description: ApiDescription) => mock.useDocument(description).then(() => ready.push(name));
  await Promise.all([use('slow', needsPrism), use('quick', plain)]);
  expect([ready, (await mock.fetch(ping())).status]).toEqual([['quick', 'slow'], 404]);
  await Promise.all([use('quick', plain), use('slow', needsPrism)]);
  expect((await mock.fetch(ping())).status).toBe(200);
});

it('has faults of the error catalogue that is played', async () => {
  const mock = createMock();
  const errors = { Strange: { ...errorCatalogue.InternalError, name: 'Strange', code: 4711 } };
  const sequence = [{ kind: 'answer' as const, code: 4711 }];
  await expect(mock.console.setFault({ appKey, sequence })).rejects.toMatchObject({ code: 'INVALID_FAULT' });
  await mock.useDocument({ ...nexconn, errors: { ...errorCatalogue, ...errors } });
  await mock.console.setFault({ appKey, sequence });
  expect(await readAnswer(await mock.fetch(makeIssueRequest()))).toMatchObject({ status: 500, code: 4711 });
});

it('counts by the rate limit of the document that is played', async () => {
  const mock = createMock();
  const { issueAccessToken } = operationTable;
  const codes = async (count: number) => {
    const answers = Array.from({ length: count }, async () => readAnswer(await mock.fetch(makeIssueRequest())));
    return (await Promise.all(answers)).map(({ code }) => code);
  };
  expect(await codes(3)).toEqual([0, 0, 0]);
  const rateLimit = { limit: 2, windowSeconds: 60, per: 'app-key' };
  await mock.useDocument({ ...nexconn, operations: { issueAccessToken: { ...issueAccessToken, rateLimit } } });
  expect(await codes(3)).toEqual([0, 0, 1008]);
});

it('answers what is no HTTP in the shape of the document that is played', async () => {
  await using mock = await startMock({ port: 0 });
  await mock.useDocument(foreignApi({ envelope: { code: 'no', success: 0, message: 'why', result: 'data' } }));
  const socket = connect(Number(new URL(mock.url).port), '127.0.0.1');
  socket.end('nonsense\r\n\r\n');
  expect(await text(socket)).toContain('{"no":1002,"why":');
});

it('takes a form where the document asks for one, and refuses what its schema does not allow', async () => {
  const path = '/v4/picture/send';
  const title = { type: 'string', maxLength: 5 };
  const schema = {
    type: 'object',
    required: ['title'],
    properties: { title, picture: { type: 'string', format: 'binary' } },
  };
  const content = { 'multipart/form-data': { schema } };
  const done = { 'application/json': { schema: { type: 'object' }, example: { code: 0 } } };
  const responses = { 200: { description: 'Done.', content: done } };
  const post = { operationId: 'sendPicture', requestBody: { required: true, content }, responses };
  const fields = ['title', 'picture'];
  const body = { contentType: 'multipart/form-data', required: true, fields, emptyIsAbsent: [] };
  const operation: Operation = {
    ...operationTable.issueAccessToken,
    operationId: 'sendPicture',
    path,
    body,
    effects: [],
  };
  const mock = createMock({
    document: {
      ...nexconn,
      document: { ...document, paths: { [path]: { post } } } as unknown as ApiDescription['document'],
      operations: { sendPicture: operation },
      validators: {},
    },
  });
  async function send(text: string | undefined): Promise<unknown> {
    const { headers } = makeIssueRequest();
    headers.delete('content-type');
    const form = new FormData();
    form.set('picture', new Blob(['\u00ff']), 'a.png');
    if (text !== undefined) form.set('title', text);
    const answer = await mock.fetch(new Request(`http://mock.test${path}`, { method: 'POST', headers, body: form }));
    const { code, errorMessage } = (await answer.json()) as { code: number; errorMessage?: string };
    return [answer.status, code, errorMessage];
  }
  expect(await send('Us')).toEqual([200, 0, undefined]);
  expect(await send('Us all')).toEqual([400, expect.any(Number), expect.stringContaining('title')]);
  expect(await send(undefined)).toEqual([400, expect.any(Number), expect.stringContaining('title')]);
});

it('reads a form by its schema, and refuses media types that are none, in a document of others', async () => {
  const list = { type: 'array', maxItems: 2, items: { type: 'integer' } };
  const schema = { type: 'object', properties: { list } };
  const content = { 'application/x-www-form-urlencoded': { schema }, 'multipart/form-data': { schema } };
  const done = { 'application/json': { schema: { type: 'object' }, example: {} } };
  const post = { operationId: 'sendList', requestBody: { content }, responses: { 200: { content: done } } };
  const body = { contentType: 'multipart/form-data', required: false, fields: ['list'], emptyIsAbsent: [] };
  const { issueAccessToken } = operationTable;
  const named = { operationId: 'sendList', path: '/list' };
  const sendList: Operation = { ...issueAccessToken, ...named, body, rateLimit: null, effects: [] };
  const mock = createMock({
    document: {
      document: { paths: { '/list': { post } } } as unknown as ApiDescription['document'],
      ...{ operations: { sendList }, validators: {}, errors: {}, envelope: null },
    },
  });
  async function send(text: string, type = 'application/x-www-form-urlencoded', accept = '*/*'): Promise<number> {
    const headers = { 'content-type': type, accept };
    return (await mock.fetch(new Request('http://mock.test/list', { method: 'POST', headers, body: text }))).status;
  }
  expect([await send('list=1&list=2&%=3'), await send('list=1&list=2&list=3'), await send('list=x')]).toEqual([
    200, 422, 422,
  ]);
  const part =
    '--b\r\nContent-Disposition: form-data; name=list\r\nContent-Type: text/plain\r\nContent-Length: 1\r\n\r\n1\r\n';
  expect(await send(`${part}${part}--b--\r\n`, 'multipart/form-data; boundary=b')).toBe(200);
  expect(await send('list=1', 'garbage')).toBe(422);
  expect([await send('', undefined, 'garbage'), await send('', undefined, 'application/json;q=0')]).toEqual([200, 406]);
});
