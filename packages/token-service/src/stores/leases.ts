/** The rights to issue, by user, in the memory of this process. */
export interface Claims {
  /** Gives the proof; undefined where somebody has the right. */
  readonly claim: (userId: string, leaseMs: number) => string | undefined;
  readonly prolong: (userId: string, proof: string, leaseMs: number) => void;
  readonly release: (userId: string, proof: string) => void;
}

export function createClaims({
  clock,
  makeProof,
}: {
  /** Gives monotonic milliseconds. */
  readonly clock: () => number;
  readonly makeProof: () => string;
}): Claims {
  const claims = new Map<string, { readonly proof: string; endsAt: number }>();

  function held(userId: string) {
    const claim = claims.get(userId);
    return claim && claim.endsAt > clock() ? claim : undefined;
  }

  return {
    claim(userId, leaseMs) {
      if (held(userId)) return undefined;
      const proof = makeProof();
      claims.set(userId, { proof, endsAt: clock() + leaseMs });
      return proof;
    },
    prolong(userId, proof, leaseMs) {
      const claim = held(userId);
      if (claim?.proof === proof) claim.endsAt = clock() + leaseMs;
    },
    release(userId, proof) {
      if (claims.get(userId)?.proof === proof) claims.delete(userId);
    },
  };
}
