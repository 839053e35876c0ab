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

const random = randomBytes(32);
it.each([
  ['a password of 43 characters of one kind', 'x'.repeat(43)],
  ['the same with its padding', `${'x'.repeat(43)}=`],
  ['a password of 43 characters', 'correcthorsebatterystaplecorrecthorsebattery'.slice(0, 43)],
  ['zeros in hex', '0'.repeat(64)],
  ['fifteen different bytes', Buffer.from(random.map((_, index) => index % 15)).toString('base64')],
  ['fifteen different bytes in hex', Buffer.from(random.map((_, index) => index % 15)).toString('hex')],
  ['31 bytes', random.subarray(1).toString('base64')],
  ['33 bytes', Buffer.concat([random, random.subarray(0, 1)]).toString('base64')],
  ['bits beyond its end', `${random.toString('base64').slice(0, 42)}B=`],
  ['a line feed', `${random.toString('base64')}\n`],
  ['a byte order mark', `\ufeff${random.toString('base64')}`],
  ['a space in it', random.toString('base64').replace(/^.{9}/, '$& ')],
  ['bytes that are no text', random],
  ['a promise', Promise.resolve(random.toString('base64'))],
  ['a String object', Object(random.toString('base64'))],
])('refuses a key of %s, and shows the command that makes one', (_, wrong) => {
  for (const keys of [[wrong], [key(), wrong]]) {
    const make = () => createEncryptedStore(createMemoryStore(), { keys: keys as never });
    expect(make).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }));
    expect(make).toThrow(/openssl rand -base64 32/);
    expect(make).not.toThrow(`${wrong}`);
  }
});

it('takes a key in base64 or in hexadecimal digits of either case, with 16 different bytes', () => {
  const least = Buffer.from(random.map((__, index) => index % 16));
  for (const bytes of [random, least]) {
    const hex = bytes.toString('hex');
    for (const keys of [[bytes.toString('base64')], [hex], [hex.toUpperCase()]] as [string][]) {
      expect(createEncryptedStore(createMemoryStore(), { keys })).toHaveProperty('read');
    }
  }
});

it.each([[[]], [['short']], [[7]], ['text']])('refuses the keys %j without showing them', (keys) => {
  const make = () => createEncryptedStore(createMemoryStore(), { keys: keys as never });
  expect(make).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }));
  expect(make).not.toThrow('short');
});
