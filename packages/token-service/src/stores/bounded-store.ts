import type { TokenStore } from '../types.js';
import { within } from '../with-timeout.js';

/**
 * Gives a store that rejects where it is not answered in time: clients of a Redis queue their commands for as long as it
 * is gone, which may be for ever.
 *
 * What is about all users takes its time, and no log-in waits for it.
 */
export function boundStore(store: TokenStore, timeoutMs: number): TokenStore {
  const sentence = `The store has not answered within ${timeoutMs} ms.`;

  function bound<T>(start: () => Promise<T>): Promise<T> {
    return within(timeoutMs, sentence, start);
  }

  async function claim(userId: string, leaseMs: number): Promise<string | undefined> {
    let isOver = false;
    async function claimForUse(): Promise<string | undefined> {
      const proof = await store.claim(userId, leaseMs);
      // A command that was queued is carried out all the same, and would hold up everybody until the right ends.
      if (isOver && proof !== undefined) await store.release(userId, proof);
      return proof;
    }
    return bound(claimForUse).catch((error) => {
      isOver = true;
      throw error;
    });
  }

  return {
    claim,
    read: (userId) => bound(() => store.read(userId)),
    prolong: (userId, proof, leaseMs) => bound(() => store.prolong(userId, proof, leaseMs)),
    write: (token, proof) => bound(() => store.write(token, proof)),
    release: (userId, proof) => bound(() => store.release(userId, proof)),
    remove: (userId) => bound(() => store.remove(userId)),
    switchTo: (secretId, insteadOf) => bound(() => store.switchTo(secretId, insteadOf)),
    switchedTo: () => bound(() => store.switchedTo()),
    listOutdated: (secretId, after, limit) => store.listOutdated(secretId, after, limit),
    count: (secretId) => store.count(secretId),
    close: () => store.close(),
  };
}
