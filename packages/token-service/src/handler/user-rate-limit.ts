/** Counts the requests of each user. */
export interface UserLimit {
  /** Takes a request of the user; gives how long to wait instead where there were too many, in milliseconds. */
  readonly take: (userId: string) => number;
}

/** What a limit allows. */
export interface UserLimitOptions {
  /** Allowed in a minute, all at once or spread. */
  readonly perMinute: number;
  /** Of how many users is kept count; beyond that the one who has been quiet for longest starts anew. */
  readonly maxUsers: number;
  /** Gives milliseconds that never go back. */
  readonly clock: () => number;
}

const minuteMs = 60_000;

/**
 * Makes a limit that holds one number for each user: when all of their requests would be over if one came every
 * `minute / perMinute`. A user whose time has come is as good as new and takes no room.
 */
export function createUserLimit({ perMinute, maxUsers, clock }: UserLimitOptions): UserLimit {
  const gapMs = minuteMs / perMinute;
  const overAt = new Map<string, number>();

  function makeRoom(now: number): void {
    for (const [userId, at] of overAt) {
      if (at > now && overAt.size < maxUsers) return;
      overAt.delete(userId);
    }
  }

  return {
    take(userId) {
      const now = clock();
      const at = Math.max(now, overAt.get(userId) ?? now) + gapMs;
      const waitMs = at - now - minuteMs;
      // A thousandth of a millisecond is a rounding error.
      if (waitMs > 0.001) return waitMs;
      overAt.delete(userId);
      makeRoom(now);
      // At the end of the map: the front has been quiet for longest.
      overAt.set(userId, at);
      return 0;
    },
  };
}
