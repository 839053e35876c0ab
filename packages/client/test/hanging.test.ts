import { expect, it } from 'vitest';
import { createNexconnClient } from '../src/index.js';
import { createRateStore } from '../src/rate-store/index.js';
import { type ClientSettings, credentials, failureOf, request } from './support/make-client.js';

const never = () => new Promise<never>(() => {});
const answer = async () => Response.json({});
const endless = async () => new Response(new ReadableStream());
const store = createRateStore({ reserve: never });
/** One that has never a permit. */
const dry = {
  connect: () => ({ waitMs: () => 60_000, take: () => ({ release: () => {} }), spacingMs: () => 1 }),
};

// Whatever a call waits for that the caller has handed in. A middleware is tried in `create-http.test.ts`.
it.each<[what: string, settings: ClientSettings]>([
  ['an own fetch', { fetch: never }],
  ['the body of its response', { fetch: endless }],
  ['one that does not heed its signal', { fetch: async () => new Response(new ReadableStream({ cancel: never })) }],
  ['a provider of App Secrets', { fetch: answer, appSecret: never }],
  ['a rate store', { fetch: never, rateLimit: { store } }],
  ['a rate store without permits', { fetch: answer, rateLimit: { store: dry as never, maxQueueMs: 600_000 } }],
])('%s that does not settle ends with the call', async (_what, settings) => {
  const base = { ...credentials, baseUrl: 'http://localhost:1', deadlineMs: 40, timeoutMs: 600_000 };
  const nexconn = createNexconnClient({ ...base, ...settings });
  expect(await failureOf(nexconn.issueAccessToken(request))).toMatchObject({ code: 'DEADLINE_EXCEEDED' });
  const call = nexconn.issueAccessToken(request, { onPermit: never });
  expect(await failureOf(call)).toMatchObject({ code: 'DEADLINE_EXCEEDED' });
  await nexconn.close();
});
