import type { Permit } from './permit-source.js';

/** Which requests go first: those of calls that have been sent before, then all `interactive` ones, then those of `bulk`. */
export type Priority = 'begun' | 'interactive' | 'bulk';

/** A request that waits for its permit. */
export interface Waiter {
  readonly priority: Priority;
  /** In monotonic milliseconds. */
  readonly cameAt: number;
  /** When it has waited for as long as it may. */
  readonly endsAt: number;
  readonly grant: (permit: Permit) => void;
  /** Ends the wait without a permit, since it would be too long. */
  readonly refuse: () => void;
  /** Ends the wait without a permit, since the limiter was stopped. */
  readonly dismiss: () => void;
}

/** The requests that wait, by priority, and in the order of coming where that is the same. */
export interface PriorityQueue {
  readonly add: (waiter: Waiter) => void;
  /** Returns how many would go before a request that came now. */
  readonly ahead: (priority: Priority) => number;
  readonly first: () => Waiter | undefined;
  /** Returns all of them, in order. */
  readonly all: () => Waiter[];
  readonly remove: (waiter: Waiter) => void;
  readonly size: () => number;
}

/** Creates an empty queue. */
export function createPriorityQueue(): PriorityQueue {
  const waiting: Record<Priority, Set<Waiter>> = { begun: new Set(), interactive: new Set(), bulk: new Set() };
  const inOrder: readonly Priority[] = ['begun', 'interactive', 'bulk'];

  return {
    add: (waiter) => waiting[waiter.priority].add(waiter),
    ahead(priority) {
      const before = inOrder.slice(0, inOrder.indexOf(priority) + 1);
      return before.reduce((size, each) => size + waiting[each].size, 0);
    },
    first() {
      const next = inOrder.find((priority) => waiting[priority].size > 0);
      return next && waiting[next].values().next().value;
    },
    all: () => inOrder.flatMap((priority) => [...waiting[priority]]),
    remove: (waiter) => waiting[waiter.priority].delete(waiter),
    size: () => waiting.begun.size + waiting.interactive.size + waiting.bulk.size,
  };
}
