import { type ChildProcess, execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningMock, startMock } from '@nexconn-kit/mock';
import { createSqliteStore } from '@nexconn-kit/token-service/sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { forkScript } from '../support/start-script.js';
import { type Holder, installedNodes, quick, startHolder } from './sqlite/start-holder.js';
import { startServe } from './start-serve.js';

const script = new URL('full-disk/log-in.ts', import.meta.url);

interface Answer {
  readonly handed: Readonly<Record<string, string>>;
  /** Who got a token that could not be kept. */
  readonly unkept: readonly string[];
}

let folder: string;
let mock: RunningMock;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'full-disk-'));
  mock = await startMock({ port: 0, rateLimit: false });
});
afterAll(async () => {
  await mock.close();
  await rm(folder, { recursive: true, force: true });
});

async function logIn(child: ChildProcess, users: readonly string[]): Promise<Answer> {
  child.send(users);
  const [answer] = (await once(child, 'message')) as [Answer];
  return answer;
}

/** No file of the process can grow beyond this: writing fails then as on a full disk, in the kernel. */
function limitFiles({ pid }: { readonly pid?: number | undefined }, bytes: number | 'unlimited'): void {
  execFileSync('prlimit', ['--pid', `${pid}`, `--fsize=${bytes}:unlimited`]);
}

async function largestFile(): Promise<number> {
  const files = await readdir(folder);
  return Math.max(...(await Promise.all(files.map(async (file) => (await stat(join(folder, file))).size))));
}

const usersFrom = (first: number): string[] => Array.from({ length: 60 }, (_, index) => `u${(first + index) * 7919}x`);

// Only Linux can change the limits of a process that runs.
it.runIf(process.platform === 'linux')(
  'a full disk withholds no token, takes none that was kept, and is over when there is room',
  async () => {
    const file = join(folder, 'tokens.db');
    const { url, appKey, appSecret } = mock;
    const child = await forkScript(script, [url, appKey, appSecret, file]);
    await once(child, 'message');
    const [before, during] = [usersFrom(0), usersFrom(1_000)];
    const { handed: kept, unkept: none } = await logIn(child, before);
    expect(none).toEqual([]);

    limitFiles(child, await largestFile());
    const full = await logIn(child, during);
    expect(Object.keys(full.handed)).toEqual(during);
    // The last page may have had room for a few.
    expect(full.unkept.length).toBeGreaterThan(10);
    expect((await logIn(child, before)).handed).toEqual(kept);

    limitFiles(child, 'unlimited');
    const again = await logIn(child, during);
    expect(again.unkept).toEqual([]);
    const lost = during.filter((userId) => again.handed[userId] !== full.handed[userId]);
    expect(lost).toEqual(full.unkept);
    const after = await logIn(child, [...before, ...during]);
    expect(after).toEqual({ handed: { ...kept, ...again.handed }, unkept: [] });

    child.disconnect();
    await once(child, 'exit');
    const store = await createSqliteStore(file);
    for (const [userId, accessToken] of Object.entries(after.handed)) {
      expect((await store.read(userId)).token?.accessToken).toBe(accessToken);
      expect(await mock.console.checkToken({ appKey, token: accessToken })).toMatchObject({ code: 0, userId });
    }
    await store.close();
  },
);

it.runIf(process.platform === 'linux')('the token server is ready while there is room, and then alone', async () => {
  const { url, appKey, appSecret } = mock;
  await using server = await startServe({
    ...{ NEXCONN_APP_KEY: appKey, NEXCONN_APP_SECRET: appSecret, NEXCONN_BASE_URL: url },
    NEXCONN_STORE: `sqlite:${join(folder, 'served.db')}`,
    NEXCONN_JWT_SECRET: 'a shared secret of at least thirty-two bytes',
  });
  const readiness = async (): Promise<number> => (await fetch(`${server.url}/readyz`)).status;
  expect(await readiness()).toBe(200);
  limitFiles(server, 0);
  expect([await readiness(), await readiness()]).toEqual([503, 503]);
  limitFiles(server, 'unlimited');
  expect(await readiness()).toBe(200);
});

describe.runIf(process.platform === 'linux').each(installedNodes())('where not a byte can be written, %s', (node) => {
  const users = { do: 'count' } as const;
  const write = { do: 'write', from: 0, count: 40 } as const;

  async function startFull(): Promise<Holder> {
    const holder = await startHolder(node);
    limitFiles(holder, 0);
    return holder;
  }

  it('leaves nothing behind of a database that it cannot create, and creates it once there is room', async () => {
    const own = await mkdtemp(join(folder, 'new-'));
    const open = { do: 'open', path: join(own, 'tokens.db'), ...quick } as const;
    await using holder = await startFull();
    for (let times = 0; times < 2; times += 1) {
      expect(await holder.ask(open)).toMatchObject({ code: 'STORE_FAILED', message: expect.stringContaining('disk') });
      expect(await readdir(own)).toEqual([]);
    }
    limitFiles(holder, 'unlimited');
    expect([await holder.ask(open), await holder.ask(write)]).toEqual([{ done: 0 }, { done: 40 }]);
  });

  it.each([
    ['after a kill -9', (holder: Holder) => holder.killHard()],
    ['after it was closed', (holder: Holder) => holder.ask({ do: 'close' })],
  ])(
    'starts %s, serves what is stored, again and again, and writes once there is room',
    async (ending, end) => {
      const open = { do: 'open', path: join(folder, `${randomUUID()}.db`) } as const;
      await using first = await startHolder(node);
      expect([await first.ask(open), await first.ask(write)]).toEqual([{ done: 0 }, { done: 40 }]);
      await end(first);

      await using second = await startFull();
      expect([await second.ask({ ...open, ...quick }), await second.ask(users)]).toEqual([{ done: 0 }, { done: 40 }]);
      expect(await second.ask({ ...write, from: 40, count: 1 })).not.toHaveProperty('done');
      expect(await second.ask({ do: 'check' })).not.toHaveProperty('done');
      expect(await second.ask(users)).toEqual({ done: 40 });
      await using other = await startHolder(node);
      expect(await other.ask(open), ending).toMatchObject({ code: 'STORE_FAILED' });
      await end(second);

      await using third = await startFull();
      expect([await third.ask({ ...open, ...quick }), await third.ask(users)]).toEqual([{ done: 0 }, { done: 40 }]);
      limitFiles(third, 'unlimited');
      expect(await third.ask({ do: 'check' })).toEqual({ done: 0 });
      expect(await third.ask({ ...write, from: 40, count: 1 })).toEqual({ done: 1 });
      await third.killHard();

      await using fourth = await startHolder(node);
      expect([await fourth.ask({ ...open, ...quick }), await fourth.ask(users)]).toEqual([{ done: 0 }, { done: 41 }]);
    },
    120_000,
  );
});
