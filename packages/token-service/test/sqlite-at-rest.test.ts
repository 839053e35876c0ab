import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { openStore } from '../src/sqlite/open-store.js';

const written = fileURLToPath(new URL('at-rest/0.1/sqlite', import.meta.url));

it.each(['node-20-closed', 'node-20-killed', 'node-22-closed', 'node-22-killed', 'node-24-closed', 'node-24-killed'])(
  'a SQLite file of version 0.1 (%s) holds to the letter what was written into it',
  async (name) => {
    const folder = await mkdtemp(join(tmpdir(), 'written-'));
    try {
      await cp(join(written, name), folder, { recursive: true });
      // Whoever has written it is dead, and not waited for as long as for somebody alive.
      const store = await openStore(join(folder, 'tokens.db'), { heartbeatMs: 20 });
      expect(await store.read('user6')).toEqual({
        token: {
          userId: 'user6',
          name: 'Zo\u00eb \u{1f600}',
          avatarUrl: 'https://example.com/a.png',
          accessToken: ' +/=@;. tok"en \u00e9\u{1f600} 6',
          secretId: 'b'.repeat(16),
          issuedAt: 1_800_000_000_006,
        },
        currentSecret: 'b'.repeat(16),
      });
      expect((await store.read('user3')).token).toBeUndefined();
      expect(await store.count('b'.repeat(16))).toEqual({ users: 5, outdated: 3 });
      expect((await store.listOutdated('b'.repeat(16), undefined, 9)).map(({ userId }) => userId)).toEqual([
        'user1',
        'user2',
        'user4',
      ]);
      await store.close();
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
);
