import type { VirtualTime } from './virtual-time.js';

/** How a service counts: any stretch of the window, the windows of a clock, or a bucket that fills at the rate of the limit. */
export type ServiceKind = 'sliding window' | 'fixed window' | 'token bucket';

/** A service that counts requests as they arrive. */
export interface Service {
  /** Resolves to whether the request, which arrives now, was taken. */
  readonly serve: () => Promise<boolean>;
  readonly arrivals: readonly Arrival[];
}

interface Arrival {
  readonly at: number;
  readonly isTaken: boolean;
}

interface ServiceOptions {
  readonly kind: ServiceKind;
  readonly limit: number;
  readonly windowMs: number;
  readonly time: VirtualTime;
  /** Returns the milliseconds that an answer takes. */
  readonly answerMs: () => number;
}

/** Creates a service, and what has it stand still for so many milliseconds. */
export function createService(options: ServiceOptions): Service & { readonly stall: (ms: number) => void } {
  const { time, answerMs } = options;
  const isWithinLimit = counters[options.kind](options);
  const arrivals: Arrival[] = [];
  let stalledUntil = 0;

  async function sleepUntil(at: number): Promise<void> {
    await new Promise<void>((resolve) => time.at(at, resolve));
  }

  return {
    arrivals,
    stall(ms) {
      stalledUntil = time.now() + ms;
    },
    async serve() {
      while (stalledUntil > time.now()) await sleepUntil(stalledUntil);
      const at = time.now();
      const isTaken = isWithinLimit(at);
      arrivals.push({ at, isTaken });
      await sleepUntil(at + answerMs());
      return isTaken;
    },
  };
}

const counters: Record<ServiceKind, (options: ServiceOptions) => (now: number) => boolean> = {
  'sliding window'({ limit, windowMs }) {
    const times: number[] = [];
    return (now) => {
      const isTaken = (times.at(-limit) ?? Number.NEGATIVE_INFINITY) <= now - windowMs;
      if (isTaken) times.push(now);
      return isTaken;
    };
  },
  'fixed window'({ limit, windowMs }) {
    let [window, count] = [0, 0];
    return (now) => {
      const present = Math.floor(now / windowMs);
      if (present !== window) [window, count] = [present, 0];
      count += 1;
      return count <= limit;
    };
  },
  'token bucket'({ limit, windowMs }) {
    let [tokens, filledAt] = [limit, 0];
    return (now) => {
      tokens = Math.min(limit, tokens + ((now - filledAt) * limit) / windowMs);
      filledAt = now;
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    };
  },
};
