import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { storeSuite } from '../../test/store-suite.js';
import type { StoredToken } from '../types.js';
import { acquireDatabaseLease } from './database-lease.js';
import { createSqliteStore } from './index.js';
import { openDatabase } from './open-database.js';
import { openStore } from './open-store.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sqlite-store-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const token: StoredToken = {
  userId: 'jlk456j5',
  name: 'Ada',
  avatarUrl: '',
  accessToken: 'x',
  secretId: 'one',
  issuedAt: 1,
};

let files = 0;
const fileName = (): string => join(folder, `${files}.db`);

storeSuite('SQLite', {
  open: () => createSqliteStore(fileName()),
  wipe: async () => {
    files += 1;
  },
});

it('is shared by all in one process that open the same file, by whatever name and copy of the module', async () => {
  files += 1;
  const alias = join(folder, `alias-${files}.db`);
  const store = await createSqliteStore(fileName());
  await symlink(fileName(), alias);
  vi.resetModules();
  const copy: typeof import('./index.js') = await import('./index.js');
  expect(copy.createSqliteStore).not.toBe(createSqliteStore);
  const other = await copy.createSqliteStore(alias);
  await store.write(token, '');
  await store.close();
  await store.close();
  expect((await other.read(token.userId)).token).toEqual(token);
  await other.close();
  await expect(other.read(token.userId)).rejects.toThrow('The store is closed');
  await expect(other.write(token, '')).rejects.toThrow('The store is closed');
  await expect(other.remove(token.userId)).rejects.toMatchObject({ code: 'STORE_FAILED' });
  expect((await readdir(folder)).filter((name) => name.startsWith(`${files}.db`))).toEqual([`${files}.db`]);
});

it.each([
  ['ENOSPC', { code: 'ENOSPC' }, 'The disk is full: make room on it.'],
  ['SQLITE_FULL', { code: 'ERR_SQLITE_ERROR', errcode: 13 }, 'The disk is full: make room on it.'],
  ['EXDEV', { code: 'EXDEV' }, 'Check the path and who may write there.'],
])('that cannot be opened says why: %s', async (code, details, remedy) => {
  files += 1;
  vi.resetModules();
  vi.doMock('./drivers.js', async (original) => ({
    ...(await original<object>()),
    loadLibrary: () => Promise.reject(Object.assign(new Error('x'), details)),
  }));
  const { openDatabase: open } = await import('./open-database.js').finally(() => vi.doUnmock('./drivers.js'));
  const message = `The database ${fileName()} cannot be opened (${code}). ${remedy}`;
  await expect(open(fileName())).rejects.toMatchObject({ code: 'STORE_FAILED', message });
});

describe('a file for the lock that is exchanged between a look at it and the lock', () => {
  const exchanges: Record<string, (lock: string) => void> = {
    'a link': (lock) => symlinkSync(join(folder, 'victim'), lock),
    'a folder': (lock) => mkdirSync(lock),
    'another file': (lock) => writeFileSync(lock, ''),
    nothing: () => {},
  };

  /** Opens a database whose lock finds something else than what was looked at, for the first time. */
  async function openExchanged(what: string) {
    files += 1;
    await writeFile(join(folder, 'victim'), 'precious', { mode: 0o644 });
    const locks: string[] = [];
    function lock(path: string): () => void {
      locks.push('taken');
      if (locks.length > 1) return () => void locks.push('released');
      // Still there, as one that is open: else its number may be used again.
      renameSync(path, `${path}.before`);
      exchanges[what]?.(path);
      return () => void locks.push('released');
    }
    vi.resetModules();
    vi.doMock('./drivers.js', async (original) => {
      const drivers = await original<typeof import('./drivers.js')>();
      return { ...drivers, loadLibrary: async () => ({ ...(await drivers.loadLibrary()), lock }) };
    });
    const { openDatabase: open } = await import('./open-database.js').finally(() => vi.doUnmock('./drivers.js'));
    return { locks, opening: open(fileName()) };
  }

  it.skipIf(process.platform === 'win32').each(['a link', 'a folder'])('is refused: %s', async (what) => {
    const { locks, opening } = await openExchanged(what);
    const refused = { code: 'STORE_FAILED', message: expect.stringContaining('-lock, which belongs to') };
    await expect(opening).rejects.toMatchObject(refused);
    expect(locks).toEqual(['taken', 'released']);
    expect((await stat(join(folder, 'victim'))).mode & 0o777).toBe(0o644);
  });

  it.each(['another file', 'nothing'])('is locked anew: %s', async (what) => {
    const { locks, opening } = await openExchanged(what);
    (await opening).close();
    expect(locks).toEqual(['taken', 'released', 'taken', 'released']);
  });
});

it.skipIf(process.platform === 'win32').each(['.pid', '-lock'])(
  'follows no link at its %s, and waits for no FIFO there',
  async (suffix) => {
    const make: Record<string, (path: string) => unknown> = {
      'a link to nothing': (path) => symlink(join(folder, 'nowhere'), path),
      'a link to a file': (path) => symlink(join(folder, 'victim'), path),
      'a folder': (path) => mkdir(path),
      'a FIFO': (path) => execFileSync('mkfifo', [path]),
    };
    const victim = join(folder, 'victim');
    await writeFile(victim, 'of somebody else', { mode: 0o644 });
    for (const [what, put] of Object.entries(make)) {
      files += 1;
      const path = `${fileName()}${suffix}`;
      await put(path);
      const error: unknown = await openDatabase(fileName()).catch((each: unknown) => each);
      expect([what, error]).toMatchObject([what, { code: 'STORE_FAILED' }]);
      expect((error as Error).message).toContain(`${path}, which belongs to a database, is a symbolic link or no file`);
    }
    expect((await stat(victim)).mode & 0o777).toBe(0o644);
    expect(await readFile(victim, 'utf8')).toBe('of somebody else');
    expect(await readdir(folder)).not.toContain('nowhere');
  },
);

it('is opened by one at a time, and says by whom', async () => {
  files += 1;
  const store = await createSqliteStore(fileName());
  const opening = openDatabase(fileName());
  await expect(opening).rejects.toMatchObject({ code: 'STORE_FAILED' });
  await expect(opening).rejects.toThrow(/in use by process \d+.* 6 seconds|in use: another process/);
  await store.close();
  await (await createSqliteStore(fileName())).close();
});

it('is opened by the next one after it could not be', async () => {
  files += 1;
  await writeFile(fileName(), 'This is no database, and never was one. '.repeat(50));
  for (let times = 0; times < 2; times += 1) {
    await expect(createSqliteStore(fileName())).rejects.toThrow('is damaged');
    expect(await readdir(folder)).not.toContain(`${files}.db-shm`);
  }
  await rm(fileName());
  await (await createSqliteStore(fileName())).close();
});

it('refuses a file of a newer version in words, and opens one that says that it can be used', async () => {
  files += 1;
  const newer = async (sql: string): Promise<void> => {
    const database = await openDatabase(fileName());
    database.exec(sql);
    database.close();
  };
  await (await createSqliteStore(fileName())).close();
  await newer('PRAGMA user_version = 99');
  for (let times = 0; times < 2; times += 1) {
    const opening = createSqliteStore(fileName());
    await expect(opening).rejects.toMatchObject({ code: 'STORE_FAILED' });
    await expect(opening).rejects.toThrow('written by a newer version');
  }
  await newer('PRAGMA user_version = -1');
  await expect(createSqliteStore(fileName())).rejects.toThrow('another program');
  await newer('PRAGMA user_version = 99');
  await newer("INSERT OR REPLACE INTO facts VALUES ('schema', '99 2'); ALTER TABLE tokens ADD COLUMN more TEXT");
  const store = await createSqliteStore(fileName());
  await store.write(token, '');
  expect((await store.read(token.userId)).token).toEqual(token);
  await store.close();
});

it.each([
  ['the file was removed', (path: string) => rm(path)],
  ['its log was removed', (path: string) => rm(`${path}-wal`)],
  ['both were', async (path: string) => Promise.all([rm(path), rm(`${path}-wal`)])],
])('goes on, and keeps what is written, after %s while it was open', async (_what, remove) => {
  files += 1;
  const store = await createSqliteStore(fileName());
  await store.write(token, '');
  await store.setCurrentSecret('one', { expected: undefined });
  await remove(fileName());
  await store.write({ ...token, userId: 'another' }, '');
  expect((await store.read('another')).token).toEqual({ ...token, userId: 'another' });
  await store.close();
  const again = await createSqliteStore(fileName());
  expect((await again.read('another')).token).toEqual({ ...token, userId: 'another' });
  await again.close();
});

it('uses a file that was put in the place of its own while it was open', async () => {
  files += 1;
  const store = await createSqliteStore(fileName());
  await store.write(token, '');
  await store.setCurrentSecret('one', { expected: undefined });
  const other = await createSqliteStore(`${fileName()}.other`);
  await other.setCurrentSecret('two', { expected: undefined });
  await other.close();
  await rename(`${fileName()}.other`, fileName());
  await store.write({ ...token, userId: 'another' }, '');
  expect(await store.read(token.userId)).toEqual({ token: undefined, currentSecret: 'two' });
  expect(await store.count('')).toEqual({ users: 1, outdated: 1 });
  await store.close();
});

it('hands out nothing of another app whose file was put in the place of its own', async () => {
  files += 1;
  const store = await createSqliteStore(fileName());
  const mine = store.forApp?.('mine') ?? store;
  const other = await createSqliteStore(`${fileName()}.other`);
  await (other.forApp?.('others') ?? other).write(token, '');
  await other.close();
  await rename(`${fileName()}.other`, fileName());
  const another = { ...token, userId: 'another' };
  await expect(mine.write(another, '')).rejects.toMatchObject({ code: 'STORE_FAILED' });
  await expect(mine.read(token.userId)).rejects.toThrow('Restart this process');
  await expect(mine.write(another, '')).rejects.toMatchObject({ code: 'STORE_FAILED' });
  await store.close();
});

it('is the same app’s after its file was removed while it was open', async () => {
  files += 1;
  const store = await createSqliteStore(fileName());
  const mine = store.forApp?.('mine') ?? store;
  await rm(fileName());
  await mine.write(token, '');
  await store.close();
  const again = await createSqliteStore(fileName());
  expect((await again.forApp?.('others').read(token.userId))?.token).toBeUndefined();
  expect((await again.forApp?.('mine').read(token.userId))?.token).toEqual(token);
  await again.close();
});

it('brings its log into the file before that grows large, whatever is read meanwhile', async () => {
  files += 1;
  const store = await createSqliteStore(fileName());
  const accessToken = 'x'.repeat(40_000);
  let largest = 0;
  for (let index = 0; index < 300; index += 1) {
    await store.write({ ...token, userId: `u${index}`, accessToken }, '');
    await store.read('u0');
    await store.count('');
    largest = Math.max(largest, (await stat(`${fileName()}-wal`)).size);
  }
  expect(largest).toBeLessThan(5_000_000);
  await store.close();
});

it('creates tables again that were dropped', async () => {
  files += 1;
  await (await createSqliteStore(fileName())).close();
  const database = await openDatabase(fileName());
  database.exec('DROP TABLE tokens');
  database.close();
  const store = await createSqliteStore(fileName());
  await store.write(token, '');
  expect(await store.count('')).toEqual({ users: 1, outdated: 1 });
  await store.close();
});

it.each([[':memory:'], [''], [undefined]])('refuses %j, which names no file', async (path) => {
  await expect(createSqliteStore(path as string)).rejects.toMatchObject({ code: 'INVALID_OPTION' });
});

it('refuses a folder, and says what to name', async () => {
  const message = `The path ${folder} is that of a folder. Name a file in it, such as ${join(folder, 'tokens.db')}.`;
  await expect(createSqliteStore(folder)).rejects.toMatchObject({ code: 'STORE_FAILED', message });
});

it.runIf(process.platform === 'linux')('refuses a device', async () => {
  const message = 'The path /dev/zero is that of a device, a pipe or a socket. Name a file.';
  await expect(createSqliteStore('/dev/zero')).rejects.toMatchObject({ code: 'STORE_FAILED', message });
});

it.each([
  ['a process that is no more', '4194000 1 x'],
  ['another process of the same number, from before a restart', `${process.pid} 1 x`],
  ['half a line', 'x'],
])('clears away what %s left behind', async (_what, holder) => {
  files += 1;
  await writeFile(`${fileName()}.pid`, holder);
  await mkdir(`${fileName()}.lock`);
  const store = await openStore(fileName(), { heartbeatMs: 20 });
  expect((await store.read('anybody')).token).toBeUndefined();
  await store.close();
});

it('waits for five heartbeats, and another one, of a second each', async () => {
  files += 1;
  await writeFile(`${fileName()}.pid`, '4194000 1 x');
  const pauses: number[] = [];
  const pause = async (ms: number): Promise<void> => void pauses.push(ms);
  const lease = await acquireDatabaseLease(`${fileName()}.pid`, { engine: 'wasm', pause });
  lease.release();
  expect(pauses).toEqual([...Array.from({ length: 20 }, () => 250), 1_000]);
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
