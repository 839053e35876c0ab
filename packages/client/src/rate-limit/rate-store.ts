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

/** What a process says of itself, some four times a second while it asks. */
export interface RateMember {
  /** A random name, of letters and digits. */
  readonly id: string;
  /** Whether it asks again as soon as it can, since requests wait. */
  readonly isBusy: boolean;
  /** The limit that it was told. */
  readonly perSecond: number;
  /** How long a busy one asks nothing before it counts as silent. */
  readonly silentAfterMs: number;
}

/** For how long a member counts after it has asked. */
export const memberForMs = 60_000;
/** For how long a busy one does, which may be one that has lost the store. */
export const silentForMs = 300_000;

/** One request in so many seconds is the lowest limit that is believed. */
export const leastPerSecond: number = 1 / 86_400;
/** How far ahead anything is reserved, by far: what a store finds beyond that was not written by a fleet, and is forgotten. */
export const mostAheadMs = 86_400_000;

/** Those who share a limit. */
export interface RateFleet {
  /** How many have asked within the last minute, this one included; a busy one counts for five minutes. */
  readonly members: number;
  /**
   * How many are busy and ask nothing: they may have lost the store, and send without it. After a minute each of them counts
   * for less, and after five for nothing.
   */
  readonly silent: number;
  /** The lowest limit of those who have asked within the last minute. */
  readonly perSecond: number;
}

/** What a store answers. */
export interface RateAnswer extends RateReservation {
  /** Those who share the limit, where a member was passed; a store that does not count them leaves it out. */
  readonly fleet?: RateFleet;
}

/** What a store of one's own does. */
export interface RateStoreOptions {
  /**
   * Adds to both stretches of a key in one atomic step, neither below 0, and resolves to what they are then.
   *
   * What is added may be 0 or negative. A key that isn't known, or has run out, has 0 of both. Where a member is passed,
   * a store that keeps count of them answers with the fleet as well.
   */
  readonly reserve: (key: string, added: RateReservation, member?: RateMember) => Promise<RateAnswer>;
}

/** A rate limit that several processes share. */
export interface SharedLimit extends WindowOptions {
  /** What the store knows it by, such as `nexconn:rate:<App Key>:issueAccessToken`. */
  readonly key: string;
  /** The part of the limit that this process takes at the most while the store is lost, 0 to 1. */
  readonly shareWithoutStore: number;
  readonly startTimer: StartTimer;
  /** There may be a permit that `waitMs` did not announce. */
  readonly onPermits: () => void;
  /** The store failed, or did not answer in time: permits are those of the share until it is found again. */
  readonly onLost: (error: unknown) => void;
  readonly onFound: () => void;
  /** Another limit is in force: the lowest one that a process of the fleet was told, in requests per second. */
  readonly onLimit?: (perSecond: number) => void;
}

/** Counts for several processes; made by `createRedisRateStore`, `createPostgresRateStore` or `createRateStore`. */
export interface RateStore extends RateStoreOptions {
  /** Called by the client, once for each limit. */
  readonly connect: (limit: SharedLimit) => PermitSource;
}
