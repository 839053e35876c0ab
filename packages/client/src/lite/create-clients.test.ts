import { expect, it } from 'vitest';
import { path, request } from '../../test/support/make-client.js';
import { issued, json, startServer } from '../../test/support/start-server.js';
import type { ApiOperation } from '../api/types.js';
import { createNexconnClient as createWhole } from '../index.js';
import { createApiClient, createNexconnClient } from './create-clients.js';

const credentials = { appKey: 'appKey0123456789', appSecret: 'appSecret0123456' };

it('the client of Nexconn has all that the whole one has but http', async () => {
  await using server = await startServer(json(200, issued));
  const options = { ...credentials, baseUrl: server.url };
  await using nexconn = createNexconnClient(options);
  await using whole = createWhole(options);
  expect(Object.keys(nexconn)).toEqual(Object.keys(whole).filter((name) => name !== 'http'));
  expect(await nexconn.issueAccessToken(request)).toEqual(issued.result);
  expect(server.received[0]).toMatchObject({
    url: path,
    headers: { signature: expect.stringMatching(/^[0-9a-f]{40}$/) },
  });
  // @ts-expect-error It is not there.
  expect(nexconn.http).toBeUndefined();
});

it('a client of any API has no http', async () => {
  await using server = await startServer(json(200, { name: 'Ada' }));
  const getBoat: ApiOperation<Record<string, never>, { name: string }> = {
    ...{ operationId: 'getBoat', method: 'GET', path: '/boat', parameters: [], body: null },
  };
  const description = { title: 'Harbour', servers: [server.url], envelope: null, errors: {}, securitySchemes: {} };
  await using client = createApiClient({ ...description, operations: { getBoat } });
  expect((await client.getBoat()).name).toBe('Ada');
  // @ts-expect-error It is not there.
  expect(client.http).toBeUndefined();
});
