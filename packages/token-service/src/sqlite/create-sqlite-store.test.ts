import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { storeSuite } from '../../test/store-suite.js';
import { createSqliteStore } from './index.js';
import { openDatabase } from './open-database.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sqlite-store-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

let files = 0;
const fileName = (): string => join(folder, `${files}.db`);

storeSuite('SQLite', {
  open: () => createSqliteStore(fileName()),
  wipe: async () => {
    files += 1;
  },
});

it('is opened by one at a time, and says by whom', async () => {
  files += 1;
  const store = await createSqliteStore(fileName());
  await expect(createSqliteStore(fileName())).rejects.toMatchObject({ code: 'STORE_FAILED' });
  await expect(createSqliteStore(fileName())).rejects.toThrow(`process ${process.pid}`);
  await store.close();
  await (await createSqliteStore(fileName())).close();
});

it.each([
  ['a process that is no more', '4194000 1 x'],
  ['another process of the same number, from before a restart', `${process.pid} 1 x`],
  ['half a line', 'x'],
])('clears away what %s left behind', async (_what, holder) => {
  files += 1;
  await writeFile(`${fileName()}.pid`, holder);
  await mkdir(`${fileName()}.lock`);
  const store = await createSqliteStore(fileName());
  expect((await store.read('anybody')).token).toBeUndefined();
  await store.close();
});

it('says what is wrong with a path that cannot be', async () => {
  const opening = createSqliteStore(join(folder, 'no/such/folder.db'));
  await expect(opening).rejects.toMatchObject({ code: 'STORE_FAILED' });
});

it('lists and counts the users of a file from before there was an index', async () => {
  files += 1;
  const database = await openDatabase(fileName());
  database.exec(`
    CREATE TABLE tokens (
      user_id TEXT PRIMARY KEY, name TEXT NOT NULL, avatar_url TEXT NOT NULL, access_token TEXT NOT NULL,
      secret_id TEXT NOT NULL, issued_at INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    INSERT INTO tokens VALUES ('a1', 'Ada', '', 'x', 'one', 1), ('b2', 'Eve', '', 'y', 'two', 2);
    PRAGMA user_version = 1;
  `);
  database.close();
  const store = await createSqliteStore(fileName());
  expect(await store.count('two')).toEqual({ users: 2, outdated: 1 });
  expect(await store.listOutdated('two', undefined, 10)).toEqual([{ userId: 'a1', name: 'Ada', avatarUrl: '' }]);
  await store.close();
});
