import type { Lane } from '../types.js';
import type { Answered } from './limiter.js';

/** One who waits for a turn. */
export interface Waiter {
  readonly lane: Lane;
  /** In milliseconds of the pacer's clock. */
  readonly cameAt: number;
  readonly grant: (answered: Answered) => void;
  /** Ends the wait without a turn. */
  readonly dismiss: () => void;
}

/** Those who wait: all of the first lane go before any of the second, each lane in the order of coming. */
export interface Lanes {
  readonly add: (waiter: Waiter) => void;
  /** Those who would go before somebody who came to this lane now. */
  readonly ahead: (lane: Lane) => number;
  /** Those who go before this waiter. */
  readonly aheadOf: (waiter: Waiter) => number;
  readonly first: () => Waiter | undefined;
  /** Takes out a waiter: it has its turn, or goes without one. */
  readonly leave: (waiter: Waiter) => void;
  readonly size: () => number;
}

export function createLanes(): Lanes {
  const lanes: Record<Lane, Set<Waiter>> = { interactive: new Set(), bulk: new Set() };

  return {
    add: (waiter) => lanes[waiter.lane].add(waiter),
    ahead: (lane) => lanes.interactive.size + (lane === 'bulk' ? lanes.bulk.size : 0),
    aheadOf(waiter) {
      let ahead = waiter.lane === 'bulk' ? lanes.interactive.size : 0;
      // Who has waited longest asks first, so that few are looked at.
      for (const each of lanes[waiter.lane]) {
        if (each === waiter) break;
        ahead += 1;
      }
      return ahead;
    },
    first() {
      const lane = lanes.interactive.size > 0 ? lanes.interactive : lanes.bulk;
      return lane.values().next().value;
    },
    leave: (waiter) => lanes[waiter.lane].delete(waiter),
    size: () => lanes.interactive.size + lanes.bulk.size,
  };
}
