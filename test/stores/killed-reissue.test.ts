import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createNexconnClient } from '@nexconn-kit/client';
import { type RunningMock, startMock } from '@nexconn-kit/mock';
import { createTokenService } from '@nexconn-kit/token-service';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { patient, patientService } from '../support/patient.js';
import { hasRedis } from '../support/redis-server.js';
import { startRedis } from '../support/start-redis.js';
import { forkScript } from '../support/start-script.js';
import { openStore } from './killed/open-store.js';

const script = new URL('killed/reissue-all.ts', import.meta.url);
const next = 'NextSecretOfTheApp';
/** What `reissueAll` has under way at once. */
const concurrency = 32;
const users = Array.from({ length: 400 }, (_, index) => ({ userId: `u${index * 7919}x`, name: 'A' }));

const opened: (() => unknown)[] = [];
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'killed-reissue-'));
});
afterAll(async () => {
  for (const close of opened.reverse()) await close();
  await rm(folder, { recursive: true, force: true });
});

/** Opens the service as it is after a start with this secret. */
async function openService({ url: baseUrl, appKey }: RunningMock, appSecret: string, place: string) {
  const client = createNexconnClient({ appKey, appSecret, baseUrl, rateLimit: false, ...patient });
  const store = await openStore(place);
  const close = async (): Promise<void> => {
    await client.close();
    await store.close();
  };
  return { store, tokens: createTokenService({ client, store, ...patientService }), close };
}

/** Runs it in a process of its own, until so many users were done. */
async function runAndKill({ url, appKey }: RunningMock, place: string, untilDone: number): Promise<void> {
  const child = await forkScript(script, [url, appKey, next, place]);
  child.on('message', ({ done, failed }: { readonly done: number; readonly failed: number }) => {
    if (done >= untilDone || failed > 0) child.kill('SIGKILL');
  });
  const [code, signal] = await once(child, 'exit');
  expect({ code, signal }).toEqual({ code: null, signal: 'SIGKILL' });
}

async function expectResumed(place: string, kills: readonly number[]): Promise<void> {
  const mock = await startMock({ port: 0, rateLimit: false });
  opened.push(() => mock.close());
  const { appKey, console } = mock;
  const callsSoFar = async (): Promise<number> => (await console.listJournal({ appKey })).entries.length;
  const before = await openService(mock, mock.appSecret, place);
  await Promise.all(users.map((user) => before.tokens.get(user)));
  await before.close();
  await console.rotateSecret({ appKey, appSecret: next });

  for (const untilDone of kills) await runAndKill(mock, place, untilDone);
  const after = await openService(mock, next, place);
  opened.push(after.close);
  const { total, done, failed } = await after.tokens.reissueAll();
  expect({ done, failed }).toEqual({ done: total, failed: 0 });
  // What had been done before the kills was not done again.
  const doneBefore = kills.reduce((sum, each) => sum + each, 0);
  expect(total).toBeLessThanOrEqual(users.length - doneBefore);

  const calls = await callsSoFar();
  expect(calls - users.length).toBeLessThanOrEqual(users.length + concurrency * kills.length);
  for (const user of users) {
    const { accessToken } = await after.tokens.get(user);
    expect(await console.checkToken({ appKey, token: accessToken })).toMatchObject({ code: 0, userId: user.userId });
  }
  expect(await callsSoFar()).toBe(calls);
}

describe('reissueAll that is killed goes on where it was, loses no token and issues twice only for what was under way', () => {
  it.concurrent('in a SQLite file', () => expectResumed(join(folder, 'tokens.db'), [60, 90, 30]));

  it.runIf(hasRedis).concurrent('in a Redis, once the rights of the process that died have ended', async () => {
    const redis = await startRedis();
    opened.push(() => redis[Symbol.asyncDispose]());
    await expectResumed(redis.url, [80]);
  });
});
