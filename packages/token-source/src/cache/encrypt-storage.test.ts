import { expect, it, vi } from 'vitest';
import { makeEnvironment } from '../../test/support/make-environment.js';
import { makeServer, makeSource, makeStorage } from '../../test/support/make-source.js';
import { encryptStorage, type TokenSourceEvent } from '../index.js';

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
  let asked = 0;
  // The clock is taken when the module is loaded.
  vi.resetModules();
  const storage = (await import('./encrypt-storage.js')).encryptStorage(makeStorage(), {
    key() {
      asked += 1;
      return asked === 1 ? new Promise(() => {}) : Promise.resolve(key);
    },
  });
  void storage.setItem('name', 'a');
  void storage.setItem('name', 'b');
  now.mockReturnValue(1_003_001);
  await storage.setItem('name', 'c');
  now.mockReturnValue(2_000_000);
  expect(await storage.getItem('name')).toBe('c');
  expect(asked).toBe(2);
  now.mockRestore();
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

it.each([{}, 'a password', 7])('refuses the key %j by name', (key) => {
  const refusal = expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringMatching(/^key is/) });
  expect(() => encryptStorage(makeStorage(), { key: key as never })).toThrow(refusal);
});
