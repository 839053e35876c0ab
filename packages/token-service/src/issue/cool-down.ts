/** A time in which something is not done again for the same user. */
export interface CoolDown {
  readonly start: (userId: string) => void;
  readonly isOn: (userId: string) => boolean;
}

/** What a cool-down is made of. */
export interface CoolDownOptions {
  readonly coolDownMs: number;
  /** Beyond this the user whose cool-down began longest ago is forgotten, as if it were over. */
  readonly maxUsers: number;
  /** Returns Unix time in milliseconds. */
  readonly now: () => number;
}

export function createCoolDown({ coolDownMs, maxUsers, now }: CoolDownOptions): CoolDown {
  const startedAt = new Map<string, number>();
  return {
    start(userId) {
      // At the end of the map, so that its front began longest ago.
      startedAt.delete(userId);
      startedAt.set(userId, now());
      for (const longestAgo of startedAt.keys()) {
        if (startedAt.size <= maxUsers) return;
        startedAt.delete(longestAgo);
      }
    },
    isOn(userId) {
      const age = now() - (startedAt.get(userId) ?? Number.NEGATIVE_INFINITY);
      // A clock that was set back ends it.
      return age >= 0 && age < coolDownMs;
    },
  };
}
