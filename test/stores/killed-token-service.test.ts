import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createNexconnClient } from '@nexconn-kit/client';
import { type RunningMock, startMock } from '@nexconn-kit/mock';
import { createTokenService } from '@nexconn-kit/token-service';
import { createSqliteStore } from '@nexconn-kit/token-service/sqlite';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { patient, patientService } from '../support/patient.js';
import { forkScript } from '../support/start-script.js';

/** `KILLS=20` kills as often. */
const kills = Number(process.env.KILLS ?? 3);
const script = new URL('killed/log-in-many.ts', import.meta.url);

interface Told {
  readonly userId: string;
  readonly accessToken: string;
}

let folder: string;
let mock: RunningMock;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'killed-'));
  mock = await startMock({ port: 0, rateLimit: false });
});
afterAll(async () => {
  await mock.close();
  await rm(folder, { recursive: true, force: true });
});

/** Runs it until so many tokens were told of, then kills it in the middle of its work. */
async function runAndKill(file: string, first: number, tokens: number, told: Map<string, string>): Promise<void> {
  const args = [mock.url, mock.appKey, mock.appSecret, file, `${first}`];
  const child: ChildProcess = await forkScript(script, args);
  const exited = once(child, 'exit');
  let left = tokens;
  child.on('message', ({ userId, accessToken }: Partial<Told>) => {
    if (userId === undefined || accessToken === undefined) return;
    told.set(userId, accessToken);
    left -= 1;
    if (left === 0) child.kill('SIGKILL');
  });
  const [code, signal] = await exited;
  expect({ code, signal }).toEqual({ code: null, signal: 'SIGKILL' });
}

it(`starts again by itself and loses no token that was handed out, killed ${kills} times`, {
  timeout: 600_000,
}, async () => {
  const file = join(folder, 'tokens.db');
  const told = new Map<string, string>();
  for (let round = 0; round < kills; round += 1) {
    await runAndKill(file, round * 100_000, 40 + ((round * 37) % 90), told);
  }
  const store = await createSqliteStore(file);
  const { appKey, appSecret, url: baseUrl } = mock;
  const client = createNexconnClient({ appKey, appSecret, baseUrl, rateLimit: false, ...patient });
  const service = createTokenService({ client, store, ...patientService });
  const before = (await mock.console.getApp({ appKey })).tokenCount;
  for (const [userId, accessToken] of told) {
    expect((await service.get({ userId, name: 'A' })).accessToken).toBe(accessToken);
    expect(await mock.console.checkToken({ appKey, token: accessToken })).toMatchObject({ code: 0, userId });
  }
  // All of them were kept, so that none was issued for again.
  expect((await mock.console.getApp({ appKey })).tokenCount).toBe(before);
  await client.close();
  await store.close();
});
