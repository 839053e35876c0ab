import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
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

it('a backup of a store without an App Secret is restored without one, and leaves out who was removed meanwhile', async () => {
  const from = createMemoryStore();
  for (const index of [0, 1, 2]) await from.write(tokenOf(index), '');
  const gone = {
    ...from,
    read: async (userId: string) =>
      userId === 'user1' ? { token: undefined, currentSecret: undefined } : from.read(userId),
  };
  const lines = await linesOf(gone);
  expect(lines.at(-1)).toBe('{"users":2}');
  const to = createMemoryStore();
  expect(await restoreStore(to, reading(lines))).toEqual({ restored: 2, kept: 0 });
  expect([await to.currentSecret(), await to.count('')]).toEqual([undefined, { users: 2, outdated: 2 }]);
});

it('users are backed up 32 at once', async () => {
  const from = createMemoryStore();
  for (let index = 0; index < 100; index += 1) await from.write(tokenOf(index), '');
  let [now, most] = [0, 0];
  async function read(userId: string) {
    now += 1;
    most = Math.max(most, now);
    await new Promise<void>((resolve) => setImmediate(resolve));
    now -= 1;
    return from.read(userId);
  }
  expect(await linesOf({ ...from, read })).toHaveLength(102);
  expect(most).toBe(32);
});

it('a token of the same time is kept, and the lease of whoever keeps theirs, or cannot be written, is given back', async () => {
  const from = createMemoryStore();
  await fill(from, 2);
  const to = createMemoryStore();
  await to.write(tokenOf(0, { accessToken: 'of the same time' }), '');
  expect(await restoreStore(to, reading(await linesOf(from)))).toEqual({ restored: 1, kept: 1 });
  expect((await to.read('user0')).token).toMatchObject({ accessToken: 'of the same time' });
  for (const userId of ['user0', 'user1']) expect(await to.acquireLease(userId, 1)).toBeTypeOf('string');
  const broken = createMemoryStore();
  const full = { ...broken, write: () => Promise.reject(new Error('The disk is full.')) };
  await expect(restoreStore(full, reading(await linesOf(from)))).rejects.toThrow('The disk is full.');
  expect(await broken.acquireLease('user0', 1)).toBeTypeOf('string');
  const lost = { ...full, releaseLease: () => Promise.reject(new Error('Lost.')) };
  await expect(restoreStore(lost, reading(await linesOf(from)))).rejects.toThrow('The disk is full.');
});

it('whoever is restored is leased once, by a write that releases the lease', async () => {
  const from = createMemoryStore();
  await fill(from, 2);
  const below = createMemoryStore();
  const released: string[] = [];
  const releaseLease = async (userId: string) => void released.push(userId);
  await restoreStore({ ...below, releaseLease }, reading(await linesOf(from)));
  expect(released).toEqual([]);
});

it.each(['userId', 'name', 'avatarUrl', 'accessToken', 'secretId', 'issuedAt'] as const)(
  'of a backup with a token whose %s is wrong nothing is restored',
  async (field) => {
    const from = createMemoryStore();
    await fill(from, 3);
    const [head = '', ...lines] = await linesOf(from);
    for (const wrong of [undefined, null, field === 'issuedAt' ? 1.5 : 7]) {
      const [token = '', ...others] = lines;
      const changed = JSON.stringify({ ...JSON.parse(token), [field]: wrong });
      const to = createMemoryStore();
      const failing = restoreStore(to, reading([head, changed, ...others]));
      await expect(failing).rejects.toMatchObject({ code: 'INVALID_OPTION' });
      expect(await to.count('')).toEqual({ users: 0, outdated: 0 });
    }
  },
);

it.each<[string, object]>([
  ['userId', { userId: '' }],
  ['userId', { userId: 'a\0b' }],
  ['userId', { userId: 'a\u001fb' }],
  ['userId', { userId: 'a\ud800b' }],
  ['userId', { userId: 'x'.repeat(65) }],
  ['accessToken', { accessToken: '' }],
  ['accessToken', { accessToken: 'a\0' }],
  ['secretId', { secretId: '' }],
  ['secretId', { secretId: 'a\u001fb' }],
  ['name', { name: 'a\0b' }],
  ['avatar', { avatarUrl: 'a\udc00' }],
  ['name', { name: 'half of an emoji \ud83d', avatarUrl: '\ude00 and the other half' }],
  ['time', { issuedAt: -1 }],
  ['time', { issuedAt: 9e15 }],
])('of a backup with a token whose %s no store keeps, or no service takes, nothing is restored', async (_, changes) => {
  const from = createMemoryStore();
  await fill(from, 3);
  const lines = await linesOf(from);
  lines[2] = JSON.stringify({ ...JSON.parse(String(lines[2])), ...changes });
  const to = createMemoryStore();
  const failing = restoreStore(to, reading(lines));
  await expect(failing).rejects.toMatchObject({ code: 'INVALID_OPTION' });
  await expect(failing).rejects.toThrow(/token 2\b/);
  await expect(failing).rejects.not.toThrow('secret-of');
  expect(await to.count('')).toEqual({ users: 0, outdated: 0 });
  expect(await to.currentSecret()).toBeUndefined();
});

it.each([[5], [''], [{ a: 1 }], [['two']], ['a\0'], ['a\u001fb'], [true]])(
  'of a backup whose App Secret is %j nothing is restored',
  async (currentSecret) => {
    const from = createMemoryStore();
    await fill(from, 3);
    const [head = '', ...lines] = await linesOf(from);
    const to = createMemoryStore();
    const failing = restoreStore(to, reading([JSON.stringify({ ...JSON.parse(head), currentSecret }), ...lines]));
    await expect(failing).rejects.toMatchObject({
      code: 'INVALID_OPTION',
      message: expect.stringContaining('currentSecret'),
    });
    expect(await to.count('')).toEqual({ users: 0, outdated: 0 });
  },
);

it('what is at the edge of what a store keeps is restored, and an App Secret that is no text is left out of a backup', async () => {
  const from = createMemoryStore();
  const edges = [
    { userId: 'x'.repeat(64), issuedAt: 0 },
    { userId: 'y', name: '', issuedAt: 8_640_000_000_000_000 },
  ];
  for (const changes of edges) await from.write(tokenOf(0, changes), '');
  for (const none of ['', null, undefined]) {
    const lines = await linesOf({ ...from, currentSecret: async () => none as never });
    expect(lines[0]).not.toContain('currentSecret');
    const to = createMemoryStore();
    expect(await restoreStore(to, reading(lines))).toEqual({ restored: 2, kept: 0 });
    expect(await to.currentSecret()).toBeUndefined();
  }
  // As one of before wrote it.
  const [head = '', ...others] = await linesOf(from);
  const old = JSON.stringify({ ...JSON.parse(head), currentSecret: null });
  expect(await restoreStore(createMemoryStore(), reading([old, ...others]))).toEqual({ restored: 2, kept: 0 });
});

it.each([
  ['is empty', () => []],
  ['is no backup of a token store', () => ['{"a":1}']],
  ['is of version 2', (lines: string[]) => [String(lines[0]).replace('"version":1', '"version":2'), ...lines.slice(1)]],
  ['is cut off', (lines: string[]) => lines.slice(0, -1)],
  ['is cut off', (lines: string[]) => lines.toSpliced(1, 1)],
  ['goes on after its end', (lines: string[]) => [...lines, ...lines.slice(1)]],
  ['is cut off', (lines: string[]) => [...lines.slice(0, -1), '{"users":4}']],
  ['holds a line that is no JSON object', (lines: string[]) => lines.toSpliced(2, 1, 'secret-of-1')],
  ['holds a line that is no JSON object', (lines: string[]) => lines.toSpliced(2, 1, 'null')],
  ['holds a line that is no JSON object', (lines: string[]) => lines.toSpliced(2, 1, '"secret-of-1"')],
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

it('a backup without the App Secret in force names none to the store that it is restored into', async () => {
  const from = createMemoryStore();
  await from.write(tokenOf(0), '');
  const to = createMemoryStore();
  const setCurrentSecret = vi.spyOn(to, 'setCurrentSecret');
  expect(await restoreStore(to, reading(await linesOf(from)))).toEqual({ restored: 1, kept: 0 });
  expect(setCurrentSecret).not.toHaveBeenCalled();
});
