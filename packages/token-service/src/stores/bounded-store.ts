import type { StoreEntry, TokenStore } from '../types.js';
import { withTimeout } from '../with-timeout.js';

/**
 * Returns a store whose questions about one user time out: clients of a Redis queue their commands for as long as it is
 * away, which may be for ever. What is asked about all users takes its time, and no log-in waits for it.
 */
export function createBoundedStore(store: TokenStore, timeoutMs: number): TokenStore {
  const message = `The store has not answered within ${timeoutMs} ms.`;

  // Async throughout: a store of somebody else's may throw instead of rejecting.
  async function bound<T>(ask: () => Promise<T>): Promise<T> {
    return withTimeout(ask(), timeoutMs, message);
  }

  async function acquireLease(userId: string, leaseMs: number): Promise<string | undefined> {
    let isOver = false;
    async function acquireForUse(): Promise<string | undefined> {
      const leaseId = checkLeaseId(await store.acquireLease(userId, leaseMs));
      // A queued command is executed all the same, and its lease would hold everybody up until it expires.
      if (isOver && leaseId !== undefined) await store.releaseLease(userId, leaseId);
      return leaseId;
    }
    return bound(acquireForUse).catch((error) => {
      isOver = true;
      throw error;
    });
  }

  return {
    acquireLease,
    read: (userId) => bound(async () => toEntry(await store.read(userId))),
    extendLease: (userId, leaseId, leaseMs) => bound(() => store.extendLease(userId, leaseId, leaseMs)),
    releaseLease: (userId, leaseId) => bound(() => store.releaseLease(userId, leaseId)),
    write: (token, leaseId) => bound(() => store.write(token, leaseId)),
    remove: (userId) => bound(() => store.remove(userId)),
    currentSecret: () => bound(async () => (await store.currentSecret()) ?? undefined),
    setCurrentSecret: (secretId, change) => bound(() => store.setCurrentSecret(secretId, change)),
    listOutdated: (secretId, after, limit) => store.listOutdated(secretId, after, limit),
    count: (secretId) => store.count(secretId),
    close: () => store.close(),
  };
}

/** Databases answer with null for what is not there, and a store of somebody else's may pass that on. */
function toEntry(entry: StoreEntry): StoreEntry {
  return { ...entry, token: entry.token ?? undefined, currentSecret: entry.currentSecret ?? undefined };
}

/** Whatever else a store returns, such as `true`, would be taken for a token. */
function checkLeaseId(leaseId: unknown): string | undefined {
  if (leaseId === undefined || leaseId === null) return undefined;
  if (typeof leaseId === 'string' && leaseId !== '') return leaseId;
  throw new TypeError(`acquireLease of the store returned a ${typeof leaseId}. Return a text, or undefined.`);
}
