import { expect, it } from 'vitest';
import { credentials, makeClient, request } from '../test/support/make-client.js';
import { issued, json, startServer } from '../test/support/start-server.js';
import type { AcceptedAttempt } from './index.js';

it('a client names its secret without showing it, and each accepted call names the one that signed', async () => {
  await using server = await startServer(json(200, issued));
  const client = makeClient(server.url);
  const { inForce, all } = await client.appSecrets.ids();
  expect(all).toEqual([inForce]);
  expect(inForce).not.toContain(credentials.appSecret);
  const accepted: AcceptedAttempt[] = [];
  await client.issueAccessToken(request, { requestId: 'r-1', onAccepted: (attempt) => accepted.push(attempt) });
  expect(accepted).toEqual([{ secretId: inForce, requestId: 'r-1', attempts: 1 }]);
  await client.close();
});

it('of a pair the current secret is in force until the next one is accepted', async () => {
  let refuses = true;
  await using server = await startServer((response, received, incoming) => {
    const answer = refuses ? json(401, { code: 1004, errorMessage: 'No.' }) : json(200, issued);
    refuses = false;
    answer(response, received, incoming);
  });
  const appSecret = { current: 'S3cretOne', next: 'S3cretTwo' };
  const client = makeClient(server.url, { appSecret: async () => appSecret });
  const { all } = await client.appSecrets.ids();
  const accepted: AcceptedAttempt[] = [];
  const onAccepted = (attempt: AcceptedAttempt): number => accepted.push(attempt);
  await client.issueAccessToken(request, { onAccepted });
  expect(accepted).toMatchObject([{ secretId: all[0], attempts: 2 }]);
  expect((await client.appSecrets.ids()).inForce).toBe(all[0]);
  await client.close();
});
