import { randomBytes } from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';
import { until } from '../../../../test/support/until.js';
import { storeSuite } from '../../test/store-suite.js';
import { ada, makeSetting } from '../../test/support/make-setting.js';
import { createEncryptedStore, createMemoryStore, type StoredToken, type TokenStore } from '../index.js';
import { sealToken, toSealKey } from './sealed-token.js';

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
  expect(Buffer.from(kept[0]?.split(':')[3] ?? '', 'base64').toString('latin1')).not.toContain('token');
  expect(kept[0]).toMatch(/^nexconn-encrypted:2:[0-9a-f]{8}:[A-Za-z0-9+/]+={0,2}$/);
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

it.each([
  ['user', { userId: 'bob1' }],
  ['name', { name: 'Eve' }],
  ['avatar', { avatarUrl: 'https://example.com/eve.png' }],
  ['App Secret', { secretId: 'b' }],
  ['time', { issuedAt: 2 }],
])('reads no token beside another %s than it was written with', async (_, changes) => {
  const memory = createMemoryStore();
  const store = createEncryptedStore(memory, { keys: [key()] });
  await store.write(token, '');
  const { token: sealed = token } = await memory.read(ada.userId);
  const changed = { ...sealed, ...changes };
  const below = { ...memory, read: async () => ({ token: changed, currentSecret: undefined }) };
  const reader = createEncryptedStore(below, { keys: [suiteKey, suiteKey] });
  for (const asked of [ada.userId, changed.userId]) expect((await reader.read(asked)).token).toBeUndefined();
  await memory.write(changed, '');
  expect((await store.read(changed.userId)).token).toBeUndefined();
});

it('is bound to the user who was asked for: a value that was copied, with the row around it, is none', async () => {
  const memory = createMemoryStore();
  const store = createEncryptedStore(memory, { keys: [suiteKey] });
  await store.write(token, '');
  const { token: sealed } = await memory.read(ada.userId);
  // As a Redis answers where a value was copied to another key.
  const copied = { ...memory, read: async () => ({ token: sealed, currentSecret: undefined }) };
  expect((await createEncryptedStore(copied, { keys: [suiteKey] }).read('bob1')).token).toBeUndefined();
  expect((await createEncryptedStore(copied, { keys: [suiteKey] }).read(ada.userId)).token).toEqual(token);
});

it('lists users by rows that were verified alone: nobody by a name that was changed, and everybody after such rows', async () => {
  const memory = createMemoryStore();
  const store = createEncryptedStore(memory, { keys: [suiteKey] });
  const userIds = ['a1', 'b2', 'c3', 'd4', 'e5'];
  for (const userId of userIds) await store.write({ ...token, userId }, '');
  for (const [userId, changes] of Object.entries({
    a1: { name: 'Eve' },
    b2: { avatarUrl: 'eve.png' },
    c3: { accessToken: 'x' },
  })) {
    const { token: sealed = token } = await memory.read(userId);
    await memory.write({ ...sealed, ...changes }, '');
  }
  expect(await store.listOutdated('b', undefined, 1)).toEqual([{ userId: 'd4', name: token.name, avatarUrl: '' }]);
  expect((await store.listOutdated('b', 'a1', 3)).map(({ userId }) => userId)).toEqual(['d4', 'e5']);
  // The list of the store below may name whom it likes as well.
  const listing = { ...memory, listOutdated: async () => [{ userId: 'd4', name: 'Eve', avatarUrl: 'eve.png' }] };
  const reader = createEncryptedStore(listing, { keys: [suiteKey] });
  expect(await reader.listOutdated('b', undefined, 1)).toEqual([{ userId: 'd4', name: token.name, avatarUrl: '' }]);
});

it('reads the tokens of one App Key under no other', async () => {
  const memory = createMemoryStore();
  const store = createEncryptedStore(memory, { keys: [suiteKey] });
  await store.forApp('one').write(token, '');
  const { token: sealed = token } = (await memory.forApp?.('one').read(ada.userId)) ?? {};
  await memory.forApp?.('two').write(sealed, '');
  expect((await store.forApp('one').read(ada.userId)).token).toEqual(token);
  expect(await store.forApp('two').read(ada.userId)).toMatchObject({ token: undefined, isUnreadable: true });
});

it('says of a token that it cannot read that there is one, and of none that there is none', async () => {
  const memory = createMemoryStore();
  const store = createEncryptedStore(memory, { keys: [key()] });
  expect((await store.read(ada.userId)).isUnreadable).toBeFalsy();
  await memory.write(token, '');
  expect((await store.read(ada.userId)).isUnreadable).toBeFalsy();
  await createEncryptedStore(memory, { keys: [key()] }).write(token, '');
  expect((await store.read(ada.userId)).isUnreadable).toBe(true);
});

describe('the rotation of a key', () => {
  const [before, after] = [key(), key()];

  async function makeRows(count: number): Promise<TokenStore> {
    const memory = createMemoryStore();
    const store = createEncryptedStore(memory, { keys: [before] });
    for (let index = 0; index < count; index += 1) await store.write({ ...token, userId: `u${index}` }, '');
    return memory;
  }

  /** Reads a user's token through a store, and waits for what is written beside that. */
  async function readAndRotate(
    store: TokenStore,
    memory: TokenStore,
    userId: string,
  ): Promise<StoredToken | undefined> {
    const { token: first } = await store.read(userId);
    const onlyAfter = createEncryptedStore(memory, { keys: [after] });
    await until(async () => expect((await onlyAfter.read(userId)).token).toBeDefined());
    return first;
  }

  it('ends once everybody was read: each token is written anew under the first key once it was read', async () => {
    const memory = await makeRows(20);
    const both = createEncryptedStore(memory, { keys: [after, before] });
    for (let index = 0; index < 20; index += 1) {
      expect(await readAndRotate(both, memory, `u${index}`)).toEqual({ ...token, userId: `u${index}` });
    }
    const onlyAfter = createEncryptedStore(memory, { keys: [after] });
    for (let index = 0; index < 20; index += 1) {
      expect((await onlyAfter.read(`u${index}`)).token).toEqual({ ...token, userId: `u${index}` });
      // The lease was given back.
      expect(await memory.acquireLease(`u${index}`, 1)).toBeTypeOf('string');
    }
  });

  it('overwrites no token that was issued meanwhile, and waits for nobody who is issuing', async () => {
    const memory = await makeRows(2);
    const newer = { ...token, userId: 'u0', accessToken: 'newer', issuedAt: 9 };
    let reads = 0;
    const racing: TokenStore = {
      ...memory,
      async read(userId) {
        const entry = await memory.read(userId);
        reads += 1;
        // Another instance writes between the first look and the one under the lease.
        if (reads === 1) await createEncryptedStore(memory, { keys: [after] }).write(newer, '');
        return entry;
      },
    };
    const both = createEncryptedStore(racing, { keys: [after, before] });
    expect((await both.read('u0')).token?.accessToken).toBe(token.accessToken);
    // What may be written is decided: the lease was given back.
    await until(async () => expect(await memory.acquireLease('u0', 1)).toBeDefined());
    expect((await both.read('u0')).token).toEqual(newer);
    const leaseId = await memory.acquireLease('u1', 60_000);
    expect((await both.read('u1')).token).toEqual({ ...token, userId: 'u1' });
    await memory.releaseLease('u1', leaseId ?? '');
    expect(await both.reencrypt({ isDryRun: true })).toMatchObject({ outdated: 1, current: 1 });
  });

  it('is written under a lease of its own, given back where nothing is written, and not at all under the first key', async () => {
    const asked: string[] = [];
    const watch = (memory: TokenStore): TokenStore => ({
      ...memory,
      acquireLease: (userId, leaseMs) => {
        asked.push(`lease ${leaseMs}`);
        return memory.acquireLease(userId, leaseMs);
      },
      write: (written, leaseId) => {
        asked.push(`write ${leaseId}`);
        return memory.write(written, leaseId);
      },
      releaseLease: (userId, leaseId) => {
        asked.push(`release ${leaseId}`);
        return memory.releaseLease(userId, leaseId);
      },
    });
    const both = createEncryptedStore(watch(await makeRows(1)), { keys: [after, before] });
    await both.read('u0');
    await until(() => expect(asked).toHaveLength(2));
    await both.read('u0');
    await both.reencrypt();
    expect(asked).toEqual(['lease 5000', 'write 1']);
    asked.length = 0;
    const memory = await makeRows(1);
    const changing: TokenStore = {
      ...watch(memory),
      acquireLease: async (userId, leaseMs) => {
        const leaseId = await watch(memory).acquireLease(userId, leaseMs);
        await memory.remove(userId);
        return leaseId;
      },
    };
    const racing = createEncryptedStore(changing, { keys: [after, before] });
    expect((await racing.read('u0')).token?.accessToken).toBe(token.accessToken);
    await until(() => expect(asked).toEqual(['lease 5000', 'release 1']));
    expect((await memory.read('u0')).token).toBeUndefined();
    // What was issued meanwhile, or removed, is not converted; nor is whom somebody is issuing for.
    const counted = await makeRows(1);
    const removing: TokenStore = {
      ...counted,
      async acquireLease(userId, leaseMs) {
        await counted.remove(userId);
        return counted.acquireLease(userId, leaseMs);
      },
    };
    const none = { converted: 0, outdated: 1 };
    expect(await createEncryptedStore(removing, { keys: [after, before] }).reencrypt()).toMatchObject(none);
    const leased = await makeRows(1);
    await leased.acquireLease('u0', 60_000);
    expect(await createEncryptedStore(leased, { keys: [after, before] }).reencrypt()).toMatchObject(none);
  });

  it('fails by reencrypt where the store fails, and not where only a lease cannot be given back', async () => {
    const full = {
      write: () => Promise.reject(new Error('The disk is full.')),
      releaseLease: () => Promise.reject(new Error('Lost.')),
    };
    const both = createEncryptedStore({ ...(await makeRows(1)), ...full }, { keys: [after, before] });
    await expect(both.reencrypt()).rejects.toThrow('The disk is full.');
  });

  it('keeps nobody from their token where the store cannot be written', async () => {
    const memory = await makeRows(1);
    const full: TokenStore = { ...memory, write: () => Promise.reject(new Error('The disk is full.')) };
    const both = createEncryptedStore(full, { keys: [after, before] });
    expect((await both.read('u0')).token?.accessToken).toBe(token.accessToken);
  });

  it.each(['acquireLease', 'read', 'write', 'releaseLease'] as const)(
    'keeps nobody waiting, and takes no more than two of the store, where its %s hangs',
    async (method) => {
      const memory = await makeRows(20);
      const hang = vi.fn(() => new Promise<never>(() => {}));
      const readers = new Set<string>();
      const hanging: TokenStore = {
        ...memory,
        ...(method === 'releaseLease' ? { write: () => Promise.reject(new Error('Lost.')) } : {}),
        [method]: hang,
      };
      // The reader's own question is answered.
      const read: TokenStore['read'] = (userId) => {
        const { size } = readers;
        return readers.add(userId).size > size ? memory.read(userId) : hanging.read(userId);
      };
      const both = createEncryptedStore({ ...hanging, read }, { keys: [after, before] });
      for (let index = 0; index < 20; index += 1) {
        expect((await both.read(`u${index}`)).token?.accessToken).toBe(token.accessToken);
      }
      await until(() => expect(hang).toHaveBeenCalledTimes(2));
    },
  );

  it('takes no more than two of a store that hangs for all its apps together', async () => {
    const memory = createMemoryStore();
    const apps = ['one', 'two', 'three', 'four'];
    const old = createEncryptedStore(memory, { keys: [before] });
    for (const app of apps) await old.forApp(app).write(token, '');
    const write = vi.fn(() => new Promise<never>(() => {}));
    const forApp = (app: string): TokenStore => ({ ...(memory.forApp?.(app) ?? memory), write });
    const both = createEncryptedStore({ ...memory, forApp }, { keys: [after, before] });
    for (const app of apps) expect((await both.forApp(app).read(ada.userId)).token).toEqual(token);
    await until(() => expect(write).toHaveBeenCalledTimes(2));
  });

  it('leaves a store alone that has failed', async () => {
    const memory = await makeRows(20);
    const write = vi.fn(() => Promise.reject(new Error('The disk is full.')));
    const both = createEncryptedStore({ ...memory, write }, { keys: [after, before] });
    await both.read('u0');
    await until(async () => expect(await memory.acquireLease('u0', 1)).toBeDefined());
    for (let index = 0; index < 20; index += 1) await both.read(`u${index}`);
    expect(write).toHaveBeenCalledTimes(1);
  });

  it('is counted, and finished for those who do not log in, by reencrypt', async () => {
    const memory = await makeRows(1_100);
    await createEncryptedStore(memory, { keys: [key()] }).write({ ...token, userId: 'lost' }, '');
    await memory.write({ ...token, userId: 'plain' }, '');
    const both = createEncryptedStore(memory, { keys: [after, before] });
    await readAndRotate(both, memory, 'u7');
    const none = { users: 1_102, unreadable: 1, plain: 1 };
    const dry = await both.reencrypt({ isDryRun: true });
    expect(dry).toEqual({ ...none, current: 1, converted: 0, outdated: 1_099 });
    expect(await both.reencrypt()).toEqual({ ...none, current: 1, converted: 1_099, outdated: 0 });
    const onlyAfter = createEncryptedStore(memory, { keys: [after] });
    expect(await onlyAfter.reencrypt({ isDryRun: true })).toMatchObject({ current: 1_100, outdated: 0 });
    await expect(both.reencrypt({ signal: AbortSignal.abort() })).rejects.toThrow();
  });
});

it('encrypts in a store that is a class, whose methods need their this', async () => {
  class ClassStore implements TokenStore {
    #below = createMemoryStore();
    read(userId: string) {
      return this.#below.read(userId);
    }
    acquireLease(userId: string, leaseMs: number) {
      return this.#below.acquireLease(userId, leaseMs);
    }
    extendLease(userId: string, leaseId: string, leaseMs: number) {
      return this.#below.extendLease(userId, leaseId, leaseMs);
    }
    releaseLease(userId: string, leaseId: string) {
      return this.#below.releaseLease(userId, leaseId);
    }
    write(written: StoredToken, leaseId: string) {
      return this.#below.write(written, leaseId);
    }
    remove(userId: string) {
      return this.#below.remove(userId);
    }
    currentSecret() {
      return this.#below.currentSecret();
    }
    setCurrentSecret(secretId: string, change: { readonly expected: string | undefined }) {
      return this.#below.setCurrentSecret(secretId, change);
    }
    listOutdated(secretId: string, after: string | undefined, limit: number) {
      return this.#below.listOutdated(secretId, after, limit);
    }
    count(secretId: string) {
      return this.#below.count(secretId);
    }
    close() {
      return this.#below.close();
    }
  }
  const store = createEncryptedStore(new ClassStore(), { keys: [suiteKey] });
  const { instance, issued } = makeSetting(store);
  const tokens = instance();
  const { accessToken } = await tokens.get(ada);
  expect((await tokens.get(ada)).accessToken).toBe(accessToken);
  expect(await tokens.reissueAll()).toMatchObject({ total: 0 });
  await tokens.forget(ada.userId);
  await tokens.get(ada);
  expect(await issued()).toBe(2);
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
  ['a line feed behind hexadecimal digits', `${random.toString('hex')}\n`],
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

it('refuses a wrong option by its name', () => {
  const make = (options: unknown) => () => createEncryptedStore(createMemoryStore(), options as never);
  const refused = (text: RegExp) =>
    expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringMatching(text) });
  expect(make({ keys: [suiteKey], key: suiteKey })).toThrow(refused(/key/));
  for (const options of [undefined, null, {}]) expect(make(options)).toThrow(refused(/^keys is empty/));
  expect(make({ keys: [7] })).toThrow(refused(/^keys holds a number/));
  expect(() => createEncryptedStore({} as never, { keys: [suiteKey] })).toThrow(refused(/^store is no store/));
});

it.each([[[]], [['short']], [[7]], ['text']])('refuses the keys %j without showing them', (keys) => {
  const make = () => createEncryptedStore(createMemoryStore(), { keys: keys as never });
  expect(make).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }));
  expect(make).not.toThrow('short');
});

it('reads what this form has always looked like: a change of it would make every stored token unreadable', async () => {
  const golden = 'nexconn-encrypted:2:630dcd29:Z3pO2doqwtY2WnTBorz10piYqU9CU8tIRZMhmdFc3kULf6+13iQ=';
  const memory = createMemoryStore();
  const keys: [string] = ['000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f'];
  await memory.forApp?.('uwd1c0sxdlx2').write({ ...token, accessToken: golden }, '');
  const read = async (from: readonly [string, ...string[]]) =>
    (await createEncryptedStore(memory, { keys: from }).forApp('uwd1c0sxdlx2').read(ada.userId)).token;
  expect(await read(keys)).toEqual(token);
  // Among others too, and then not by trying each.
  expect(await read([key(), ...keys])).toEqual(token);
});

it('has no App Key in what is sealed without one, and closes the store below', async () => {
  const close = vi.fn(async () => {});
  const memory = { ...createMemoryStore(), close };
  const accessToken = sealToken(token, '', toSealKey(Buffer.from(suiteKey, 'base64')));
  await memory.write({ ...token, accessToken }, '');
  const store = createEncryptedStore(memory, { keys: [suiteKey] });
  expect((await store.read(ada.userId)).token).toEqual(token);
  await store.close();
  expect(close).toHaveBeenCalledTimes(1);
});

it('takes for unreadable what is cut short, or has the name of another key', async () => {
  const memory = createMemoryStore();
  const store = createEncryptedStore(memory, { keys: [suiteKey] });
  await store.write(token, '');
  const { token: sealed = token } = await memory.read(ada.userId);
  const [form, version, id, text = ''] = sealed.accessToken.split(':');
  const bytes = Buffer.from(text, 'base64');
  const lengths = [0, 1, 12, 27, 28, bytes.length - 1];
  const cut = lengths.map((length) => `${form}:${version}:${id}:${bytes.subarray(0, length).toString('base64')}`);
  const renamed = `${form}:${version}:${id === '00000000' ? '11111111' : '00000000'}:${text}`;
  for (const accessToken of [...cut, renamed]) {
    await memory.write({ ...sealed, accessToken }, '');
    expect(await store.read(ada.userId)).toMatchObject({ token: undefined, isUnreadable: true });
  }
});

it('reissueAll leaves those out whose row no key opens, and their next log-in issues', async () => {
  const memory = createMemoryStore();
  const encryptedBy = (by: string) => createEncryptedStore(memory, { keys: [by] });
  const present = encryptedBy(key());
  const { instance, mock, issued } = makeSetting(memory);
  await instance({ store: encryptedBy(key()) }).get(ada);
  for (const userId of ['bob1', 'carl']) await instance({ store: present }).get({ userId, name: 'A' });
  await mock.console.rotateSecret({ appKey: mock.appKey, appSecret: 'NewSecretOfTheApp' });
  const rotated = instance({ store: present, appSecret: 'NewSecretOfTheApp' });
  // One of the two others is the one whose call finds out which App Secret is in force.
  expect(await rotated.reissueAll()).toMatchObject({ total: 3, done: 2, failed: 0 });
  expect(await present.forApp(mock.appKey).reencrypt({ isDryRun: true })).toMatchObject({ current: 2, unreadable: 1 });
  const before = await issued();
  await rotated.get(ada);
  expect(await issued()).toBe(before + 1);
});
