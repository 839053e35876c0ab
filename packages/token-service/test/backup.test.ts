import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { backUpStore, createMemoryStore, restoreStore, type StoredToken, type TokenStore } from '../src/index.js';
import { createSqliteStore, openSqliteSnapshot } from '../src/sqlite/index.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backup-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const tokenOf = (index: number, changes: Partial<StoredToken> = {}): StoredToken => ({
  userId: `user${index}`,
  name: 'Zo\u00eb \u{1f600} \u2028 "x"',
  avatarUrl: index % 2 === 0 ? '' : 'https://example.com/a.png',
  accessToken: `secret-of-${index}\n`,
  secretId: index % 3 === 0 ? 'one' : 'two',
  issuedAt: 1_000 + index,
  ...changes,
});

async function fill(store: TokenStore, users: number): Promise<void> {
  for (let index = 0; index < users; index += 1) await store.write(tokenOf(index), '');
  await store.setCurrentSecret('two', { expected: undefined });
}

async function linesOf(store: TokenStore): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of backUpStore(store)) lines.push(line);
  return lines;
}

const reading = (lines: readonly string[]) =>
  async function* readLines() {
    yield* lines;
  };

it('a backup of a store holds every token to the letter, and restores it into a store of another kind', async () => {
  const from = createMemoryStore();
  await fill(from, 1_203);
  const lines = await linesOf(from);
  expect(lines).toHaveLength(1_205);
  expect(lines.filter((line) => line.includes('\n'))).toEqual([]);

  const to = await createSqliteStore(join(folder, 'restored.db'));
  expect(await restoreStore(to, reading(lines))).toEqual({ restored: 1_203, kept: 0 });
  for (const index of [0, 1, 599, 1_202]) {
    expect(await to.read(`user${index}`)).toEqual({ token: tokenOf(index), currentSecret: 'two' });
  }
  expect((await linesOf(to)).toSorted()).toEqual(lines.toSorted());
  await to.close();
});

it('a backup holds the users of one app, and is restored as those of one', async () => {
  const from = await createSqliteStore(join(folder, 'apps.db'));
  const [one, other] = ['one', 'other'].map((appKey) => from.forApp?.(appKey) ?? from) as [TokenStore, TokenStore];
  await fill(one, 3);
  await other.write(tokenOf(0, { accessToken: 'of the other' }), '');
  const lines = await linesOf(other);
  expect(lines).toHaveLength(3);
  const to = createMemoryStore();
  expect(await restoreStore(to.forApp?.('other') ?? to, reading(lines))).toEqual({ restored: 1, kept: 0 });
  expect((await to.forApp?.('other').read('user0'))?.token).toEqual(tokenOf(0, { accessToken: 'of the other' }));
  await from.close();
});

it('restoring leaves later tokens, users who are being issued for, the secret in force, and all others alone', async () => {
  const from = createMemoryStore();
  await fill(from, 4);
  const to = createMemoryStore();
  const later = tokenOf(0, { accessToken: 'later', issuedAt: 5_000 });
  const earlier = tokenOf(1, { accessToken: 'earlier', issuedAt: 1 });
  const another = tokenOf(99);
  for (const token of [later, earlier, another]) await to.write(token, '');
  await to.setCurrentSecret('three', { expected: undefined });
  await to.acquireLease('user2', 60_000);

  expect(await restoreStore(to, reading(await linesOf(from)))).toEqual({ restored: 2, kept: 2 });
  expect((await to.read('user0')).token).toEqual(later);
  expect((await to.read('user1')).token).toEqual(tokenOf(1));
  expect((await to.read('user2')).token).toBeUndefined();
  expect((await to.read('user3')).token).toEqual(tokenOf(3));
  expect((await to.read('user99')).token).toEqual(another);
  expect(await to.currentSecret()).toBe('three');
});

it.each([
  ['is empty', () => []],
  ['is no backup of a token store', () => ['{"a":1}']],
  ['is of version 2', (lines: string[]) => [String(lines[0]).replace('"version":1', '"version":2'), ...lines.slice(1)]],
  ['is cut off', (lines: string[]) => lines.slice(0, -1)],
  ['is cut off', (lines: string[]) => lines.toSpliced(1, 1)],
  ['goes on after its end', (lines: string[]) => [...lines, ...lines.slice(1)]],
  ['holds a line that is no JSON object', (lines: string[]) => lines.toSpliced(2, 1, 'secret-of-1')],
])('of a backup that %s nothing is restored, and nothing is said of what it holds', async (problem, change) => {
  const from = createMemoryStore();
  await fill(from, 3);
  const to = createMemoryStore();
  const failing = restoreStore(to, reading(change(await linesOf(from))));
  await expect(failing).rejects.toMatchObject({ code: 'INVALID_OPTION' });
  await expect(failing).rejects.toThrow(problem);
  await expect(failing).rejects.not.toThrow('secret-of');
  expect(await to.count('')).toEqual({ users: 0, outdated: 0 });
});

it('a snapshot of a SQLite file is a copy, which is removed, or the store itself where this process has it open', async () => {
  const path = join(folder, 'tokens.db');
  const store = await createSqliteStore(path);
  await fill(store, 3);
  const shared = await openSqliteSnapshot(path);
  await store.write(tokenOf(3), '');
  expect(await shared.count('')).toEqual({ users: 4, outdated: 4 });
  await shared.close();
  await store.close();
  const copy = await openSqliteSnapshot(path);
  expect(await copy.count('')).toEqual({ users: 4, outdated: 4 });
  await copy.close();
  expect((await readdir(folder)).filter((name) => name.startsWith('tokens') || name.startsWith('.'))).toEqual([
    'tokens.db',
  ]);
  await expect(openSqliteSnapshot(join(folder, 'none.db'))).rejects.toMatchObject({ code: 'STORE_FAILED' });
});
