import type { StoredToken, TokenStore } from '../types.js';
import { createClaims } from './leases.js';

/**
 * Makes a store in the memory of this process: for tests, and for an app server that may issue all tokens anew after a
 * restart.
 */
export function createMemoryStore({
  clock = () => performance.now(),
}: {
  /** Gives monotonic milliseconds. Default: `performance.now`. */
  readonly clock?: () => number;
} = {}): TokenStore {
  const tokens = new Map<string, StoredToken>();
  let switchedTo: string | undefined;
  let lastProof = 0;
  const claims = createClaims({
    clock,
    makeProof() {
      lastProof += 1;
      return `${lastProof}`;
    },
  });

  function outdated(secretId: string): StoredToken[] {
    return [...tokens.values()].filter((token) => token.secretId !== secretId);
  }

  return {
    read: async (userId) => ({ token: tokens.get(userId), switchedTo }),
    claim: async (userId, leaseMs) => claims.claim(userId, leaseMs),
    prolong: async (userId, proof, leaseMs) => claims.prolong(userId, proof, leaseMs),
    release: async (userId, proof) => claims.release(userId, proof),
    async write(token, proof) {
      tokens.set(token.userId, token);
      claims.release(token.userId, proof);
    },
    async remove(userId) {
      tokens.delete(userId);
    },
    async switchTo(secretId, insteadOf) {
      if (switchedTo === insteadOf) switchedTo = secretId;
    },
    switchedTo: async () => switchedTo,
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
