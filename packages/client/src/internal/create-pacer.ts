import type { Lane, RateStore } from '../types.js';
import { createLanes, type Waiter } from './create-lanes.js';
import { createSlots } from './create-slots.js';

/** Who waits for a slot, and how long at the most. */
export interface Turn {
  readonly lane: Lane;
  readonly maxWaitMs: number;
  /** Makes the error for a wait that is, or would be, too long. */
  readonly tooLong: (expectedWaitMs: number) => Error;
  /** Has the wait given up; gives back what calls that off. */
  readonly onGone: (giveUp: (error: Error) => void) => () => void;
}

/** Lets requests go in step with the limit. */
export interface Pacer {
  /** A promise only where there is something to wait for. */
  readonly take: (turn: Turn) => Promise<void> | undefined;
}

/** What counts for a fleet. */
interface Store extends RateStore {
  readonly key: string;
  /** How much of the limit this process takes while the store is lost, 0 to 1. */
  readonly share: number;
}

/** A limit, and who counts. */
export interface PacerOptions {
  readonly limit: number;
  readonly windowMs: number;
  /** Gives monotonic milliseconds. */
  readonly clock: () => number;
  /** Counts for a fleet. Default: this process alone counts. */
  readonly store?: Store | undefined;
  /** The store is lost, or found again. */
  readonly onStore?: (isLost: boolean, error?: unknown) => void;
}

/** A store that does not answer within this time is lost. */
const storeTimeoutMs = 500;
/** How soon a lost store is asked again. */
const storeRetryMs = 1_000;
/** Slots that are reserved ahead, so that the way to the store costs none. */
const reservedAhead = 4;
/** A reserved slot that is missed by more is given up: requests of two slots at once would be too many. */
const lateMs = 5;
/** Of the limit that a fleet shares: requests come closer together on the way than they were sent. */
const sharedPace = 0.994;

/** Makes a pacer; it holds a timer only while somebody waits. */
export function createPacer(options: PacerOptions): Pacer {
  const { limit, windowMs, clock, store, onStore } = options;
  const lanes = createLanes();
  const own = createSlots(limit, windowMs);
  const spacingMs = windowMs / limit;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let reserved = 0;
  let isLost = false;
  let share = own;
  /** What one slot took lately, by which waits are foretold. */
  let paceMs = spacingMs;
  let grantedAt = 0;

  function grant(): void {
    const waiter = lanes.next();
    if (!waiter) return;
    const now = clock();
    // A long gap is a pause in demand, not the pace.
    if (now - grantedAt < windowMs) paceMs += (now - grantedAt - paceMs) / 8;
    grantedAt = now;
    waiter.grant();
  }

  function pumpOwn(slots = own): void {
    if (timer !== undefined) return;
    while (lanes.size() > 0) {
      const waitMs = slots.take(clock());
      if (waitMs > 0) {
        timer = setTimeout(() => {
          timer = undefined;
          pump();
        }, waitMs);
        return;
      }
      grant();
    }
  }

  function pump(): void {
    if (!store) return pumpOwn();
    if (isLost) return pumpOwn(share);
    while (reserved < Math.min(reservedAhead, lanes.size())) reserveOne(store);
  }

  function reserveOne({ reserve, key }: Store): void {
    reserved += 1;
    const askedAt = clock();
    within(storeTimeoutMs, reserve(key, spacingMs / sharedPace)).then((waitMs) => {
      // Half of the way there and back has passed since the store counted.
      const dueAt = (askedAt + clock()) / 2 + waitMs;
      setTimeout(
        () => {
          reserved -= 1;
          if (clock() - dueAt <= lateMs) grant();
          pump();
        },
        Math.max(0, dueAt - clock()),
      );
    }, loseStore);
  }

  function loseStore(error: unknown): void {
    reserved -= 1;
    if (!isLost && store) {
      isLost = true;
      share = createSlots(Math.max(1, Math.floor(limit * store.share)), windowMs);
      onStore?.(true, error);
      findStore(store);
    }
    pump();
  }

  function findStore(lost: Store): void {
    const again = setTimeout(() => {
      within(storeTimeoutMs, lost.reserve(lost.key, spacingMs / sharedPace)).then(
        () => {
          isLost = false;
          onStore?.(false);
          pump();
        },
        () => findStore(lost),
      );
    }, storeRetryMs);
    // A process that has nothing else to do need not wait for the store.
    (again as { unref?: () => void }).unref?.();
  }

  return {
    take({ lane, maxWaitMs, tooLong, onGone }) {
      if (!store && lanes.size() === 0 && own.take(clock()) === 0) return undefined;
      const expectedMs = (lanes.ahead(lane) + 1) * paceMs;
      if (expectedMs > maxWaitMs) return Promise.reject(tooLong(expectedMs));
      return new Promise((resolve, reject) => {
        const giveUp = (error: Error): void => {
          lanes.leave(waiter);
          end();
          reject(error);
        };
        const bound = setTimeout(() => giveUp(tooLong((lanes.ahead(lane) + 1) * paceMs)), maxWaitMs);
        const unwatch = onGone(giveUp);
        const end = (): void => {
          clearTimeout(bound);
          unwatch();
        };
        const waiter: Waiter = {
          lane,
          isGone: false,
          grant() {
            end();
            resolve();
          },
        };
        lanes.add(waiter);
        pump();
      });
    },
  };
}

function within<T>(ms: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`The store did not answer within ${ms} ms.`)), ms);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
