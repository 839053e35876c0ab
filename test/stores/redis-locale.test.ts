import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { backUpStore } from '@nexconn-kit/token-service';
import { createRedisStore } from '@nexconn-kit/token-service/redis';
import { Redis as IoRedis } from 'ioredis';
import { describe, expect, it, onTestFinished } from 'vitest';
import { findProgram } from '../support/find-program.js';
import { hasRedis } from '../support/redis-server.js';
import { startRedis } from '../support/start-redis.js';

/** By which `e` stands before `a`, as `a` does before `B` in most locales of people. */
const backwards = `LC_COLLATE
order_start forward
${[...'edcba'].map((letter) => `<U00${letter.charCodeAt(0).toString(16)}>`).join('\n')}
order_end
END LC_COLLATE
`;

// A program of the GNU C library, which others do without.
const localedef = findProgram('localedef');

/** Writes the locale, and returns the variables by which a program has it. */
async function makeLocale(): Promise<Record<string, string>> {
  const folder = await mkdtemp(join(tmpdir(), 'nexconn-locale-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, 'source'), backwards);
  // It warns that there is nothing beside the order, by its exit code too.
  spawnSync(`${localedef}`, ['--force', '--inputfile', join(folder, 'source'), join(folder, 'backwards')]);
  return { LOCPATH: folder, LC_ALL: '', LC_COLLATE: 'backwards' };
}

describe.runIf(hasRedis && localedef !== undefined)('with a Redis whose locale has another order', () => {
  it('every user is listed once, whatever App Secret their token is of', async () => {
    await using server = await startRedis({ env: await makeLocale() });
    const redis = new IoRedis(server.url);
    onTestFinished(() => redis.disconnect());
    const sorted = "local letters = { 'a', 'b', 'c' } table.sort(letters) return letters";
    expect(await redis.eval(sorted, 0)).toEqual(['c', 'b', 'a']);

    const store = createRedisStore(redis);
    const userIds = ['a', 'ab', 'b', 'bé', 'c', 'd', 'e', 'ea'];
    for (const [at, userId] of userIds.entries()) {
      const row = { userId, name: 'A', avatarUrl: '', accessToken: `of ${userId}`, issuedAt: 1 };
      await store.write({ ...row, secretId: `secret ${at % 3}` }, '');
    }
    const listed: string[] = [];
    for (let after: string | undefined; listed.length < 20; after = listed.at(-1)) {
      const page = await store.listOutdated('', after, 2);
      if (page.length === 0) break;
      listed.push(...page.map(({ userId }) => userId));
    }
    expect(listed).toEqual(userIds);
    const backup: string[] = [];
    for await (const line of backUpStore(store)) backup.push(line);
    expect(backup.at(-1)).toBe('{"users":8}');
  });
});
