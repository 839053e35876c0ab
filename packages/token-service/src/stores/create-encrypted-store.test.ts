import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { storeSuite } from '../../test/store-suite.js';
import { ada, makeSetting } from '../../test/support/make-setting.js';
import { createEncryptedStore, createMemoryStore, type StoredToken, type TokenStore } from '../index.js';

const key = (): string => randomBytes(32).toString('base64');
const token: StoredToken = { ...ada, avatarUrl: '', accessToken: 'a.token+/=', secretId: 'a', issuedAt: 1 };
const suiteKey = key();
let below: TokenStore;

storeSuite('encrypted', {
  open: async () => createEncryptedStore(below, { keys: [suiteKey] }),
  wipe: async () => {
    below = createMemoryStore();
  },
});

it('keeps nothing that can be read without the key, and nothing twice in the same way', async () => {
  const memory = createMemoryStore();
  const store = createEncryptedStore(memory, { keys: [key()] });
  const kept: (string | undefined)[] = [];
  for (let round = 0; round < 2; round += 1) {
    await store.write(token, '');
    kept.push((await memory.read(ada.userId)).token?.accessToken);
  }
  expect(kept.join()).not.toContain('token');
  expect(Buffer.from(kept[0]?.split('.')[1] ?? '', 'base64').toString('latin1')).not.toContain('token');
  expect(kept[0]).not.toBe(kept[1]);
});

it('goes over to a new key, and reads what was written with the one before', async () => {
  const memory = createMemoryStore();
  const [before, after] = [key(), Buffer.from(key(), 'base64').toString('hex')];
  await createEncryptedStore(memory, { keys: [before] }).write(token, '');
  const both = createEncryptedStore(memory, { keys: [after, before] });
  expect((await both.read(ada.userId)).token).toEqual(token);
  await both.write(token, '');
  expect((await createEncryptedStore(memory, { keys: [after] }).read(ada.userId)).token).toEqual(token);
});

it('takes a token that it cannot read for none: of a lost key, changed, moved to another user, or from before', async () => {
  const memory = createMemoryStore();
  const store = createEncryptedStore(memory, { keys: [key()] });
  await store.write(token, '');
  const { token: sealed = token } = await memory.read(ada.userId);
  expect((await createEncryptedStore(memory, { keys: [key()] }).read(ada.userId)).token).toBeUndefined();
  const last = sealed.accessToken.at(-3) === 'A' ? 'B' : 'A';
  const changed = `${sealed.accessToken.slice(0, -3)}${last}${sealed.accessToken.slice(-2)}`;
  for (const accessToken of [changed, 'a.b', 'plain', '']) {
    await memory.write({ ...sealed, accessToken }, '');
    expect((await store.read(ada.userId)).token).toBeUndefined();
  }
  await memory.write({ ...sealed, userId: 'bob1' }, '');
  expect((await store.read('bob1')).token).toBeUndefined();
});

it('issues anew where the key is lost', async () => {
  const memory = createMemoryStore();
  const { instance, issued } = makeSetting(memory);
  await instance({ store: createEncryptedStore(memory, { keys: [key()] }) }).get(ada);
  await instance({ store: createEncryptedStore(memory, { keys: [key()] }) }).get(ada);
  expect(await issued()).toBe(2);
});

it.each([[[]], [['short']], [[7]], ['text']])('refuses the keys %j without showing them', (keys) => {
  const make = () => createEncryptedStore(createMemoryStore(), { keys: keys as never });
  expect(make).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }));
  expect(make).not.toThrow('short');
});
