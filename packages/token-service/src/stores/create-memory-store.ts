import type { OptionNames } from '../check-options.js';
import { optionChecks } from '../errors.js';
import { ownMonotonicClock } from '../own-clock.js';
import { performanceNow } from '../system-time.js';
import type { StoredToken, TokenStore } from '../types.js';
import { defineForApp, rowName } from './app-rows.js';
import { createMemoryLeases } from './memory-leases.js';

/** The options of a store in memory. */
export interface MemoryStoreOptions {
  /** Returns milliseconds that never go back. Default: `performance.now`. */
  readonly monotonicNow?: (() => number) | undefined;
}

const names: OptionNames<MemoryStoreOptions> = { monotonicNow: 0 };

/**
 * Creates a store in the memory of this process: for tests, and for an app server that may issue all tokens anew after a
 * restart.
 */
export function createMemoryStore(options: MemoryStoreOptions = {}): TokenStore {
  optionChecks.checkNames(options, names);
  optionChecks.checkFunction('monotonicNow', options.monotonicNow);
  const monotonicNow = ownMonotonicClock('monotonicNow', options.monotonicNow, performanceNow);
  const store = createAppStore(monotonicNow);
  let owner: string | undefined;
  return defineForApp(store, (appKey) => {
    owner ??= appKey;
    return owner === appKey ? store : createAppStore(monotonicNow);
  });
}

/** Refuses the IDs that the other stores refuse. */
const rowOf = (userId: string): string => rowName('', userId);

/** The rows of one app. */
function createAppStore(monotonicNow: () => number): TokenStore {
  const tokens = new Map<string, StoredToken>();
  let currentSecret: string | undefined;
  let lastLeaseId = 0;
  const leases = createMemoryLeases({
    monotonicNow,
    createLeaseId() {
      lastLeaseId += 1;
      return `${lastLeaseId}`;
    },
  });

  function outdated(secretId: string): StoredToken[] {
    return [...tokens.values()].filter((token) => token.secretId !== secretId);
  }

  return {
    read: async (userId) => ({ token: tokens.get(rowOf(userId)), currentSecret }),
    acquireLease: async (userId, leaseMs) => leases.acquire(rowOf(userId), leaseMs),
    extendLease: async (userId, leaseId, leaseMs) => leases.extend(rowOf(userId), leaseId, leaseMs),
    releaseLease: async (userId, leaseId) => leases.release(rowOf(userId), leaseId),
    async write(token, leaseId) {
      const row = rowOf(token.userId);
      tokens.set(row, token);
      leases.release(row, leaseId);
    },
    async remove(userId) {
      tokens.delete(rowOf(userId));
    },
    currentSecret: async () => currentSecret,
    async setCurrentSecret(secretId, { expected }) {
      if (currentSecret === expected) currentSecret = secretId;
    },
    async listOutdated(secretId, after, limit) {
      return outdated(secretId)
        .filter(({ userId }) => after === undefined || userId > after)
        .sort((a, b) => (a.userId < b.userId ? -1 : 1))
        .slice(0, limit)
        .map(({ userId, name, avatarUrl }) => ({ userId, name, avatarUrl }));
    },
    count: async (secretId) => ({ users: tokens.size, outdated: outdated(secretId).length }),
    close: async () => {},
  };
}
