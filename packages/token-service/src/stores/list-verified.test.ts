import { expect, it } from 'vitest';
import type { StoredToken } from '../types.js';
import { listVerified } from './list-verified.js';

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
