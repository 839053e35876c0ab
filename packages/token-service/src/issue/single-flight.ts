/** What is under way, by key: all who want the same share one run of it. */
export interface Flights<T> {
  /**
   * Joins the run that is under way for the same need, or starts one when none is left: of two needs with one key the
   * second waits for the first.
   */
  readonly share: (key: string, need: string, start: () => Promise<T>) => Promise<T>;
  /** Waits until nothing is under way. */
  readonly idle: () => Promise<void>;
}

export function createFlights<T>(): Flights<T> {
  const flights = new Map<string, { readonly need: string; readonly run: Promise<T> }>();

  async function share(key: string, need: string, start: () => Promise<T>): Promise<T> {
    for (let flight = flights.get(key); flight; flight = flights.get(key)) {
      if (flight.need === need) return flight.run;
      await flight.run.catch(() => {});
    }
    const run = start().finally(() => flights.delete(key));
    flights.set(key, { need, run });
    return run;
  }

  return {
    share,
    async idle() {
      while (flights.size > 0) await Promise.allSettled([...flights.values()].map(({ run }) => run));
    },
  };
}
