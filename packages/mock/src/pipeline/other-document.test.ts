import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ApiDescription, type Operation, requestValidators } from '@nexconn-kit/contract';
import { expect, it } from 'vitest';
import { makeIssueRequest } from '../../test/support/make-issue-request.js';
import { createMock } from '../create-mock.js';
import { type Api, toApi } from '../document/api.js';
import type { JsonObject } from '../document/lookup.js';
import type { MockAnswer } from '../http/types.js';
import { resolveOptions } from '../resolve-options.js';
import { startMock } from '../start-mock.js';
import { createPipeline } from './pipeline.js';

const nexconnApi = toApi();

const userId = { $ref: '#/components/schemas/UserId' };
const refusal = { 'application/json': { examples: { no: { value: { code: 9, errorMessage: 'No.' } } } } };
const device = {
  type: 'object',
  required: ['id', 'secret', 'label'],
  properties: {
    id: { type: 'string', 'x-mock': { random: 'hex', bytes: 4 } },
    secret: { type: 'string', 'x-mock': { random: 'base64url', bytes: 3 } },
    label: { type: 'string', 'x-mock': { echo: 'label' } },
  },
};
const document = {
  openapi: '3.1.0',
  info: { title: 'Another API', version: '1.0.0' },
  paths: {
    '/v4/users/{userId}/devices': {
      get: operationOf(
        'listDevices',
        { devices: { type: 'array', items: { $ref: '#/components/schemas/Device' } } },
        {
          security: [],
          parameters: [pathUserId(), { name: 'limit', in: 'query', schema: { type: 'integer', maximum: 5 } }],
          example: {
            devices: [
              { id: '1', secret: '2', label: 'a' },
              { id: '3', secret: '4' },
            ],
            owner: 'x',
          },
        },
      ),
    },
    '/v4/users/me/devices': {
      get: operationOf('listMine', {}, { security: [], parameters: [], example: { owner: 'me' } }),
    },
    '/v4/users/{userId}/gone': { delete: operationOf('removeUser', {}, { parameters: [pathUserId()] }) },
  },
  components: { schemas: { UserId: { type: 'string', pattern: '^[a-z]+$' }, Device: { allOf: [device] } } },
};

function pathUserId() {
  return { name: 'userId', in: 'path', required: true, schema: userId };
}

function operationOf(operationId: string, properties: object, { example, ...more }: JsonObject) {
  const owner = { type: 'string', 'x-mock': { echo: 'userId' } };
  const content = { 'application/json': { schema: { type: 'object', properties: { ...properties, owner } }, example } };
  const headers = {
    'Retry-After': { schema: { type: 'integer' }, example: 7 },
    'X-Made-Up': { schema: { type: 'string' } },
  };
  const responses = example
    ? { 200: { description: 'Done.', headers, content }, '4XX': { description: 'No.', content: refusal } }
    : { 204: { description: 'Done.' } };
  return { operationId, responses, ...more };
}

function operation(operationId: string, method: Operation['method'], path: string): Operation {
  const more = {
    summary: '',
    parameters: [],
    body: null,
    rateLimit: null,
    successStatus: 200,
    statuses: [200],
    hasAnswerBody: true,
  };
  return { operationId, method, path, ...more };
}

const otherApi: Api = {
  ...nexconnApi,
  document,
  operations: {
    listDevices: operation('listDevices', 'GET', '/v4/users/{userId}/devices'),
    listMine: operation('listMine', 'GET', '/v4/users/me/devices'),
    removeUser: operation('removeUser', 'DELETE', '/v4/users/{userId}/gone'),
  },
  validators: {},
};

async function ask(method: string, target: string, prefer?: string, options = {}): Promise<MockAnswer> {
  const { pathname, searchParams } = new URL(target, 'http://mock.test');
  const settings = resolveOptions(options);
  const { answer } = createPipeline(toApi(otherApi as unknown as ApiDescription, settings.userIdPattern), settings);
  const headers = prefer === undefined ? {} : { prefer };
  return answer({ method, path: pathname, query: searchParams, headers, body: null });
}

it('answers another endpoint out of its document alone: fresh and echoed values, in lists too', async () => {
  const { status, headers, body } = await ask('GET', '/v4/users/ada/devices?label=phone');
  expect(status).toBe(200);
  const { devices, owner } = JSON.parse(body);
  expect(owner).toBe('ada');
  expect(devices[0]).toEqual({
    id: expect.stringMatching(/^[0-9a-f]{8}$/),
    secret: expect.stringMatching(/^[\w-]{4}$/),
    label: 'phone',
  });
  expect(devices[1].id).not.toBe(devices[0].id);
  expect(headers).toEqual({ 'Content-Type': 'application/json; charset=utf-8', 'Retry-After': '7' });
});

it('leaves an echoed field out where the request has none', async () => {
  expect(JSON.parse((await ask('GET', '/v4/users/ada/devices')).body).devices[0]).not.toHaveProperty('label');
});

it('prefers a path without parameters', async () => {
  expect(JSON.parse((await ask('GET', '/v4/users/me/devices')).body)).toEqual({});
});

it('refuses a bad parameter with what Prism says of it', async () => {
  const { status, body } = await ask('GET', '/v4/users/ada/devices?limit=6');
  expect([status, JSON.parse(body).code]).toEqual([400, 1002]);
  expect(JSON.parse(body).errorMessage).toMatch(/limit.*5/);
});

it.each([
  [{ 422: {} }, 422],
  [{ 400: {}, 422: {} }, 400],
  [{ '4XX': {}, 422: {} }, 400],
  [{ default: {}, 422: {} }, 400],
  [{ 404: {} }, 400],
])(
  'refuses a bad parameter with a status of %j, where the document has no error for it: %i',
  async (answers, status) => {
    const path = '/v4/users/{userId}/devices';
    const get = { ...document.paths[path].get, responses: { 200: { description: 'Done.' }, ...answers } };
    const api = { ...otherApi, document: { ...document, paths: { [path]: { get } } } };
    const limit = { method: 'GET', path: '/v4/users/ada/devices', query: new URLSearchParams('limit=6') };
    const { answer } = createPipeline({ ...api, catalogue: [] }, resolveOptions({}));
    expect((await answer({ ...limit, headers: {}, body: null })).status).toBe(status);
    const own = createPipeline({ ...api, catalogue: [api.errors.ParameterInvalid] }, resolveOptions({}));
    expect((await own.answer({ ...limit, headers: {}, body: null })).status).toBe(400);
  },
);

it('refuses an empty parameter whose least length is one', async () => {
  const path = '/v4/users/{userId}/devices';
  const parameters = ['query', 'header'].map((place) => ({
    ...{ name: 'x-label', in: place },
    schema: { type: 'string', minLength: 1 },
  }));
  const item = document.paths[path];
  const get = { ...item.get, parameters: [pathUserId(), ...parameters] };
  const api = { ...otherApi, document: { ...document, paths: { [path]: { get } } } };
  const { answer } = createPipeline(api, resolveOptions({}));
  const status = async (query: string, headers: Record<string, string>) => {
    const request = { method: 'GET', path: '/v4/users/ada/devices', query: new URLSearchParams(query), body: null };
    return (await answer({ ...request, headers })).status;
  };
  expect(await status('', {})).toBe(200);
  expect(await status('x-label=a', { 'x-label': 'a' })).toBe(200);
  expect(await status('', { 'x-label': '' })).toBe(400);
  expect(await status('x-label=', {})).toBe(400);
});

it('refuses a path that is not UTF-8', async () => {
  expect(JSON.parse((await ask('GET', '/v4/users/%ff/devices')).body).code).toBe(1002);
});

it('takes userIdPattern for a userId in the path', async () => {
  expect((await ask('GET', '/v4/users/user_1/devices')).status).toBe(400);
  expect((await ask('GET', '/v4/users/user_1/devices', undefined, { userIdPattern: /\w+/ })).status).toBe(200);
});

it.each([undefined, /^\w+$/])('has no advice for the user IDs of another API, with userIdPattern %s', (pattern) => {
  const refusalBy = (document: JsonObject): string => {
    const description = { ...nexconnApi, validators: requestValidators, document } as unknown as ApiDescription;
    const [issue] = toApi(description, pattern).validators.issueAccessToken?.({ userId: 'a b', name: 'Ada' }) ?? [];
    return String(issue?.message);
  };
  expect(refusalBy(nexconnApi.document)).toMatch(/^userId .*opaqueUserId/);
  expect(refusalBy({ ...nexconnApi.document, info: { title: 'Another API' } })).toMatch(/^userId (?!.*opaqueUserId)/);
});

it('answers without a body where none is documented', async () => {
  const unsigned = { ...otherApi, document: { ...document, security: [] } };
  const { answer } = createPipeline(unsigned, resolveOptions({}));
  const gone = { method: 'DELETE', path: '/v4/users/ada/gone', query: new URLSearchParams(), headers: {}, body: null };
  expect(await answer(gone)).toEqual({ status: 204, headers: {}, body: '' });
});

it('asks for a signature where the document does', async () => {
  const signed = { ...otherApi, document: { ...document, security: [{ Signature: [] }] } };
  const { answer } = createPipeline(signed, resolveOptions({}));
  const path = '/v4/users/ada/gone';
  const headers = Object.fromEntries(makeIssueRequest().headers);
  const request = { method: 'DELETE', path, query: new URLSearchParams(), body: null };
  expect((await answer({ ...request, headers: {} })).status).toBe(401);
  expect((await answer({ ...request, headers })).status).toBe(204);
});

it('finds an answer that is documented for a range of statuses', async () => {
  expect((await ask('GET', '/v4/users/ada/devices', 'code=418')).status).toBe(418);
  expect((await ask('GET', '/v4/users/ada/devices', 'example=no')).status).toBe(400);
  expect((await ask('GET', '/v4/users/ada/devices', 'code=503')).status).toBe(400);
});

/** The description of one operation that has this answer. */
function describeOperation(responses: object): ApiDescription {
  const get = { operationId: 'listMine', security: [], responses };
  const paths = { '/v4/users/me/devices': { get } };
  const description = {
    ...otherApi,
    document: { ...document, paths },
    operations: { listMine: otherApi.operations.listMine },
  };
  return description as unknown as ApiDescription;
}

/** A mock of that operation. */
function mockOf(responses: object) {
  const mock = createMock({ document: describeOperation(responses) });
  return (headers: Record<string, string> = {}) =>
    mock.fetch(new Request('http://mock.test/v4/users/me/devices', { headers }));
}

const content = { 'application/json': { example: { a: 1 } } };

it('sends header examples of every kind as OpenAPI has them, and sets itself what says how an answer is sent', async () => {
  const examples = {
    ...{ Text: 'a "b", c=ÿ', Whole: 7, Broken: -0.5, Yes: true, No: false, Empty: '', 'Set-Cookie': 'a=1; Path=/' },
    ...{ List: ['a', 1, true], Object: { a: 1, b: ['x'] }, Null: null, constructor: 'c' },
    ...{ 'Content-Type': 'text/html', 'content-length': 5, 'Content-Encoding': 'gzip', 'Transfer-Encoding': 'chunked' },
    ...{
      Connection: 'close',
      Date: 'Wed, 21 Oct 2015 07:28:00 GMT',
      Trailer: 'x',
      Upgrade: 'h2c',
      'Keep-Alive': 'timeout=1',
    },
    ...{ 'Access-Control-Allow-Origin': '*', 'access-control-allow-credentials': true },
  };
  const headers = {
    ...Object.fromEntries(Object.entries(examples).map(([name, example]) => [name, { example }])),
    // Node's Response leaves out a header of this name; a port sends it.
    ...JSON.parse('{"__proto__":{"example":"p"}}'),
    Exploded: { explode: true, examples: { first: { value: { a: 1, b: 2 } }, second: { value: 'no' } } },
    Undescribed: { schema: { type: 'string' } },
  };
  const answered = await mockOf({ 200: { description: 'Done.', headers, content } })();
  expect(await answered.json()).toEqual({ a: 1 });
  expect([...answered.headers]).toEqual(
    Object.entries({
      ...{ broken: '-0.5', constructor: 'c', 'content-type': 'application/json; charset=utf-8', empty: '' },
      ...{ exploded: 'a=1,b=2', list: 'a,1,true', no: 'false', object: 'a,1,b,["x"]', 'set-cookie': 'a=1; Path=/' },
      ...{ text: 'a "b", c=ÿ', whole: '7', yes: 'true' },
    }),
  );
});

it.each([{ a: 1 }, { a: 'é' }, { a: '5 €' }])(
  'sends a header of Latin-1 as such on a port too, beside %j',
  async (example) => {
    const headers = { Town: { example: 'Zürich' } };
    const answer = { description: 'Done.', headers, content: { 'application/json': { example } } };
    await using mock = await startMock({ port: 0, document: describeOperation({ 200: answer }) });
    const answered = await fetch(`${mock.url}/v4/users/me/devices`);
    expect(answered.headers.get('town')).toBe('Zürich');
    expect(await answered.json()).toEqual(example);
  },
);

it.each([
  ['beyond Latin-1', { 'X-Left': { example: '5 €' } }],
  ['with a line feed', { 'X-Left': { example: 'a\nSet-Cookie: b' } }],
  ['of a name with a space', { 'X Left': { example: 'a' } }],
  ['that makes them longer than a client reads', { A: { example: 'a' }, 'X-Left': { example: 'a'.repeat(15_000) } }],
])('says of a header example %s, which nobody has checked, that the mock failed', async (_, headers) => {
  const answered = await mockOf({ 200: { description: 'Done.', headers, content } })();
  expect([answered.status, (await answered.json()).code]).toEqual([500, 1000]);
});

it.each([204, 205, 304])('sends no body with %i, whatever the document shows', async (status) => {
  const send = mockOf({ 200: { description: 'Done.', content }, [status]: { description: 'Done.', content } });
  const answered = await send({ prefer: `code=${status}` });
  expect([answered.status, await answered.text(), answered.headers.has('content-type')]).toEqual([status, '', false]);
});

it('refuses a preference for what ends no exchange', async () => {
  const send = mockOf({ 200: { description: 'Done.', content }, 100: { description: 'Go on.' }, 'x-note': {} });
  for (const code of ['100', 'x-note']) expect((await send({ prefer: `code=${code}` })).status).toBe(400);
});

it('does not call the callbacks of the document', async () => {
  let calls = 0;
  const server = createServer((_request, response) => {
    calls += 1;
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const callback = { post: { responses: { 200: { description: 'Taken.' } } } };
  const example = { owner: 'me' };
  const get = operationOf('listMine', {}, { security: [], example, callbacks: { done: { [url]: callback } } });
  const api = { ...otherApi, document: { ...document, paths: { '/v4/users/me/devices': { get } } } };
  const { answer } = createPipeline(api, resolveOptions({}));
  const query = new URLSearchParams();
  await answer({ method: 'GET', path: '/v4/users/me/devices', query, headers: {}, body: null });
  // A round trip of our own, so that a call under way before it has arrived.
  await fetch(url);
  expect(calls).toBe(1);
  server.closeAllConnections();
  server.close();
});
