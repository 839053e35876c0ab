import type { OptionNames } from '../check-options.js';
import { optionChecks, refuseOption } from '../errors.js';
import { storageOpener } from '../settings.js';
import { dateNow } from '../system-time.js';
import type { TokenStorage } from '../types.js';

/** A `CryptoKey` of WebCrypto, described here since a project without the types of a DOM has none of that name. */
export interface EncryptionKey {
  readonly algorithm: { readonly name: string };
  readonly extractable: boolean;
  readonly type: string;
  readonly usages: readonly string[];
}

/** The options of `encryptStorage`. */
export interface EncryptStorageOptions {
  /**
   * An AES-GCM key of the app's own, as WebCrypto has it (`algorithm`, `extractable`, `type`, `usages`), or a function that resolves
   * to one. Default: a generated one that cannot be exported, kept in IndexedDB for this origin.
   */
  readonly key?: EncryptionKey | (() => Promise<EncryptionKey>) | undefined;
}

const names: OptionNames<EncryptStorageOptions> = { key: 0 };
const keyTimeoutMs = 3000;
const ivBytes = 12;
const database = 'nexconn-token-source';
const shelf = 'keys';
const keyName = 'aes-gcm';

/**
 * Returns a storage that encrypts what another one keeps, by AES-GCM of WebCrypto.
 *
 * Its methods reject where something cannot be decrypted or encrypted: a token source then fetches again, and stores
 * nothing in the clear.
 *
 * @throws {TokenSourceError} INVALID_OPTION
 */
export function encryptStorage(
  storage: TokenStorage | (() => TokenStorage),
  options: EncryptStorageOptions = {},
): TokenStorage {
  optionChecks.checkNames(options, names);
  const { key = () => loadKey() } = options as { key?: CryptoKey | (() => Promise<CryptoKey>) };
  if (typeof key !== 'function' && !key.algorithm) refuseOption('key', 'is no CryptoKey.');
  const inner = storageOpener(storage);
  let found: Promise<CryptoKey> | undefined;
  /** When the key was asked for, in Unix milliseconds; Infinity while it is not being asked for. */
  let askedAt = Infinity;

  async function ready(): Promise<CryptoKey> {
    if (typeof key !== 'function') return key;
    // A database of a browser may never open: what was asked of it is then asked again.
    if (dateNow() - askedAt > keyTimeoutMs) found = undefined;
    if (!found) {
      askedAt = dateNow();
      found = key();
      const asked = found;
      const settle = (isThere: boolean): void => {
        if (found !== asked) return;
        askedAt = Infinity;
        if (!isThere) found = undefined;
      };
      asked.then(
        () => settle(true),
        () => settle(false),
      );
    }
    return found;
  }

  return {
    async getItem(name) {
      const text = await inner().getItem(name);
      if (!text) return text;
      const bytes = Uint8Array.from(atob(text), (each) => each.charCodeAt(0));
      const plain = await crypto.subtle.decrypt(
        cipher(name, bytes.subarray(0, ivBytes)),
        await ready(),
        bytes.subarray(ivBytes),
      );
      return new TextDecoder().decode(plain);
    },
    async setItem(name, value) {
      const iv = crypto.getRandomValues(new Uint8Array(ivBytes));
      const secret = await crypto.subtle.encrypt(cipher(name, iv), await ready(), new TextEncoder().encode(value));
      const bytes = [...iv, ...new Uint8Array(secret)];
      await inner().setItem(name, btoa(bytes.map((each) => String.fromCharCode(each)).join('')));
    },
    removeItem: (name) => inner().removeItem(name),
  };
}

// The name is authenticated too: an entry of one user cannot be put in the place of another's.
function cipher(name: string, iv: Uint8Array<ArrayBuffer>): AesGcmParams {
  return { name: 'AES-GCM', iv, additionalData: new TextEncoder().encode(name) };
}

/** Returns the key of this origin, generated at the first call. It cannot be exported, so there is no backup of it. */
async function loadKey(): Promise<CryptoKey> {
  const made = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
  const opening = indexedDB.open(database, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(shelf);
  const db = await settle(opening);
  try {
    // One transaction, so that two tabs agree on one key.
    const keys = db.transaction(shelf, 'readwrite').objectStore(shelf);
    const known = await settle<CryptoKey | undefined>(keys.get(keyName));
    if (known) return known;
    await settle(keys.put(made, keyName));
    return made;
  } finally {
    db.close();
  }
}

function settle<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
