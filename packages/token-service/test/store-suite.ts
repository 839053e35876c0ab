import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../../../test/support/until.js';
import type { StoredToken, TokenStore } from '../src/index.js';

/** What the suite needs of a store under test. */
export interface StoreUnderTest {
  /** Opens the store, with the same data each time within a test. */
  readonly open: () => Promise<TokenStore>;
  /** Removes all data. */
  readonly wipe: () => Promise<void>;
}

const token: StoredToken = {
  userId: 'jlk456j5',
  name: 'Ada',
  avatarUrl: '',
  accessToken: ' +/=@;. tok"en\u00e9😀 ',
  secretId: 'a'.repeat(16),
  issuedAt: 1_800_000_000_123,
};

/**
 * What every store must do, whatever it keeps its tokens in.
 *
 * @param name what the tests call the store, such as `Redis`
 * @param store how the store is opened, and its data removed
 */
export function storeSuite(name: string, { open, wipe }: StoreUnderTest): void {
  describe(`a ${name} store`, () => {
    let store: TokenStore;
    beforeEach(async () => {
      await wipe();
      store = await open();
    });
    afterEach(() => store.close());

    async function put(changes: Partial<StoredToken> = {}): Promise<void> {
      const changed = { ...token, ...changes };
      const leaseId = await store.acquireLease(changed.userId, 10_000);
      await store.write(changed, leaseId ?? '');
    }

    /** Resolves to a lease as soon as nobody else holds one. */
    function acquireOnceFree(userId: string): Promise<string> {
      const acquire = async (): Promise<string> => {
        const leaseId = await store.acquireLease(userId, 60_000);
        if (leaseId === undefined) throw new Error('Somebody holds the lease.');
        return leaseId;
      };
      return until(acquire);
    }

    /** Resolves once a lease of so many milliseconds that is acquired now has expired by the store's own clock. */
    async function outlast(leaseMs: number): Promise<void> {
      await store.acquireLease('witness', leaseMs);
      await store.releaseLease('witness', await acquireOnceFree('witness'));
    }

    /** Extends a lease, and resolves once it would have expired without; a slow machine gets a longer one to extend. */
    async function extendInTime(userId: string, leaseMs: number): Promise<string> {
      for (let shortMs = 200; ; shortMs *= 4) {
        const startedAt = performance.now();
        const leaseId = await acquireOnceFree(userId);
        await store.extendLease(userId, leaseId, shortMs);
        await store.extendLease(userId, leaseId, leaseMs);
        const isInTime = performance.now() - startedAt < shortMs;
        await outlast(shortMs);
        if (isInTime) return leaseId;
        await store.releaseLease(userId, leaseId);
      }
    }

    it('gives back what was written, to the letter, and in place of what was there', async () => {
      expect(await store.read(token.userId)).toEqual({ token: undefined, currentSecret: undefined });
      await put();
      expect((await store.read(token.userId)).token).toEqual(token);
      const next = { ...token, name: '', avatarUrl: 'https://example.com/a.png', accessToken: 'b', issuedAt: 1 };
      await put(next);
      expect((await store.read(token.userId)).token).toEqual(next);
      expect((await store.read('another')).token).toBeUndefined();
    });

    it('gives each of a crowd what is theirs, to everybody as often as they ask', async () => {
      const userIds = Array.from({ length: 250 }, (_, index) => `user${index}`);
      const accessTokenOf = (userId: string): string => `of ${userId}`;
      const stored = userIds.filter((_, index) => index % 3 > 0);
      for (const userId of stored) await put({ userId, accessToken: accessTokenOf(userId) });
      const asked = [...userIds, ...userIds.toReversed()];
      const read = await Promise.all(asked.map((userId) => store.read(userId)));
      expect(read.map((entry) => entry.token?.accessToken)).toEqual(
        asked.map((userId) => (stored.includes(userId) ? accessTokenOf(userId) : undefined)),
      );
    });

    it('keeps what was written when it is opened again', async () => {
      await put();
      await store.setCurrentSecret(token.secretId, { expected: undefined });
      await store.close();
      store = await open();
      expect(await store.read(token.userId)).toEqual({ token, currentSecret: token.secretId });
    });

    it('removes a user, who need not be there', async () => {
      await put();
      await store.remove(token.userId);
      await store.remove(token.userId);
      expect((await store.read(token.userId)).token).toBeUndefined();
    });

    it('leases a user to one at a time', async () => {
      const leases = await Promise.all(Array.from({ length: 20 }, () => store.acquireLease(token.userId, 10_000)));
      const [leaseId = '', ...others] = leases.filter((lease) => lease !== undefined);
      expect(others).toEqual([]);
      expect(await store.acquireLease('another', 10_000)).toBeTypeOf('string');
      await store.releaseLease(token.userId, leaseId);
      expect(await store.acquireLease(token.userId, 10_000)).toBeTypeOf('string');
    });

    it('releases a lease with a token, and none of another ID', async () => {
      const leaseId = (await store.acquireLease(token.userId, 10_000)) ?? '';
      await store.releaseLease(token.userId, 'another lease');
      expect(await store.acquireLease(token.userId, 10_000)).toBeUndefined();
      await store.write(token, leaseId);
      expect(await store.acquireLease(token.userId, 10_000)).toBeTypeOf('string');
    });

    it('lets a lease expire, unless its holder extends it', async () => {
      const leaseId = await extendInTime(token.userId, 60_000);
      await store.acquireLease('another', 50);
      await acquireOnceFree('another');
      expect(await store.acquireLease(token.userId, 10_000)).toBeUndefined();
      await store.extendLease(token.userId, 'another lease', 1);
      await outlast(50);
      expect(await store.acquireLease(token.userId, 10_000)).toBeUndefined();
      await store.extendLease(token.userId, leaseId, 1);
      await acquireOnceFree(token.userId);
    });

    it('keeps a token that is written after its lease has expired: it is valid all the same', async () => {
      const leaseId = (await store.acquireLease(token.userId, 10)) ?? '';
      const other = await acquireOnceFree(token.userId);
      await store.write(token, leaseId);
      expect((await store.read(token.userId)).token).toEqual(token);
      // Whoever holds the lease by now keeps it.
      expect(await store.acquireLease(token.userId, 10_000)).toBeUndefined();
      await store.releaseLease(token.userId, other);
    });

    it('records the current secret only in place of the expected one', async () => {
      await store.setCurrentSecret('one', { expected: undefined });
      await store.setCurrentSecret('two', { expected: undefined });
      expect(await store.currentSecret()).toBe('one');
      await store.setCurrentSecret('two', { expected: 'one' });
      await store.setCurrentSecret('one', { expected: 'one' });
      expect([await store.currentSecret(), (await store.read('nobody')).currentSecret]).toEqual(['two', 'two']);
    });

    it('lists the users of other secrets in parts, in the order of their IDs, and counts them', async () => {
      for (const userId of ['d4', 'a1', 'C3', 'b2', 'e5']) await put({ userId, avatarUrl: `${userId}.png` });
      await put({ userId: 'new1', secretId: 'b'.repeat(16) });
      expect(await store.count('b'.repeat(16))).toEqual({ users: 6, outdated: 5 });
      const seen: string[] = [];
      for (let after: string | undefined; ; ) {
        const page = await store.listOutdated('b'.repeat(16), after, 2);
        seen.push(...page.map(({ userId }) => userId));
        for (const { userId, name, avatarUrl } of page) expect([name, avatarUrl]).toEqual(['Ada', `${userId}.png`]);
        after = page.at(-1)?.userId;
        if (page.length < 2) break;
      }
      expect(seen.toSorted()).toEqual(['C3', 'a1', 'b2', 'd4', 'e5']);
      expect(new Set(seen).size).toBe(5);
      expect(await store.listOutdated('a'.repeat(16), undefined, 10)).toMatchObject([{ userId: 'new1' }]);
    });

    it('takes no ID for another one, however a text is cut or changed on the way', async () => {
      await put({ userId: 'alice' });
      await put({ userId: 'bob\ufffd' });
      const others = ['alice\0', 'alice\0eve', 'Alice', 'alice ', ' alice', 'bob\ud83d', 'bob\ude00', 'bob\ud83e'];
      const secretId = 'b'.repeat(16);
      for (const userId of others) {
        const entry = await store.read(userId).catch(() => undefined);
        expect(entry?.token).toBeUndefined();
        await store.remove(userId).catch(() => {});
        await store.write({ ...token, userId, secretId }, '').catch(() => {});
        const lease = await store.acquireLease(userId, 10_000).catch(() => undefined);
        if (lease !== undefined) await store.releaseLease(userId, lease);
      }
      for (const userId of ['alice', 'bob\ufffd']) {
        expect((await store.read(userId)).token).toEqual({ ...token, userId });
        expect(await store.acquireLease(userId, 10_000)).toBeTypeOf('string');
      }
    });

    it.each([undefined, null, 7, ['alice'], { userId: 'alice' }])('refuses %j for an ID in words', async (none) => {
      const userId = none as unknown as string;
      const calls = [
        () => store.read(userId),
        () => store.write({ ...token, userId }, ''),
        () => store.remove(userId),
        () => store.acquireLease(userId, 10_000),
        () => store.extendLease(userId, '1', 10_000),
        () => store.releaseLease(userId, '1'),
      ];
      for (const call of calls) {
        const refused = { code: 'INVALID_USER', message: expect.stringMatching(/^userId is of type /) };
        await expect(call()).rejects.toMatchObject(refused);
      }
    });

    it('keeps the rows of each App Key apart; those of the first one are the ones without an App Key', async () => {
      await put({ userId: 'alice' });
      await store.setCurrentSecret(token.secretId, { expected: undefined });
      if (!store.forApp) throw new Error('The store has no forApp.');
      const [first, second, third] = ['key1', 'key2', 'key22'].map((appKey) => store.forApp?.(appKey) ?? store);
      if (!first || !second || !third) throw new Error('There is no part.');
      // What 0.1 wrote, or whoever uses the store as it is.
      const { userId, ...rest } = { ...token, userId: 'alice' };
      const isEncrypted = (await first.read(userId)).isUnreadable;
      if (isEncrypted) await first.write({ ...rest, userId }, '');
      expect(await first.read(userId)).toEqual({ token: { ...rest, userId }, currentSecret: token.secretId });
      expect(await second.read(userId)).toMatchObject({ token: undefined, currentSecret: undefined });
      const lease = (await second.acquireLease(userId, 10_000)) ?? '';
      expect(await first.acquireLease(userId, 10_000)).toBeTypeOf('string');
      await second.write({ ...rest, userId, accessToken: 'of key2', secretId: 'two' }, lease);
      await third.write({ ...rest, userId: 'bob', accessToken: 'of key22', secretId: 'three' }, '');
      await second.setCurrentSecret('two', { expected: undefined });
      expect((await second.read(userId)).token).toMatchObject({ userId, accessToken: 'of key2', secretId: 'two' });
      expect((await first.read(userId)).token).toMatchObject({ accessToken: token.accessToken });
      expect(await Promise.all([first, second, third].map((part) => part.currentSecret()))).toEqual([
        token.secretId,
        'two',
        undefined,
      ]);
      expect(await first.count('none')).toEqual({ users: 1, outdated: 1 });
      expect(await second.count('two')).toEqual({ users: 1, outdated: 0 });
      expect(await second.count('three')).toEqual({ users: 1, outdated: 1 });
      const idsOf = async (part: TokenStore, secretId: string): Promise<string[]> =>
        (await part.listOutdated(secretId, undefined, 10)).map((user) => user.userId);
      expect(await idsOf(first, 'none')).toEqual(['alice']);
      expect(await idsOf(second, 'none')).toEqual(['alice']);
      expect(await second.listOutdated('none', 'alice', 10)).toEqual([]);
      expect(await idsOf(third, 'none')).toEqual(['bob']);
      expect(await idsOf(third, 'three')).toEqual([]);
      await second.remove(userId);
      expect((await second.read(userId)).token).toBeUndefined();
      expect((await first.read(userId)).token).toBeDefined();
      await store.close();
      store = await open();
      expect((await store.forApp?.('key22').read('bob'))?.token).toMatchObject({ accessToken: 'of key22' });
      expect((await store.forApp?.('key1').read(userId))?.token).toMatchObject({ accessToken: token.accessToken });
    });

    it('takes no ID of the first App Key for a row of another one, whatever IDs may hold', async () => {
      if (!store.forApp) throw new Error('The store has no forApp.');
      const [first, second] = [store.forApp('key1'), store.forApp('key2')];
      await second.write({ ...token, userId: 'alice', accessToken: 'of key2' }, '');
      // All that a pattern of one's own may allow: what else could stand between an App Key and an ID, none of them holds.
      const separators = Array.from({ length: 95 }, (_, index) => String.fromCodePoint(0x20 + index));
      const others = [...separators, '', '::', '\u00a0', '\u2063', '\u{e000}'].map((each) => `key2${each}alice`);
      for (const userId of [...others, 'key2\u001falice']) {
        expect((await first.read(userId).catch(() => undefined))?.token).toBeUndefined();
        await first.write({ ...token, userId, accessToken: 'of key1' }, '').catch(() => {});
        await first.remove(userId).catch(() => {});
      }
      expect((await second.read('alice')).token).toMatchObject({ userId: 'alice', accessToken: 'of key2' });
      for (const userId of others) await first.write({ ...token, userId, accessToken: 'of key1' }, '');
      expect((await second.read('alice')).token).toMatchObject({ accessToken: 'of key2' });
      expect(await second.count('none')).toEqual({ users: 1, outdated: 1 });
      expect(await first.count('none')).toEqual({ users: others.length, outdated: others.length });
    });

    it('shows that it can be written, and leaves nothing of that', async () => {
      const mine = store.forApp?.('mine') ?? store;
      await mine.write(token, '');
      for (const part of [store, mine, store.forApp?.('other') ?? store]) await part.checkWrite?.();
      expect(await store.count('none')).toEqual(await mine.count('none'));
      expect(await mine.count('none')).toEqual({ users: 1, outdated: 1 });
      expect(await mine.listOutdated('', undefined, 10)).toMatchObject([{ userId: token.userId }]);
    });

    it('lists and counts over several secrets, also after users were replaced and removed', async () => {
      for (const userId of ['a1', 'b2', 'a3', 'b4', 'c5', 'a6']) await put({ userId, secretId: `${userId[0]}` });
      await put({ userId: 'a1', secretId: 'c' });
      await put({ userId: 'b4', secretId: 'b', name: 'Eve' });
      await store.remove('a3');
      expect(await store.count('c')).toEqual({ users: 5, outdated: 3 });
      const idsOf = async (after: string | undefined, limit: number): Promise<string[]> =>
        (await store.listOutdated('c', after, limit)).map(({ userId }) => userId);
      expect(await idsOf(undefined, 2)).toEqual(['a6', 'b2']);
      expect(await idsOf('b2', 2)).toEqual(['b4']);
      expect(await store.count('of nobody')).toEqual({ users: 5, outdated: 5 });
    });
  });
}
