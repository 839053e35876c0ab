import { describe, expect, it } from 'vitest';
import { failureOf } from '../../test/support/make-client.js';
import { json, raw, startServer } from '../../test/support/start-server.js';
import type { NexconnEvent } from '../types.js';
import { writeMultipart } from '../writers/write-body.js';
import { writeParameters } from '../writers/write-parameters.js';
import { createApiClient } from './create-api-client.js';
import { errorAnswerOf } from './error-answer.js';
import type { ApiClientOptions, ApiDescription, ApiOperation, SecurityScheme } from './types.js';

const base = { parameters: [], body: null, rateLimit: null, hasAnswerBody: true } as const;
const getBoat: ApiOperation<{ boatId: string }, { name: string }, { 404: { title: string } }> = {
  ...base,
  ...{ operationId: 'getBoat', method: 'GET', path: '/boats/{boatId}', write: writeParameters },
  parameters: [{ name: 'boatId', in: 'path', required: true }],
  validateParameters: (given) => {
    const { length } = (given as { readonly boatId: string }).boatId;
    return length < 9
      ? []
      : [{ field: 'boatId', keyword: 'maxLength', limit: 8, actual: 9, message: 'boatId is too long.' }];
  },
  security: [['key'], ['token']],
};
const addBoat: ApiOperation<{ name: string; 'Idempotency-Key'?: string }, unknown> = {
  ...base,
  ...{ operationId: 'addBoat', method: 'POST', path: '/boats' },
  parameters: [{ name: 'Idempotency-Key', in: 'header', required: false }],
  body: { contentType: 'application/json', required: true, emptyIsAbsent: [] },
};
const close: ApiOperation<Record<string, never>, unknown> = {
  ...base,
  ...{ operationId: 'close', method: 'GET', path: '/close' },
};
const upload: ApiOperation<{ photo: Blob; tags: string[] }, unknown> = {
  ...base,
  ...{ operationId: 'upload', method: 'POST', path: '/photos' },
  body: { contentType: 'multipart/form-data', required: true, emptyIsAbsent: [], write: writeMultipart },
};
const operations = { getBoat, addBoat, close, upload };

function describeApi(schemes: Record<string, SecurityScheme>): ApiDescription<typeof operations> {
  return { title: 'Harbour', servers: [], envelope: null, errors: {}, securitySchemes: schemes, operations };
}

const schemes: Record<string, SecurityScheme> = {
  key: { type: 'apiKey', in: 'query', name: 'api key' },
  token: { type: 'bearer' },
};
const retry = { baseDelayMs: 1, maxDelayMs: 1 };

function make(servers: readonly string[], options: ApiClientOptions = {}) {
  const credentials = { key: 'Key0123456789' };
  return createApiClient(describeApi(schemes), { servers, credentials, retry, ...options });
}

it.each([undefined, null, {}, [], 5, 'clientApi'])('a description that is %j is refused by its name', (description) => {
  expect(() => createApiClient(description as never, { credentials: { key: 'a' } })).toThrow(
    expect.objectContaining({ code: 'INVALID_OPTION', option: 'description' }),
  );
});

describe('what a call carries', () => {
  it('is the first way of the document that all credentials are there for', async () => {
    await using server = await startServer(json(200, { name: 'Ada' }));
    await using byKey = make([server.url]);
    await using byToken = make([server.url], { credentials: { token: 'T0ken' } });
    expect(await byKey.getBoat({ boatId: 'a/1' })).toEqual({ name: 'Ada' });
    await byToken.getBoat({ boatId: 'b' });
    expect(server.received.map(({ url }) => url)).toEqual(['/boats/a%2F1?api%20key=Key0123456789', '/boats/b']);
    expect(server.received[1]?.headers.authorization).toBe('Bearer T0ken');
  });

  it.each<[kind: string, scheme: SecurityScheme, credential: never, header: string, value: string]>([
    ['a header', { type: 'apiKey', in: 'header', name: 'X-Key' }, 'k' as never, 'x-key', 'k'],
    ['a cookie', { type: 'apiKey', in: 'cookie', name: 'sid' }, 'k' as never, 'cookie', 'sid=k'],
    ['basic', { type: 'basic' }, { username: 'ä', password: 'p' } as never, 'authorization', 'Basic w6Q6cA=='],
  ])('can be %s', async (_, scheme, credential, header, value) => {
    await using server = await startServer(json(200, {}));
    const api = describeApi({ key: scheme });
    await using client = createApiClient(api, { baseUrl: server.url, credentials: { key: credential } });
    await client.getBoat({ boatId: 'a' });
    expect(server.received[0]?.headers[header]).toBe(value);
  });

  it('is asked for anew once after a 401, by all who wait together', async () => {
    await using server = await startServer((response, received, request) => {
      const isNew = received.headers.authorization === 'Bearer token-2';
      json(isNew ? 200 : 401, { name: 'Ada' })(response, received, request);
    });
    let asked = 0;
    const token = async (): Promise<string> => `token-${++asked}`;
    await using client = make([server.url], { credentials: { token } });
    await Promise.all([client.getBoat({ boatId: 'a' }), client.getBoat({ boatId: 'b' })]);
    expect(asked).toBe(2);
  });

  it('ends a call whose function fails after a 401 with what was sent', async () => {
    await using server = await startServer(json(401, {}));
    let asked = 0;
    const token = async (): Promise<string> => (++asked === 1 ? 'token-1' : Promise.reject(new Error('No more.')));
    await using client = make([server.url], { credentials: { token } });
    expect(await failureOf(client.getBoat({ boatId: 'a' }))).toMatchObject({
      attempts: 1,
      message: 'getBoat was not sent again: a function of credentials failed. Mend it.',
    });
  });

  it('is demanded before anything is sent, and unknown schemes are refused', async () => {
    await using client = make(['http://localhost:1'], { credentials: {} });
    const failure = await failureOf(client.getBoat({ boatId: 'a' }));
    expect(failure).toMatchObject({ code: 'INVALID_OPTION', option: 'credentials.key' });
    expect(failure.message).toContain('getBoat needs credentials.key, or credentials.token');
    expect(() => make([], { servers: ['http://localhost:1'], credentials: { other: 'x' } })).toThrow(
      'credentials.other is no security scheme of the document. It has key, token.',
    );
  });

  it('is in no error and no event', async () => {
    const events: NexconnEvent[] = [];
    const fetch = async ({ url }: Request): Promise<Response> => {
      throw new Error(`No way to ${url}`);
    };
    const onEvent = (event: NexconnEvent) => void events.push(event);
    await using client = make(['http://localhost:1'], { fetch, onEvent });
    const failure = await failureOf(client.getBoat({ boatId: 'a' }));
    expect(String((failure.cause as Error).message)).toContain('[redacted]');
    const shown = [failure, failure.message, failure.cause, (failure.cause as Error).message, failure.stack, events];
    expect(JSON.stringify(shown)).not.toContain('Key0123456789');
  });
});

describe('what a client of any API refuses, and how', () => {
  it('is a parameter that breaks the document, as a body is', async () => {
    await using client = make(['http://localhost:1']);
    const failure = await failureOf(client.getBoat({ boatId: '123456789' }));
    expect(failure).toMatchObject({ code: 'INVALID_REQUEST', attempts: 0, issues: [{ field: 'boatId', limit: 8 }] });
  });

  it('is a user ID without a word of the options that only the client of Nexconn has', async () => {
    const issue = { field: 'userId', keyword: 'pattern', message: 'userId has other characters.' };
    const addMate = { ...addBoat, operationId: 'addMate', validateRequest: () => [issue] };
    await using client = createApiClient(
      { ...describeApi({}), operations: { addMate } },
      { baseUrl: 'http://localhost:1' },
    );
    const failure = await failureOf(client.addMate({ name: 'Ada' }));
    expect(failure.message).toBe('addMate was not sent: userId has other characters.');
  });

  it('is typed by its status where the document has a body for it, which no log shows', async () => {
    await using server = await startServer(json(404, { title: 'No such boat' }));
    await using client = make([server.url]);
    const failure = await failureOf(client.getBoat({ boatId: 'a' }));
    expect(failure).toMatchObject({
      code: 'REQUEST_REJECTED',
      status: 404,
      message: 'getBoat was refused with HTTP 404.',
    });
    const answer = errorAnswerOf(failure, getBoat);
    if (answer?.status === 404) expect(answer.body.title).toBe('No such boat');
    expect(answer).toEqual({ status: 404, body: { title: 'No such boat' } });
    expect(errorAnswerOf(failure, addBoat)).toBeUndefined();
    expect(JSON.stringify(failure)).not.toContain('No such');
    const { error, response } = await client.http.GET(
      '/boats/{boatId}' as never,
      { params: { path: { boatId: 'a' } } } as never,
    );
    expect([error, (response as Response).status]).toEqual([{ title: 'No such boat' }, 404]);
  });
});

describe('attempts', () => {
  it('go on to the next server', async () => {
    await using down = await startServer(raw(500, 'down'));
    await using up = await startServer(json(200, { name: 'Ada' }));
    await using client = make([down.url, up.url]);
    expect(await client.getBoat({ boatId: 'a' })).toEqual({ name: 'Ada' });
  });

  it('of a POST end with the first that may have been carried out, unless it has a key', async () => {
    await using server = await startServer(raw(500, 'down'));
    await using client = make([server.url]);
    expect(await failureOf(client.addBoat({ name: 'Ada' }))).toMatchObject({ attempts: 1 });
    expect(await failureOf(client.addBoat({ name: 'Ada', 'Idempotency-Key': 'a' }))).toMatchObject({ attempts: 4 });
    expect(await failureOf(client.getBoat({ boatId: 'a' }))).toMatchObject({ attempts: 4 });
  });

  it('of a POST go on where it was refused before', async () => {
    await using server = await startServer(raw(503, 'busy'));
    await using client = make([server.url]);
    expect(await failureOf(client.addBoat({ name: 'Ada' }))).toMatchObject({ attempts: 4 });
  });
});

it('an operation with the name of a member of the client is called by operations', async () => {
  await using server = await startServer(json(200, 1));
  await using client = make([server.url]);
  expect(await client.operations.close()).toBe(1);
});

it('files and fields go in parts', async () => {
  await using server = await startServer(json(200, 1));
  await using client = make([server.url]);
  await client.upload({ photo: new Blob(['bytes of it']), tags: ['a', 'b'] });
  const { body, headers } = server.received[0] ?? { body: '', headers: {} };
  expect(headers['content-type']).toMatch(/^multipart\/form-data; boundary=/);
  expect(body.match(/ name="\w+"/g)).toEqual([' name="photo"', ' name="tags"', ' name="tags"']);
  expect(body).toContain('bytes of it');
});

it('an answer of 204 is a success without a result, though the document gives it a body', async () => {
  await using server = await startServer(raw(204, ''));
  await using client = make([server.url]);
  expect(await client.getBoat({ boatId: 'a' })).toBeUndefined();
});
