import { createLimiter, type Limiter, type StartTimer } from '../../src/rate-limit/limiter.js';
import type { Priority } from '../../src/rate-limit/priority-queue.js';
import {
  memberForMs,
  type RateAnswer,
  type RateMember,
  type RateReservation,
  silentForMs,
} from '../../src/rate-limit/rate-store.js';
import { createWindow } from '../../src/rate-limit/window.js';
import { createRateStore } from '../../src/rate-store/create-rate-store.js';
import { createService, type Service, type ServiceKind } from './service.js';
import { createRandom, createVirtualTime, type SimulatedProcess, type VirtualTime } from './virtual-time.js';

/** What a process wants, and what happens to it. */
export interface ProcessPlan {
  /** As much as it is let; that, one call at a time or nothing, changing every few seconds; or a log-in now and then. */
  readonly demand: 'full' | 'changing' | 'log-ins';
  /** Milliseconds that a request takes to the service, and its answer back. */
  readonly latencyMs: number;
  /** Its event loop is busy for `ms`, or for somewhere between two numbers of them, once in `everyMs` on average. */
  readonly busy?: {
    /** At 0, each iteration of the event loop takes as long. */
    readonly everyMs: number;
    readonly ms: number | readonly [from: number, to: number];
    /** From this time on it is busy no more. */
    readonly untilMs?: number;
  };
  /** How many call at a time where demand is full. Default: 100. */
  readonly callers?: number;
  /** It stands still between these times. */
  readonly frozen?: readonly [from: number, to: number];
  /** From this time on the store does not answer it. */
  readonly cutOffAt?: number;
  /** The limit that it was told. Default: that of the service. */
  readonly perSecond?: number;
}

/** A fleet, its store and its service. */
export interface Scenario {
  readonly processes: readonly ProcessPlan[];
  /** Default: a sliding window. */
  readonly service?: ServiceKind;
  /** The service stands still for `ms`, once in `everyMs` on average. */
  readonly stalls?: { readonly everyMs: number; readonly ms: number };
  /** It stands still between these times. */
  readonly standstill?: readonly [from: number, to: number];
  /** Milliseconds to the store, one way. Default: 0.3. */
  readonly storeWayMs?: number;
  /** Whether the one process counts for itself. */
  readonly hasNoStore?: boolean;
  /** How much longer than usual a request takes, on average. Default: 0.5. */
  readonly jitterMs?: number;
}

/** What came of it. */
export interface Outcome {
  /** Requests that the service took, per cent of its limit, from the second second on. */
  readonly use: number;
  readonly refusedPerThousand: number;
  /** The most that arrived in any second. */
  readonly mostInASecond: number;
  /** Calls that were refused as often as a client tries. */
  readonly failed: number;
  /** How long a log-in waits for its permit, at the 99th percentile. */
  readonly logInWaitMs: number;
  /** Questions to the store in a second. */
  readonly questions: number;
}

const limit = 200;
const windowMs = 1000;
const callers = { full: 100, changing: 40, 'log-ins': 0 };
const maxAttempts = 4;
/** What a client waits at the least, as the `Retry-After` of the service says. */
const retryAfterMs = 1000;
/** The first requests of a process make its connections. */
const cold = { requests: 6, ms: 25 };

interface World {
  readonly time: VirtualTime;
  readonly random: () => number;
  readonly scenario: Scenario;
  readonly service: Service;
  /** Until when the slots and the penalty of the fleet last. */
  readonly kept: { reserved: number; penalty: number };
  readonly members: Map<string, RateMember & { readonly seenAt: number }>;
  readonly waits: number[];
  failed: number;
  questions: number;
}

/** Runs a scenario in virtual time with the limiter as it is; a seed always comes to the same outcome. */
export async function simulate(scenario: Scenario, seconds: number, seed = 1): Promise<Outcome> {
  const time = createVirtualTime();
  const random = createRandom(seed);
  const answerMs = (): number => 2 + exponential(random, 0.5);
  const service = createService({ kind: scenario.service ?? 'sliding window', limit, windowMs, time, answerMs });
  const kept = { reserved: 0, penalty: 0 };
  const members: World['members'] = new Map();
  const world: World = { time, random, scenario, service, kept, members, waits: [], failed: 0, questions: 0 };
  const { stalls, standstill } = scenario;
  if (stalls) repeat(world, stalls.everyMs, () => service.stall(stalls.ms * (0.5 + random())));
  if (standstill) time.at(standstill[0], () => service.stall(standstill[1] - standstill[0]));
  for (const plan of scenario.processes) startProcess(plan, world);
  await time.runUntil(seconds * 1000);
  return outcomeOf(world, seconds);
}

function startProcess(plan: ProcessPlan, world: World): void {
  const { time, random } = world;
  const process: SimulatedProcess = { busyUntil: 0 };
  const { busy, frozen } = plan;
  if (busy) keepBusy(process, busy, world);
  if (frozen) time.at(frozen[0], () => (process.busyUntil = frozen[1]));
  time.at(
    random() * 300,
    () => {
      const startTimer = createSimulatedTimer(world, process);
      const call = createCaller(plan, world, process, startTimer);
      if (plan.demand === 'log-ins') void logIn(call, world, startTimer);
      else demand(plan.demand, plan.callers ?? callers[plan.demand], call, world, startTimer);
    },
    process,
  );
}

function keepBusy(process: SimulatedProcess, busy: NonNullable<ProcessPlan['busy']>, world: World): void {
  const { everyMs, ms, untilMs = Number.POSITIVE_INFINITY } = busy;
  const { time, random } = world;
  const begin = (): void => {
    if (time.now() > untilMs) return;
    const busyMs = typeof ms === 'number' ? ms : ms[0] + random() * (ms[1] - ms[0]);
    process.busyUntil = Math.max(process.busyUntil, time.now() + busyMs);
    // What is due by then happens before the next iteration.
    if (everyMs === 0) time.at(process.busyUntil, () => time.at(process.busyUntil, begin));
  };
  if (everyMs === 0) begin();
  else repeat(world, everyMs, begin);
}

/** In whole milliseconds, never early, and a little late. */
function createSimulatedTimer({ time, random }: World, process: SimulatedProcess): StartTimer {
  return (ms, run) =>
    time.at(time.now() + Math.max(1, Math.ceil(ms)) + exponential(random, 0.1), run, process, 'timers');
}

/** Creates a call as a client makes it: again, and with another permit, where it was refused. */
function createCaller(plan: ProcessPlan, world: World, process: SimulatedProcess, startTimer: StartTimer) {
  const { time, random, waits } = world;
  const limiter = createSimulatedLimiter(plan, world, process, startTimer);
  const send = createSender(plan, world, process);

  return async function call(priority: Priority): Promise<void> {
    for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
      const cameAt = time.now();
      const permit = await acquire(limiter, priority);
      if (priority === 'interactive') waits.push(time.now() - cameAt);
      const isTaken = await send();
      permit.release(isTaken ? 'answered' : 'refused');
      if (isTaken) return;
      await sleep(startTimer, Math.max(retryAfterMs, random() * 200 * 2 ** (attempt - 1)));
    }
    world.failed += 1;
  };
}

function createSimulatedLimiter(
  plan: ProcessPlan,
  world: World,
  process: SimulatedProcess,
  startTimer: StartTimer,
): Limiter {
  // Monotonic time begins anywhere.
  const startedAt = world.random() * 1e6;
  const monotonicNow = (): number => world.time.now() + startedAt;
  const ignored = { onLost: () => {}, onFound: () => {}, shareWithoutStore: 0.1 };
  const own = { limit: plan.perSecond ?? limit, windowMs, monotonicNow };
  const store = createRateStore({ reserve: (_, added, member) => reserve(added, member, plan, world, process) });
  return createLimiter({
    createSource: (onPermits) =>
      world.scenario.hasNoStore
        ? createWindow(own)
        : store.connect({ ...own, ...ignored, key: 'key', startTimer, onPermits }),
    monotonicNow,
    startTimer,
  });
}

function acquire(limiter: Limiter, priority: Priority) {
  const refuse = (): Error => new Error('The queue is full.');
  return limiter.acquire({ priority, maxWaitMs: 1e9, onQueueFull: refuse, onStopped: refuse, onAbort: () => () => {} });
}

async function reserve(
  { reservedMs, penaltyMs }: RateReservation,
  member: RateMember | undefined,
  { cutOffAt = Number.POSITIVE_INFINITY }: ProcessPlan,
  world: World,
  process: SimulatedProcess,
): Promise<RateAnswer> {
  const { time, random, kept } = world;
  const { storeWayMs = 0.3 } = world.scenario;
  const way = (owner?: SimulatedProcess): Promise<void> =>
    new Promise((resolve) => time.at(time.now() + storeWayMs + exponential(random, 0.1), resolve, owner));
  world.questions += 1;
  if (time.now() >= cutOffAt) await new Promise(() => {});
  await way();
  const now = time.now();
  const reserved = Math.max(0, Math.max(0, kept.reserved - now) + reservedMs);
  const penalty = Math.max(0, Math.max(0, kept.penalty - now) + penaltyMs);
  Object.assign(kept, { reserved: now + reserved, penalty: now + penalty });
  const fleet = member && noteMember(member, world);
  await way(process);
  return { reservedMs: reserved, penaltyMs: penalty, ...(fleet && { fleet }) };
}

/** As a store does. */
function noteMember(member: RateMember, { time, members }: World): RateAnswer['fleet'] {
  const now = time.now();
  members.set(member.id, { ...member, seenAt: now });
  for (const { id, isBusy, seenAt } of members.values()) {
    if (now - seenAt > (isBusy ? silentForMs : memberForMs)) members.delete(id);
  }
  const all = [...members.values()];
  const silent = all
    .filter(({ isBusy, seenAt }) => isBusy && now - seenAt > member.silentAfterMs)
    .map(({ seenAt }) => Math.min(1, (silentForMs - now + seenAt) / (silentForMs - memberForMs)));
  return {
    members: all.length,
    silent: silent.reduce((sum, weight) => sum + weight, 0),
    perSecond: Math.min(...all.filter(({ seenAt }) => now - seenAt <= memberForMs).map(({ perSecond }) => perSecond)),
  };
}

function createSender(
  { latencyMs }: ProcessPlan,
  { time, random, scenario, service }: World,
  process: SimulatedProcess,
) {
  let sent = 0;
  return async function send(): Promise<boolean> {
    sent += 1;
    const coldMs = sent <= cold.requests ? cold.ms * random() : 0;
    const jitterMs = exponential(random, scenario.jitterMs ?? 0.5);
    await new Promise<void>((resolve) => time.at(time.now() + latencyMs + jitterMs + coldMs, resolve));
    const isTaken = await service.serve();
    await new Promise<void>((resolve) => time.at(time.now() + latencyMs, resolve, process));
    return isTaken;
  };
}

type Caller = (priority: Priority) => Promise<void>;

async function logIn(call: Caller, { random }: World, startTimer: StartTimer): Promise<void> {
  for (;;) {
    await sleep(startTimer, 100 + random() * 600);
    await call('interactive');
  }
}

function demand(
  kind: 'full' | 'changing',
  callers: number,
  call: Caller,
  { random }: World,
  startTimer: StartTimer,
): void {
  let active = callers;
  const idle: (() => void)[] = [];
  const work = async (nth: number): Promise<void> => {
    for (;;) {
      if (nth < active) await call('bulk');
      else await new Promise<void>((resolve) => idle.push(resolve));
    }
  };
  const change = (): void => {
    active = [0, 1, callers][Math.floor(random() * 3)] ?? 0;
    for (const wake of idle.splice(0)) wake();
    startTimer(500 + random() * 3000, change);
  };
  if (kind === 'changing') change();
  for (let nth = 0; nth < callers; nth += 1) void work(nth);
}

function sleep(startTimer: StartTimer, ms: number): Promise<void> {
  return new Promise((resolve) => startTimer(ms, resolve));
}

function repeat(world: World, everyMs: number, run: () => void): void {
  world.time.at(world.time.now() + exponential(world.random, everyMs), () => {
    run();
    repeat(world, everyMs, run);
  });
}

function exponential(random: () => number, mean: number): number {
  return -Math.log(1 - random()) * mean;
}

function outcomeOf({ service: { arrivals }, waits, failed, questions }: World, seconds: number): Outcome {
  const taken = arrivals.filter(({ at, isTaken }) => isTaken && at >= 1300).length;
  const refused = arrivals.filter(({ isTaken }) => !isTaken).length;
  const sorted = waits.toSorted((a, b) => a - b);
  return {
    use: (taken / (seconds - 1.3) / limit) * 100,
    refusedPerThousand: (refused / arrivals.length) * 1000,
    mostInASecond: mostWithin(
      windowMs,
      arrivals.map(({ at }) => at),
    ),
    failed,
    logInWaitMs: sorted[Math.floor(sorted.length * 0.99)] ?? 0,
    questions: questions / seconds,
  };
}

/** Returns the most of these times, which are in order, in any stretch of so many milliseconds. */
export function mostWithin(ms: number, times: readonly number[]): number {
  let first = 0;
  let most = 0;
  for (const [last, time] of times.entries()) {
    while ((times[first] as number) <= time - ms) first += 1;
    most = Math.max(most, last - first + 1);
  }
  return most;
}
