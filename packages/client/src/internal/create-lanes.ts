import type { Lane } from '../types.js';

/** One who waits for a turn. */
export interface Waiter {
  readonly lane: Lane;
  /** Set once it no longer waits. */
  isGone: boolean;
  readonly grant: () => void;
}

/** Those who wait: all of the first lane go before any of the second, each lane in the order of coming. */
export interface Lanes {
  readonly add: (waiter: Waiter) => void;
  /** Those ahead of somebody who comes to this lane now. */
  readonly ahead: (lane: Lane) => number;
  readonly next: () => Waiter | undefined;
  /** Takes note that a waiter has gone by itself. */
  readonly leave: (waiter: Waiter) => void;
  readonly size: () => number;
}

export function createLanes(): Lanes {
  const queues: Record<Lane, Waiter[]> = { interactive: [], bulk: [] };
  // Read from here on: taking the first out of a long list would move all others.
  const starts: Record<Lane, number> = { interactive: 0, bulk: 0 };
  const counts: Record<Lane, number> = { interactive: 0, bulk: 0 };

  function nextOf(lane: Lane): Waiter | undefined {
    const queue = queues[lane];
    for (;;) {
      const waiter = queue[starts[lane]];
      if (waiter === undefined) break;
      starts[lane] += 1;
      if (!waiter.isGone) {
        waiter.isGone = true;
        counts[lane] -= 1;
        return waiter;
      }
    }
    queue.length = 0;
    starts[lane] = 0;
    return undefined;
  }

  return {
    add(waiter) {
      const { lane } = waiter;
      if (starts[lane] > 1000 && starts[lane] * 2 > queues[lane].length) {
        queues[lane] = queues[lane].slice(starts[lane]);
        starts[lane] = 0;
      }
      queues[lane].push(waiter);
      counts[lane] += 1;
    },
    ahead: (lane) => counts.interactive + (lane === 'bulk' ? counts.bulk : 0),
    next: () => nextOf('interactive') ?? nextOf('bulk'),
    leave(waiter) {
      if (waiter.isGone) return;
      waiter.isGone = true;
      counts[waiter.lane] -= 1;
    },
    size: () => counts.interactive + counts.bulk,
  };
}
