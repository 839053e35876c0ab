import type { TokenStore } from '../types.js';

/**
 * Gives a store that rejects where it is not answered in time: clients of a Redis queue their commands for as long as it
 * is gone, which may be for ever.
 *
 * What is about all users takes its time, and no log-in waits for it.
 */
export function boundStore(store: TokenStore, timeoutMs: number): TokenStore {
  function within<T>(start: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const expire = (): void => reject(new Error(`The store has not answered within ${timeoutMs} ms.`));
      // One turn later: a process that was busy for that long has not looked yet at the answers that have come.
      const timer = setTimeout(() => setImmediate(expire), timeoutMs);
      start()
        .then(resolve, reject)
        .finally(() => clearTimeout(timer));
    });
  }

  async function claim(userId: string, leaseMs: number): Promise<string | undefined> {
    let isOver = false;
    async function claimForUse(): Promise<string | undefined> {
      const proof = await store.claim(userId, leaseMs);
      // A command that was queued is carried out all the same, and would hold up everybody until the right ends.
      if (isOver && proof !== undefined) await store.release(userId, proof);
      return proof;
    }
    return within(claimForUse).catch((error) => {
      isOver = true;
      throw error;
    });
  }

  return {
    claim,
    read: (userId) => within(() => store.read(userId)),
    prolong: (userId, proof, leaseMs) => within(() => store.prolong(userId, proof, leaseMs)),
    write: (token, proof) => within(() => store.write(token, proof)),
    release: (userId, proof) => within(() => store.release(userId, proof)),
    remove: (userId) => within(() => store.remove(userId)),
    switchTo: (secretId, insteadOf) => within(() => store.switchTo(secretId, insteadOf)),
    switchedTo: () => within(() => store.switchedTo()),
    listOutdated: (secretId, after, limit) => store.listOutdated(secretId, after, limit),
    count: (secretId) => store.count(secretId),
    close: () => store.close(),
  };
}
