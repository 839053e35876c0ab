/** Counts what is under way. */
export interface Tally {
  readonly begin: () => void;
  readonly end: () => void;
  /** Resolves once nothing is under way, at once where nothing is. */
  readonly idle: () => Promise<void>;
}

export function createTally(): Tally {
  let count = 0;
  let waiting: (() => void)[] = [];
  return {
    begin() {
      count += 1;
    },
    end() {
      count -= 1;
      if (count > 0 || waiting.length === 0) return;
      const told = waiting;
      waiting = [];
      for (const each of told) each();
    },
    idle: () => (count === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
  };
}
