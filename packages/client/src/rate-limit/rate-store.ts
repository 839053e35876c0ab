import type { StartTimer } from './limiter.js';
import type { PermitSource } from './permit-source.js';
import type { WindowOptions } from './window.js';

/** What a store keeps of a key: two stretches of time, in milliseconds from the store's present on, that run out by its clock. */
export interface RateReservation {
  /** How long until the next slot that nobody has reserved. */
  readonly reservedMs: number;
  /** How much longer slots are wider apart, since requests were refused. */
  readonly penaltyMs: number;
}

/** What a store of one's own does. */
export interface RateStoreOptions {
  /**
   * Adds to both stretches of a key in one atomic step, neither below 0, and resolves to what they are then.
   *
   * What is added may be 0 or negative. A key that isn't known, or has run out, has 0 of both.
   */
  readonly reserve: (key: string, added: RateReservation) => Promise<RateReservation>;
}

/** A rate limit that several processes share. */
export interface SharedLimit extends WindowOptions {
  /** What the store knows it by, such as `nexconn:rate:<App Key>:issueAccessToken`. */
  readonly key: string;
  /** The part of the limit that this process takes while the store is lost, 0 to 1. */
  readonly shareWithoutStore: number;
  readonly startTimer: StartTimer;
  /** There may be a permit that `waitMs` did not announce. */
  readonly onPermits: () => void;
  /** The store failed, or did not answer in time: permits are those of the share until it is found again. */
  readonly onLost: (error: unknown) => void;
  readonly onFound: () => void;
}

/** Counts for several processes; made by `createRedisRateStore`, `createPostgresRateStore` or `createRateStore`. */
export interface RateStore extends RateStoreOptions {
  /** Called by the client, once for each limit. */
  readonly connect: (limit: SharedLimit) => PermitSource;
}
