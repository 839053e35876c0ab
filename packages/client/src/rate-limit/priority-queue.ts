import type { Permit } from './permit-source.js';

/** Which requests go first: all `interactive` ones before any of `bulk`. */
export type Priority = 'interactive' | 'bulk';

/** A request that waits for its permit. */
export interface Waiter {
  readonly priority: Priority;
  /** In monotonic milliseconds. */
  readonly cameAt: number;
  readonly grant: (permit: Permit) => void;
  /** Ends the wait without a permit. */
  readonly dismiss: () => void;
}

/** The requests that wait, by priority, and in the order of coming where that is the same. */
export interface PriorityQueue {
  readonly add: (waiter: Waiter) => void;
  /** Returns how many would go before a request that came now. */
  readonly ahead: (priority: Priority) => number;
  readonly first: () => Waiter | undefined;
  readonly remove: (waiter: Waiter) => void;
  readonly size: () => number;
}

/** Creates an empty queue. */
export function createPriorityQueue(): PriorityQueue {
  const waiting: Record<Priority, Set<Waiter>> = { interactive: new Set(), bulk: new Set() };

  return {
    add: (waiter) => waiting[waiter.priority].add(waiter),
    ahead: (priority) => waiting.interactive.size + (priority === 'bulk' ? waiting.bulk.size : 0),
    first() {
      const next = waiting.interactive.size > 0 ? waiting.interactive : waiting.bulk;
      return next.values().next().value;
    },
    remove: (waiter) => waiting[waiter.priority].delete(waiter),
    size: () => waiting.interactive.size + waiting.bulk.size,
  };
}
