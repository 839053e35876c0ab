/** Runs that callers share: one at a time for each key. */
export interface SingleFlight<T> {
  /**
   * Joins the run that is under way for the same need, or starts one. Of two needs with one key the second waits until the
   * first is settled.
   */
  readonly share: (key: string, need: string, start: () => Promise<T>) => Promise<T>;
  /** Resolves once nothing is under way. */
  readonly idle: () => Promise<void>;
}

export function createSingleFlight<T>(): SingleFlight<T> {
  const underWay = new Map<string, { readonly need: string; readonly run: Promise<T> }>();

  async function share(key: string, need: string, start: () => Promise<T>): Promise<T> {
    for (let running = underWay.get(key); running; running = underWay.get(key)) {
      if (running.need === need) return running.run;
      await running.run.catch(() => {});
    }
    const run = start().finally(() => underWay.delete(key));
    underWay.set(key, { need, run });
    return run;
  }

  return {
    share,
    async idle() {
      while (underWay.size > 0) await Promise.allSettled([...underWay.values()].map(({ run }) => run));
    },
  };
}
