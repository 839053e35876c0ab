/** The leases to issue for a user, in the memory of this process. */
export interface MemoryLeases {
  /** Returns the ID of a new lease; undefined while the user has one. */
  readonly acquire: (userId: string, leaseMs: number) => string | undefined;
  readonly extend: (userId: string, leaseId: string, leaseMs: number) => void;
  readonly release: (userId: string, leaseId: string) => void;
}

/** What leases are made of. */
export interface MemoryLeasesOptions {
  /** Returns milliseconds that never go back. */
  readonly monotonicNow: () => number;
  readonly createLeaseId: () => string;
}

interface Lease {
  readonly id: string;
  expiresAt: number;
}

export function createMemoryLeases({ monotonicNow, createLeaseId }: MemoryLeasesOptions): MemoryLeases {
  const leases = new Map<string, Lease>();

  function held(userId: string): Lease | undefined {
    const lease = leases.get(userId);
    return lease && lease.expiresAt > monotonicNow() ? lease : undefined;
  }

  return {
    acquire(userId, leaseMs) {
      if (held(userId)) return undefined;
      const id = createLeaseId();
      leases.set(userId, { id, expiresAt: monotonicNow() + leaseMs });
      return id;
    },
    extend(userId, leaseId, leaseMs) {
      const lease = held(userId);
      if (lease?.id === leaseId) lease.expiresAt = monotonicNow() + leaseMs;
    },
    release(userId, leaseId) {
      if (leases.get(userId)?.id === leaseId) leases.delete(userId);
    },
  };
}
