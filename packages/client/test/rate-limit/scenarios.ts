import type { ProcessPlan, Scenario } from './simulation.js';

const full = (more: Partial<ProcessPlan> = {}): ProcessPlan => ({ demand: 'full', latencyMs: 1, ...more });
const fleet = (count: number, more: Partial<ProcessPlan> = {}): ProcessPlan[] =>
  Array.from({ length: count }, () => full(more));
const logIns: ProcessPlan = { demand: 'log-ins', latencyMs: 1 };
const busy = { everyMs: 3000, ms: 300 };
const farApart = [10, 35, 60];

/** In calm nothing is refused, and at least 98 per cent of the limit are used. */
export const calm: Readonly<Record<string, Scenario>> = {
  'a process alone': { processes: fleet(1), hasNoStore: true },
  'a process with a store for itself': { processes: fleet(1) },
  'a fleet of three': { processes: fleet(3) },
  'a fleet of twenty': { processes: fleet(20) },
  'three, a service that counts fixed windows': { processes: fleet(3), service: 'fixed window' },
  'three, a service that has a token bucket': { processes: fleet(3), service: 'token bucket' },
};

/** In trouble at most 2 of 1,000 are refused, none as often as a client tries, and at least 96 per cent are used. */
export const trouble: Readonly<Record<string, Scenario>> = {
  'event loops busy for 300 ms': { processes: fleet(3, { busy }) },
  'event loops busy for 10 ms, ten times a second': { processes: fleet(3, { busy: { everyMs: 100, ms: 10 } }) },
  'event loops busy for a third of the time': { processes: fleet(3, { busy: { everyMs: 30, ms: 10 } }) },
  'unlike distances': { processes: farApart.map((latencyMs) => full({ latencyMs })) },
  'unlike distances and changing demand': {
    processes: farApart.flatMap((latencyMs) => [full({ latencyMs }), full({ latencyMs, demand: 'changing' })]),
  },
  'twenty of uneven and changing demand': { processes: fleet(20, { demand: 'changing' }) },
  'twenty of changing demand, busy for 300 ms': {
    processes: fleet(20, { demand: 'changing', busy: { everyMs: 6000, ms: 300 } }),
  },
  'a frozen process': { processes: [full({ frozen: [10_000, 14_000] }), ...fleet(2)] },
  'a store 10 ms away': { processes: fleet(3), storeWayMs: 10 },
  'a store 10 ms away from a process alone': { processes: fleet(1), storeWayMs: 10 },
  'one of four cut off from the store': { processes: [full({ cutOffAt: 3_000 }), ...fleet(3)] },
  'a service that stalls for 15 ms': { processes: fleet(3), stalls: { everyMs: 3000, ms: 15 } },
  'a network that delays requests by 5 ms on average': { processes: fleet(3), jitterMs: 5 },
  'fixed windows and event loops busy for 300 ms': { processes: fleet(3, { busy }), service: 'fixed window' },
  'fixed windows and one cut off': { processes: [full({ cutOffAt: 3_000 }), ...fleet(3)], service: 'fixed window' },
  'a token bucket and event loops busy for 300 ms': { processes: fleet(3, { busy }), service: 'token bucket' },
};

/** Where requests are counted long after they were sent, less of the limit is used, and as few are refused. */
export const slowToCount: Readonly<Record<string, Scenario>> = {
  'a network that delays requests by 100 ms on average': { processes: fleet(3), jitterMs: 100 },
  'a network that delays requests by 300 ms on average': { processes: fleet(3), jitterMs: 300 },
  'a service that stalls for 300 ms': { processes: fleet(3), stalls: { everyMs: 10_000, ms: 300 } },
};

/** So many of a fleet lose the store after three seconds. */
export const cutOff = (count: number, of: number): ProcessPlan[] => [
  ...fleet(count, { cutOffAt: 3_000 }),
  ...fleet(of - count),
];
/**
 * Some lose the store, and the others do not: what all of them send stays within the limit, so that 2 of 1,000 are refused at
 * the most, from the first seconds on. What is not used is the time in which those that lost it wait for the others.
 */
export const oneSided: Readonly<Record<string, Scenario>> = {
  'one of two': { processes: cutOff(1, 2) },
  'two of three': { processes: cutOff(2, 3) },
  'three of four, fixed windows': { processes: cutOff(3, 4), service: 'fixed window' },
  'three of four, a token bucket': { processes: cutOff(3, 4), service: 'token bucket' },
  'nine of ten': { processes: cutOff(9, 10) },
  'two of four that make one call after the other': {
    processes: [...fleet(2, { cutOffAt: 3_000, callers: 1 }), ...fleet(2)],
  },
  'ten of twenty': { processes: cutOff(10, 20) },
  'ten of twenty, a store 10 ms away': { processes: cutOff(10, 20), storeWayMs: 10 },
};

/** A service that stands still once has many requests refused in the second after it; they cost the fleet little later on. */
export const standstill: Readonly<Record<string, Scenario>> = {
  'a service that stands still for 0.8 s, three': { processes: fleet(3), standstill: [3_000, 3_800] },
  'a service that stands still for 0.8 s, twenty': { processes: fleet(20), standstill: [3_000, 3_800] },
};

const crowd: Partial<ProcessPlan> = { callers: 1500, busy: { everyMs: 150, ms: [50, 200], untilMs: 3300 } };
/**
 * A crowd keeps the event loops busy in its first three seconds: what is lost of the limit is the time in which none of them
 * is free, a quarter at the most.
 */
export const crowded: Readonly<Record<string, Scenario>> = {
  'a crowd at three': { processes: fleet(3, crowd) },
  'a crowd at three, fixed windows': { processes: fleet(3, crowd), service: 'fixed window' },
};

const slow = (ms: readonly [number, number]): Partial<ProcessPlan> => ({
  callers: 1500,
  busy: { everyMs: 0, ms, untilMs: 3300 },
});
/**
 * A crowd that has each iteration of the event loops take long in its first three seconds: a process reserves for as long as
 * its questions take by then. At least four fifths of the limit are used meanwhile.
 */
export const slowIterations: Readonly<Record<string, Scenario>> = {
  'iterations of 10 to 30 ms': { processes: fleet(3, slow([10, 30])) },
  'iterations of 20 to 60 ms': { processes: fleet(3, slow([20, 60])) },
  'iterations of 40 to 100 ms': { processes: fleet(3, slow([40, 100])) },
  'iterations of 20 to 60 ms, a token bucket': { processes: fleet(3, slow([20, 60])), service: 'token bucket' },
};

/** A log-in at an idle process starts within 0.3 windows while the others run bulk jobs at full speed. */
export const logInsBesideBulk: Readonly<Record<string, Scenario>> = {
  'beside three': { processes: [...fleet(3), logIns] },
  'beside twenty': { processes: [...fleet(20), logIns] },
  'beside twenty, a store 10 ms away': { processes: [...fleet(20), logIns], storeWayMs: 10 },
};
