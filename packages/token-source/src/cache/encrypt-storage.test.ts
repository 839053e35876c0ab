import { afterEach, expect, it, vi } from 'vitest';
import { makeEnvironment, settle } from '../../test/support/make-environment.js';
import { failureOf, makeServer, makeSource, makeStorage } from '../../test/support/make-source.js';
import { encryptStorage, type TokenSourceEvent } from '../index.js';

afterEach(() => vi.unstubAllGlobals());

const makeKey = () => crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);

it('keeps nothing in the clear, and gives it back', async () => {
  const inner = makeStorage();
  const storage = encryptStorage(() => inner, { key: await makeKey() });
  expect(await storage.getItem('name')).toBeNull();
  await storage.setItem('name', 'ß-token');
  expect(inner.entries.get('name')).not.toContain('token');
  expect(atob(inner.entries.get('name') ?? '')).not.toContain('token');
  expect(await storage.getItem('name')).toBe('ß-token');
  await storage.removeItem('name');
  expect(inner.entries.size).toBe(0);
});

it('encrypts the same text differently each time', async () => {
  const inner = makeStorage();
  const storage = encryptStorage(inner, { key: await makeKey() });
  const seen = new Set<string | undefined>();
  for (let count = 0; count < 3; count += 1) {
    await storage.setItem('name', 'token');
    seen.add(inner.entries.get('name'));
  }
  expect(seen.size).toBe(3);
});

it('refuses what was stored under another name, with another key, or was changed', async () => {
  const inner = makeStorage();
  const storage = encryptStorage(inner, { key: await makeKey() });
  await storage.setItem('ada', 'token');
  const text = inner.entries.get('ada') ?? '';
  inner.setItem('eve', text);
  await expect(storage.getItem('eve')).rejects.toThrow();
  await expect(encryptStorage(inner, { key: await makeKey() }).getItem('ada')).rejects.toThrow();
  inner.setItem('ada', `${text[0] === 'A' ? 'B' : 'A'}${text.slice(1)}`);
  await expect(storage.getItem('ada')).rejects.toThrow();
});

it('asks for the key once, and again after it could not be had', async () => {
  const key = await makeKey();
  let asked = 0;
  const storage = encryptStorage(makeStorage(), {
    async key() {
      asked += 1;
      if (asked === 1) throw new Error('locked');
      return key;
    },
  });
  await expect(storage.setItem('name', 'a')).rejects.toThrow('locked');
  await storage.setItem('name', 'b');
  expect(await storage.getItem('name')).toBe('b');
  expect(asked).toBe(2);
});

it('asks for the key again that never came, as of a database that does not open', async () => {
  const key = await makeKey();
  const now = vi.spyOn(Date, 'now').mockReturnValue(1_000_000);
  const asked: { resolve: (key: CryptoKey) => void; reject: (error: Error) => void }[] = [];
  // The clock is taken when the module is loaded.
  vi.resetModules();
  const storage = (await import('./encrypt-storage.js')).encryptStorage(makeStorage(), {
    key: () => new Promise((resolve, reject) => asked.push({ resolve, reject })),
  });
  const first = [storage.setItem('name', 'a'), storage.setItem('name', 'b')];
  now.mockReturnValue(1_003_000);
  const third = storage.setItem('name', 'c');
  expect(asked).toHaveLength(1);
  now.mockReturnValue(1_003_001);
  const last = storage.setItem('name', 'd');
  expect(asked).toHaveLength(2);
  // The end of the first question says nothing of the second.
  asked[0]?.reject(new Error('too late'));
  for (const each of [...first, third]) expect((await failureOf(Promise.resolve(each))).message).toBe('too late');
  const another = storage.setItem('name', 'e');
  expect(asked).toHaveLength(2);
  asked[1]?.resolve(key);
  await Promise.all([last, another]);
  now.mockReturnValue(2_000_000);
  await storage.setItem('name', 'f');
  expect(await storage.getItem('name')).toBe('f');
  expect(asked).toHaveLength(2);
  now.mockRestore();
});

/** The databases of one origin, which answer in a later tick, one transaction after the other. */
function makeIndexedDb() {
  const stores = new Map<string, Map<string, unknown>>();
  const calls: unknown[] = [];
  const fails = new Set<string>();
  const answer = (name: string, run: () => unknown) => {
    const request = { error: new Error(`${name} failed`) } as unknown as Record<string, unknown> & {
      onupgradeneeded(): void;
      onsuccess(): void;
      onerror(): void;
    };
    setImmediate(() => {
      if (fails.has(name)) return request.onerror();
      request.result = run();
      request.onsuccess();
    });
    return request;
  };
  const objectStore = (shelf: string) => ({
    get: (key: string) => answer('get', () => stores.get(shelf)?.get(key)),
    put: (value: unknown, key: string) => answer('put', () => stores.get(shelf)?.set(key, value)),
  });
  const db = {
    createObjectStore: (shelf: string) => stores.set(shelf, new Map()),
    transaction(shelf: string, mode: string) {
      if (!stores.has(shelf)) throw new Error('no such store');
      calls.push(['transaction', shelf, mode]);
      return { objectStore };
    },
    close: () => calls.push(['close']),
  };
  return {
    stores,
    calls,
    fails,
    open(name: string, version: number) {
      calls.push(['open', name, version]);
      const opening = answer('open', () => {
        opening.result = db;
        if (stores.size === 0) opening.onupgradeneeded();
        return db;
      });
      return opening;
    },
  };
}

it('makes its own key once for an origin, which cannot be exported, and keeps it', async () => {
  const db = makeIndexedDb();
  vi.stubGlobal('indexedDB', db);
  const inner = makeStorage();
  await encryptStorage(inner).setItem('name', 'token');
  const key = db.stores.get('keys')?.get('aes-gcm');
  expect(key).toMatchObject({
    algorithm: { name: 'AES-GCM', length: 256 },
    extractable: false,
    usages: ['encrypt', 'decrypt'],
  });
  const calls = [['open', 'nexconn-token-source', 1], ['transaction', 'keys', 'readwrite'], ['close']];
  expect(db.calls).toEqual(calls);
  // Of a later run, or another tab.
  expect(await encryptStorage(inner).getItem('name')).toBe('token');
  expect(db.stores.get('keys')?.get('aes-gcm')).toBe(key);
  expect(db.calls).toEqual([...calls, ...calls]);
});

it.each(['open', 'get', 'put'])('stores nothing where the database fails to %s, and closes it', async (operation) => {
  const db = makeIndexedDb();
  db.fails.add(operation);
  vi.stubGlobal('indexedDB', db);
  const inner = makeStorage();
  const storage = encryptStorage(inner);
  await expect(storage.setItem('name', 'token')).rejects.toThrow(`${operation} failed`);
  expect(inner.entries.size).toBe(0);
  expect(db.calls.at(-1)?.toString()).toBe(operation === 'open' ? 'open,nexconn-token-source,1' : 'close');
  db.fails.clear();
  db.stores.clear();
  await settle();
  await storage.setItem('name', 'token');
  expect(await storage.getItem('name')).toBe('token');
});

it('without IndexedDB stores nothing, and a source fetches', async () => {
  const inner = makeStorage();
  const events: TokenSourceEvent[] = [];
  const source = makeSource(makeEnvironment(), makeServer().fetchToken, {
    storage: encryptStorage(inner),
    onEvent: (event) => events.push(event),
  });
  expect(await source.get()).toBe('token-1');
  expect(inner.entries.size).toBe(0);
  expect(events).toContainEqual(expect.objectContaining({ type: 'storage-failed', operation: 'write' }));
});

it('takes a storage as it is, or what returns one, and asks for that each time', async () => {
  const key = await makeKey();
  const [one, two] = [makeStorage(), makeStorage()];
  let current = one;
  const storage = encryptStorage(() => current, { key });
  await storage.setItem('name', 'a');
  current = two;
  expect(await storage.getItem('name')).toBeNull();
  expect(await encryptStorage(one, { key }).getItem('name')).toBe('a');
  expect(await encryptStorage({ ...one, getItem: () => '' }, { key }).getItem('name')).toBe('');
});

it.each([{}, 'a password', 7])('refuses the key %j by name', (key) => {
  const refusal = expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringMatching(/^key is/) });
  expect(() => encryptStorage(makeStorage(), { key: key as never })).toThrow(refusal);
});

it.each([undefined, null, 7, 'no', {}, { getItem: () => null }])('refuses %j, which is no storage', (storage) => {
  const message = 'storage has no getItem and setItem. Pass one, such as localStorage.';
  const refusal = expect.objectContaining({ code: 'INVALID_OPTION', message });
  expect(() => encryptStorage(storage as never)).toThrow(refusal);
});

it.each([null, 7, 'no'])('refuses %j, which are no options', (options) => {
  const refusal = expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringMatching(/^options is /) });
  expect(() => encryptStorage(makeStorage(), options as never)).toThrow(refusal);
});

it('refuses what is no option by name', () => {
  const refusal = expect.objectContaining({
    code: 'INVALID_OPTION',
    message: 'keys is no option. Did you mean key?',
  });
  expect(() => encryptStorage(makeStorage(), { keys: 1 } as never)).toThrow(refusal);
});
