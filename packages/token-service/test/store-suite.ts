import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StoredToken, TokenStore } from '../src/index.js';

/** What the suite needs of a store under test. */
export interface StoreUnderTest {
  /** Opens the store; with the same data each time within a test. */
  readonly open: () => Promise<TokenStore>;
  /** Takes all data away. */
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

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** What every store must do, whatever it keeps its tokens in. */
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
      const proof = await store.claim(changed.userId, 10_000);
      await store.write(changed, proof ?? '');
    }

    it('gives back what was written, to the letter, and in place of what was there', async () => {
      expect(await store.read(token.userId)).toEqual({ token: undefined, switchedTo: undefined });
      await put();
      expect((await store.read(token.userId)).token).toEqual(token);
      const next = { ...token, name: '', avatarUrl: 'https://example.com/a.png', accessToken: 'b', issuedAt: 1 };
      await put(next);
      expect((await store.read(token.userId)).token).toEqual(next);
      expect((await store.read('another')).token).toBeUndefined();
    });

    it('keeps what was written when it is opened again', async () => {
      await put();
      await store.switchTo(token.secretId, undefined);
      await store.close();
      store = await open();
      expect(await store.read(token.userId)).toEqual({ token, switchedTo: token.secretId });
    });

    it('removes a user, who need not be there', async () => {
      await put();
      await store.remove(token.userId);
      await store.remove(token.userId);
      expect((await store.read(token.userId)).token).toBeUndefined();
    });

    it('gives the right to issue for a user to one at a time', async () => {
      const claims = await Promise.all(Array.from({ length: 20 }, () => store.claim(token.userId, 10_000)));
      const [proof = '', ...others] = claims.filter((claim) => claim !== undefined);
      expect(others).toEqual([]);
      expect(await store.claim('another', 10_000)).toBeTypeOf('string');
      await store.release(token.userId, proof);
      expect(await store.claim(token.userId, 10_000)).toBeTypeOf('string');
    });

    it('gives the right back with a token, and takes no other proof for it', async () => {
      const proof = (await store.claim(token.userId, 10_000)) ?? '';
      await store.release(token.userId, 'another proof');
      expect(await store.claim(token.userId, 10_000)).toBeUndefined();
      await store.write(token, proof);
      expect(await store.claim(token.userId, 10_000)).toBeTypeOf('string');
    });

    it('ends a right by itself, unless it is prolonged by its owner', async () => {
      const proof = (await store.claim(token.userId, 400)) ?? '';
      await store.prolong(token.userId, proof, 60_000);
      await store.claim('another', 50);
      await wait(500);
      expect(await store.claim(token.userId, 10_000)).toBeUndefined();
      expect(await store.claim('another', 10_000)).toBeTypeOf('string');
      await store.prolong(token.userId, 'another proof', 1);
      await wait(50);
      expect(await store.claim(token.userId, 10_000)).toBeUndefined();
    });

    it('keeps a token that is written after its right has ended: it is good all the same', async () => {
      const proof = (await store.claim(token.userId, 10)) ?? '';
      await wait(50);
      const other = (await store.claim(token.userId, 10_000)) ?? '';
      await store.write(token, proof);
      expect((await store.read(token.userId)).token).toEqual(token);
      // The one who has the right now keeps it.
      expect(await store.claim(token.userId, 10_000)).toBeUndefined();
      await store.release(token.userId, other);
    });

    it('takes note of a switch only from what was expected', async () => {
      await store.switchTo('one', undefined);
      await store.switchTo('two', undefined);
      expect(await store.switchedTo()).toBe('one');
      await store.switchTo('two', 'one');
      await store.switchTo('one', 'one');
      expect([await store.switchedTo(), (await store.read('nobody')).switchedTo]).toEqual(['two', 'two']);
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
