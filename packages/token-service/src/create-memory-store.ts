import type { StoredToken, StoredUser, TokenStore } from './types.js';

interface Claim {
  readonly proof: string;
  endsAt: number;
}

/**
 * Makes a store in the memory of this process: for tests, and for an app server that may issue all tokens anew after a
 * restart.
 */
export function createMemoryStore({
  clock = () => performance.now(),
}: {
  readonly clock?: () => number;
} = {}): TokenStore {
  const tokens = new Map<string, StoredToken>();
  const claims = new Map<string, Claim>();
  let switchedTo: string | undefined;
  let lastProof = 0;

  function claimOf(userId: string): Claim | undefined {
    const claim = claims.get(userId);
    if (claim && claim.endsAt > clock()) return claim;
    claims.delete(userId);
    return undefined;
  }

  function giveBack(userId: string, proof: string): void {
    if (claims.get(userId)?.proof === proof) claims.delete(userId);
  }

  function outdated(secretId: string): StoredToken[] {
    return [...tokens.values()].filter((token) => token.secretId !== secretId);
  }

  return {
    read: async (userId) => ({ token: tokens.get(userId), switchedTo }),
    async claim(userId, leaseMs) {
      if (claimOf(userId)) return undefined;
      lastProof += 1;
      const proof = `${lastProof}`;
      claims.set(userId, { proof, endsAt: clock() + leaseMs });
      return proof;
    },
    async prolong(userId, proof, leaseMs) {
      const claim = claimOf(userId);
      if (claim?.proof === proof) claim.endsAt = clock() + leaseMs;
    },
    async write(token, proof) {
      tokens.set(token.userId, token);
      giveBack(token.userId, proof);
    },
    release: async (userId, proof) => giveBack(userId, proof),
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
        .map(({ userId, name, avatarUrl }): StoredUser => ({ userId, name, avatarUrl }));
    },
    count: async (secretId) => ({ users: tokens.size, outdated: outdated(secretId).length }),
    close: async () => {},
  };
}
