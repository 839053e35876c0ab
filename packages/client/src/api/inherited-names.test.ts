import { describe, expect, it } from 'vitest';
import { failureOf } from '../../test/support/make-client.js';
import { json, startServer } from '../../test/support/start-server.js';
import { writeParameters } from '../writers/write-parameters.js';
import { createApiClient } from './create-api-client.js';
import type { ApiClientOptions, ApiDescription, ApiOperation } from './types.js';

const names = ['constructor', 'toString', 'hasOwnProperty', '__proto__'] as const;

/** An API whose scheme and parameters are called like members of every object. */
function describeApi(name: string, more: Partial<ApiOperation<object, unknown>> = {}) {
  const find: ApiOperation<object, unknown> = {
    ...{ operationId: 'find', method: 'GET', path: '/boats', write: writeParameters },
    ...{ body: null, rateLimit: null, hasAnswerBody: true },
    parameters: [
      { name, in: 'query', required: false },
      { name, in: 'cookie', field: `cookie.${name}`, required: false },
    ],
    ...more,
  };
  const schemes = Object.fromEntries([[name, { type: 'apiKey', in: 'header', name: 'X-Key' } as const]]);
  return { title: 'Boats', servers: [], envelope: null, errors: {}, securitySchemes: schemes, operations: { find } };
}

function make(api: ApiDescription<{ find: ApiOperation<object, unknown> }>, options: ApiClientOptions) {
  return createApiClient(api, { retry: false, ...options });
}

describe.each(names)('the name %s', (name) => {
  it('of a parameter is sent where it is given, and not where it is absent', async () => {
    await using server = await startServer(json(200, {}));
    await using client = make(describeApi(name), { baseUrl: server.url });
    await client.find({});
    await client.find(Object.fromEntries([[name, 'a b']]));
    await client.http.GET('/boats' as never, { params: { query: {} } } as never);
    expect(server.received.map(({ url }) => url)).toEqual(['/boats', `/boats?${name}=a%20b`, '/boats']);
    expect(server.received.map(({ headers }) => headers.cookie)).toEqual([undefined, undefined, undefined]);
  });

  it('of a security scheme has a credential only where one is given', async () => {
    await using server = await startServer(json(200, {}));
    const api = describeApi(name, { security: [[name]] });
    await using client = make(api, { baseUrl: server.url });
    expect(await failureOf(client.find({}))).toMatchObject({ code: 'INVALID_OPTION', option: `credentials.${name}` });
    await using other = make(api, { baseUrl: server.url, credentials: Object.fromEntries([[name, 'k-1']]) });
    await other.find({});
    expect(server.received.map(({ headers }) => headers['x-key'])).toEqual(['k-1']);
  });

  it('of a scheme that the document does not describe has none', async () => {
    const api = { ...describeApi(name, { security: [[name]] }), securitySchemes: {} };
    await using client = make(api, { baseUrl: 'http://localhost:1' });
    expect(await failureOf(client.find({}))).toMatchObject({ option: `credentials.${name}` });
  });

  it('of a field that echoes the request is compared only where the request has it', async () => {
    await using server = await startServer(json(200, Object.fromEntries([[name, 'other']])));
    const api = describeApi(name, { echoes: Object.fromEntries([[name, name]]) });
    await using client = make(api, { baseUrl: server.url });
    await client.find({});
    const failure = await failureOf(client.find(Object.fromEntries([[name, 'mine']])));
    expect(failure.message).toContain(`whose ${name} is not that of the request`);
  });
});
