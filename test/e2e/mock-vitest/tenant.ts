import { createNexconnClient } from '@nexconn-kit/client';
import { it } from '@nexconn-kit/mock/vitest';
import { expect, inject } from 'vitest';
import { patient } from '../../support/patient.js';

const users = Array.from({ length: 30 }, (_, index) => `user${index}`);

/** Calls an operation of the console. */
async function ask<Result>(path: string, body: object): Promise<Result> {
  const response = await fetch(`${inject('nexconnMockUrl')}/_console/api/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return (response.status === 204 ? undefined : await response.json()) as Result;
}

it('finds its own users, requests and faults only', async ({ nexconnApp }) => {
  const { appKey, baseUrl } = nexconnApp;
  expect(baseUrl).toBe(inject('nexconnMockUrl'));
  // Nor is the wait for a permit what it is about.
  const rateLimit = { maxQueueMs: patient.deadlineMs };
  const nexconn = createNexconnClient({ ...nexconnApp, ...patient, rateLimit });
  const issued = await Promise.all(users.map((userId) => nexconn.issueAccessToken({ userId, name: 'Ada' })));
  const app = await ask<object>('apps/get', { appKey });
  expect(app).toMatchObject({ userCount: users.length, tokenCount: users.length });
  const { entries } = await ask<{ entries: { userId: string; code: number }[] }>('journal/list', { appKey });
  expect(entries.map(({ userId }) => userId).sort()).toEqual([...users].sort());
  expect(entries.every(({ code }) => code === 0)).toBe(true);

  await ask('faults/set', { appKey, userId: 'user0', sequence: [{ kind: 'answer', code: 1009 }] });
  const refusal = nexconn.issueAccessToken({ userId: 'user0', name: 'Ada' });
  await expect(refusal).rejects.toMatchObject({ apiCode: 1009 });

  const check = () => ask<{ code: number }>('tokens/check', { appKey, token: issued[0]?.accessToken });
  expect(await check()).toMatchObject({ code: 0 });
  await ask('apps/rotate-secret', { appKey });
  expect(await check()).toMatchObject({ code: 31004 });
});
