/** The rate limiter of each user. */
export interface UserRateLimiter {
  /** Counts a request of the user. Returns 0, or in how many milliseconds one would be let through. */
  readonly acquire: (userId: string) => number;
}

/** The limits of a limiter. */
export interface UserRateLimiterOptions {
  /** How many requests are let through in a minute, at once or spread. */
  readonly perMinute: number;
  /** Of how many users requests are counted; beyond that the count of the one who was quiet for longest is dropped. */
  readonly maxUsers: number;
  /** Returns milliseconds that never go back. */
  readonly monotonicNow: () => number;
}

const minuteMs = 60_000;

/**
 * Creates a limiter that keeps one number for each user (GCRA): when all of their requests would be over, if one came
 * every `minute / perMinute`. A user whose time has come is as good as new and takes no memory.
 */
export function createUserRateLimiter({ perMinute, maxUsers, monotonicNow }: UserRateLimiterOptions): UserRateLimiter {
  const gapMs = minuteMs / perMinute;
  const overAt = new Map<string, number>();

  function makeRoom(now: number): void {
    for (const [userId, at] of overAt) {
      if (at > now && overAt.size < maxUsers) return;
      overAt.delete(userId);
    }
  }

  return {
    acquire(userId) {
      const now = monotonicNow();
      const before = Math.max(now, overAt.get(userId) ?? now);
      const waitMs = before + gapMs - now - minuteMs;
      // A thousandth of a millisecond is a rounding error.
      const isRefused = waitMs > 0.001;
      overAt.delete(userId);
      makeRoom(now);
      // At the end of the map, also of whoever is refused, so that its front was quiet for longest.
      overAt.set(userId, isRefused ? before : before + gapMs);
      return isRefused ? waitMs : 0;
    },
  };
}
