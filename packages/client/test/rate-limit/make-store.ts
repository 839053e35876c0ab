import { createLimiter, type Limiter, startTimer } from '../../src/rate-limit/limiter.js';
import type { RateReservation, RateStore } from '../../src/rate-limit/rate-store.js';
import { createRateStore } from '../../src/rate-store/create-rate-store.js';
import { makeRequest } from './make-request.js';

const monotonicNow = (): number => performance.now();

/** A store that answers `latencyMs` after it was asked, for as long as it is up, and counts what it is asked. */
export function makeStore(latencyMs = 1) {
  const kept = { reserved: 0, penalty: 0 };
  const store = {
    state: 'up' as 'up' | 'refuses' | 'silent',
    asked: [] as RateReservation[],
    underWay: 0,
    /** Has the questions answered that came while it was silent. */
    wakeUp: (): void => {},
    /** How long until the next slot that nobody has reserved. */
    reservedMs: () => Math.max(0, kept.reserved - monotonicNow()),
    async reserve(_: string, added: RateReservation): Promise<RateReservation> {
      store.asked.push(added);
      if (store.state === 'refuses') throw new Error('Connection refused');
      store.underWay += 1;
      if (store.state === 'silent') await new Promise<void>((resolve) => (store.wakeUp = resolve));
      const now = monotonicNow();
      const reservedMs = Math.max(0, Math.max(0, kept.reserved - now) + added.reservedMs);
      const penaltyMs = Math.max(0, Math.max(0, kept.penalty - now) + added.penaltyMs);
      Object.assign(kept, { reserved: now + reservedMs, penalty: now + penaltyMs });
      await new Promise((resolve) => setTimeout(resolve, latencyMs));
      store.underWay -= 1;
      return { reservedMs, penaltyMs };
    },
  };
  return store;
}

/** A limiter of a process that shares the limit with others. */
export function makeSharedLimiter(
  store: Parameters<typeof createRateStore>[0],
  states: string[] = [],
  shareWithoutStore = 0.1,
): Limiter {
  const connect: RateStore['connect'] = createRateStore(store).connect;
  const limit = { key: 'key', limit: 200, windowMs: 1000, shareWithoutStore, monotonicNow, startTimer };
  const onLost = (error: unknown) => states.push(`lost: ${(error as Error).message}`);
  const onFound = () => states.push('found');
  const createSource = (onPermits: () => void) => connect({ ...limit, onPermits, onLost, onFound });
  return createLimiter({ createSource, monotonicNow, startTimer });
}

/** Makes so many calls at a time, each again as soon as it is answered, and returns when each was granted. */
export function call(limiter: Limiter, callers: number, answerMs: () => number): number[] {
  const granted: number[] = [];
  const work = async (): Promise<void> => {
    for (;;) {
      const permit = await limiter.acquire(makeRequest());
      granted.push(monotonicNow());
      await new Promise((resolve) => setTimeout(resolve, answerMs()));
      permit.release('answered');
    }
  };
  for (let caller = 0; caller < callers; caller += 1) work().catch(() => {});
  return granted;
}
