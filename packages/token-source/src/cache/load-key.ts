const database = 'nexconn-token-source';
const shelf = 'keys';
const keyName = 'aes-gcm';

/** Gives the key of this origin, made when it is first asked for. It cannot be read out, and leaves no backup. */
export async function loadKey(): Promise<CryptoKey> {
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
