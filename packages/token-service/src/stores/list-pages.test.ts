import { expect, it } from 'vitest';
import type { StoredToken } from '../types.js';
import { createPager, listVerified } from './list-pages.js';

const rowOf = (userId: string): StoredToken => ({
  ...{ userId, name: `name of ${userId}`, avatarUrl: `${userId}.png`, accessToken: 'x', secretId: 's', issuedAt: 1 },
});

/** A list of so many users, of whom some have a row that is theirs. */
function makeList(count: number, hasRow: (index: number) => boolean) {
  const found = Array.from({ length: count }, (_, index) => ({ userId: `u${1_000 + index}` }));
  const pages: [after: string | undefined, limit: number][] = [];
  const atOnce = { now: 0, most: 0 };
  return {
    pages,
    atOnce,
    async readPage(after: string | undefined, limit: number) {
      pages.push([after, limit]);
      return found.filter(({ userId }) => after === undefined || userId > after).slice(0, limit);
    },
    async rowOf({ userId }: { readonly userId: string }) {
      atOnce.now += 1;
      atOnce.most = Math.max(atOnce.most, atOnce.now);
      await new Promise<void>((resolve) => setImmediate(resolve));
      atOnce.now -= 1;
      return hasRow(Number(userId.slice(1)) - 1_000) ? rowOf(userId) : undefined;
    },
  };
}

it('a page is filled with those who follow whoever has no row of theirs, as they stand in their rows', async () => {
  const { pages, ...list } = makeList(10, (index) => index % 2 === 1);
  const users = await listVerified({ ...list, after: 'u1000', limit: 3 });
  expect(users).toEqual(
    ['u1001', 'u1003', 'u1005'].map((userId) => ({ userId, name: `name of ${userId}`, avatarUrl: `${userId}.png` })),
  );
  expect(pages).toEqual([
    ['u1000', 3],
    ['u1003', 1],
    ['u1004', 1],
  ]);
});

it('an empty page is the end, and nothing is asked for beyond it or for nobody', async () => {
  const { pages, ...list } = makeList(3, () => false);
  expect(await listVerified({ ...list, after: undefined, limit: 2 })).toEqual([]);
  expect(pages).toEqual([
    [undefined, 2],
    ['u1001', 2],
    ['u1002', 2],
  ]);
  expect(await listVerified({ ...list, after: undefined, limit: 0 })).toEqual([]);
  expect(pages).toHaveLength(3);
});

it('rows are asked for 32 at once, and none is left out or asked for twice', async () => {
  const list = makeList(100, () => true);
  const users = await listVerified({ ...list, after: undefined, limit: 70 });
  expect(users.map(({ userId }) => userId)).toEqual(Array.from({ length: 70 }, (_, index) => `u${1_000 + index}`));
  expect(list.atOnce.most).toBe(32);
});

const users = (...userIds: unknown[]) => userIds.map((userId) => ({ userId }) as { userId: string });

/** Pages of a list that is asked for what follows, and notes after whom. */
function makePages(pages: (after: string | undefined) => unknown) {
  const asked: (string | undefined)[] = [];
  return {
    asked,
    async readPage(after: string | undefined) {
      asked.push(after);
      return pages(after) as never;
    },
  };
}

it('goes on after the last user of each page, up to an empty one, and from where it is to start', async () => {
  const list = makePages((after) => ({ a: users('b', 'c'), c: users('d') })[after ?? ''] ?? users());
  const nextPage = createPager(list.readPage, 'a');
  expect([await nextPage(), await nextPage(), await nextPage()]).toEqual([users('b', 'c'), users('d'), []]);
  expect(list.asked).toEqual(['a', 'c', 'd']);
});

it('reads a page again that could not be read', async () => {
  let isDown = true;
  const nextPage = createPager(async (after) => {
    if (isDown && after === 'a') throw new Error('Away.');
    return after === undefined ? users('a') : users('b');
  });
  await nextPage();
  await expect(nextPage()).rejects.toThrow('Away.');
  isDown = false;
  expect(await nextPage()).toEqual(users('b'));
});

it('comes to the end of a list of many pages', async () => {
  const nextPage = createPager(async (after) => (after === '999' ? [] : users(String(Number(after ?? -1) + 1))));
  let pages = 0;
  while ((await nextPage()).length > 0) pages += 1;
  expect(pages).toBe(1_000);
});

it.each([1, 2, 3, 7, 50])('finds a circle of %i pages out, though it begins later', async (length) => {
  const nextPage = createPager(async (after) => {
    const at = Number(after ?? -1) + 1;
    return users(String(at < 20 + length ? at : 20));
  });
  async function readAll(): Promise<void> {
    for (let pages = 0; pages < 300; pages += 1) await nextPage();
  }
  const message = expect.stringContaining('returned before');
  await expect(readAll()).rejects.toMatchObject({ code: 'STORE_FAILED', message });
});

it.each([[null], [undefined], ['a'], [{}], [[null]], [['a']]])('does not take %o for a list', async (page) => {
  const message = expect.stringContaining('no list of users');
  await expect(createPager(makePages(() => page).readPage)()).rejects.toMatchObject({ code: 'STORE_FAILED', message });
});

it('does not begin anew behind users without an ID', async () => {
  const nextPage = createPager(makePages(() => users(undefined)).readPage);
  await expect(nextPage()).rejects.toMatchObject({ code: 'STORE_FAILED' });
});
