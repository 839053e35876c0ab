import { mostWithin } from '../support/most-within.js';
import { startRedis } from '../support/start-redis.js';
import { type Script, startScript } from '../support/start-script.js';
import { findNode24 } from './node-24.js';

/** What one client wants, and how far it is from everything. */
export interface ClientPlan {
  /** As much as it is let; that, one call at a time or nothing, changing every few seconds; or a log-in now and then. */
  readonly demand: 'full' | 'changing' | 'log-ins';
  /** Milliseconds to the API, and back. */
  readonly wayMs?: number;
  /** Milliseconds to Redis, and back. */
  readonly storeWayMs?: number;
  /** After so many milliseconds Redis does not answer it. */
  readonly cutOffAfterMs?: number;
}

/** What a process is asked for. */
export interface Demand {
  readonly url: string;
  readonly appKey: string;
  readonly appSecret: string;
  /** Undefined for a process that has the limit for itself. */
  readonly redisUrl: string | undefined;
  readonly seconds: number;
  readonly clients: readonly ClientPlan[];
  readonly busy: ProcessPlan['busy'];
}

/** What came of it. */
export interface Made {
  /** Calls that failed. */
  readonly failures: string[];
  readonly logInWaitsMs: number[];
}

interface ProcessPlan {
  readonly clients: readonly ClientPlan[];
  /** Its event loop is blocked for `ms`, once in `everyMs` on average. */
  readonly busy?: { readonly everyMs: number; readonly ms: number } | undefined;
  /** It is stopped between these times, in milliseconds from the start. */
  readonly frozen?: readonly [from: number, to: number];
  /** The program of another Node. */
  readonly node?: string;
}

interface Measured {
  readonly perSecond: number;
  readonly refused: number;
  readonly maxInASecond: number;
  readonly refusedPerThousand: number;
  readonly failed: number;
  /** At the 99th percentile. */
  readonly logInWaitMs: number;
}

const full: ClientPlan = { demand: 'full' };
const several = (count: number, plan: ClientPlan): ClientPlan[] => Array.from({ length: count }, () => plan);
const fleet = (count: number, more: Partial<ProcessPlan> = {}): ProcessPlan[] =>
  Array.from({ length: count }, () => ({ clients: [full], ...more }));

/** In calm nothing is refused. */
const calm: Record<string, ProcessPlan[]> = { alone: fleet(1), fleet: fleet(3) };
/** In trouble few requests are refused, and no call fails. */
const trouble: Record<string, ProcessPlan[]> = {
  busy: fleet(3, { busy: { everyMs: 100, ms: 10 } }),
  blocked: fleet(3, { busy: { everyMs: 3000, ms: 300 } }),
  distances: [10, 35, 60].map((wayMs) => ({ clients: [{ demand: 'full', wayMs }] })),
  uneven: [{ clients: several(10, { demand: 'changing' }) }, { clients: several(10, { demand: 'changing' }) }],
  frozen: [{ clients: [full], frozen: [3000, 5000] }, ...fleet(2)],
  farStore: [{ clients: several(3, { demand: 'full', storeWayMs: 10 }) }],
  cutOff: [{ clients: [{ demand: 'full', cutOffAfterMs: 3000 }] }, ...fleet(3)],
  logIns: [{ clients: several(10, full) }, { clients: several(10, full) }, { clients: [{ demand: 'log-ins' }] }],
};

/**
 * Measures what the limit of 200 requests a second lets through, as a mock in a process of its own counts it, which refuses
 * the 201st within a second. The processes share a Redis; the one that is alone does without. Three in calm are measured on Node
 * 24, too.
 *
 * `--short` as the last argument, or BENCH_SHORT=1, measures each for 10 instead of 60 seconds; what a fleet learns at the
 * start weighs more then.
 */
export async function benchRate(): Promise<Record<string, number>> {
  const seconds = process.argv.includes('--short') || process.env.BENCH_SHORT ? 10 : 60;
  const results: Record<string, number> = {};
  const node = findNode24();
  const scenarios = { ...calm, ...(node && { node24: fleet(3, { node }) }), ...trouble };
  for (const [name, processes] of Object.entries(scenarios)) {
    const measured = await measure(processes, name !== 'alone', seconds);
    print(name, measured);
    for (const [key, value] of Object.entries(measured)) results[resultName(name, key)] = value;
  }
  return results;
}

async function measure(processes: readonly ProcessPlan[], isShared: boolean, seconds: number): Promise<Measured> {
  await using redis = isShared ? await startRedis() : undefined;
  await using mock = await startScript(new URL('rate/serve-mock.ts', import.meta.url));
  const script = new URL('rate/make-demand.ts', import.meta.url);
  const callers = await Promise.all(processes.map(({ node }) => startScript(script, [], node)));
  const service = await mock.ask<Pick<Demand, 'url' | 'appKey' | 'appSecret'>>('api');
  // One second before and after is not counted: the processes come and go one by one.
  const common = { ...service, redisUrl: redis?.url, seconds: seconds + 2 };
  const made = await Promise.all(
    processes.map(({ clients, busy, frozen }, index) => {
      const caller = callers[index] as Script;
      if (frozen) freeze(caller, frozen);
      return caller.ask<Made>({ ...common, clients, busy });
    }),
  );
  const journal = await mock.ask<Journal>('journal');
  await Promise.all(callers.map((caller) => caller[Symbol.asyncDispose]()));
  return outcomeOf(journal, made, seconds);
}

function freeze({ process: { pid = 0 } }: Script, [from, to]: readonly [number, number]): void {
  setTimeout(() => process.kill(pid, 'SIGSTOP'), from);
  setTimeout(() => process.kill(pid, 'SIGCONT'), to);
}

type Journal = readonly { readonly at: number; readonly status: number }[];

function outcomeOf(journal: Journal, made: readonly Made[], seconds: number): Measured {
  const times = journal.map(({ at }) => at);
  const refused = journal.filter(({ status }) => status !== 200).length;
  const from = (times[0] ?? 0) + 1000;
  const counted = journal.filter(({ at, status }) => status === 200 && at >= from && at < from + seconds * 1000);
  const waits = made.flatMap(({ logInWaitsMs }) => logInWaitsMs).sort((a, b) => a - b);
  const failures = made.flatMap((each) => each.failures);
  if (failures[0] !== undefined) console.error(`${failures.length} calls failed, the first one so: ${failures[0]}`);
  return {
    perSecond: counted.length / seconds,
    refused,
    maxInASecond: mostWithin(1000, times),
    refusedPerThousand: (refused / journal.length) * 1000,
    failed: failures.length,
    logInWaitMs: waits[Math.floor(waits.length * 0.99)] ?? 0,
  };
}

function print(name: string, measured: Measured): void {
  const { perSecond, refused, maxInASecond, refusedPerThousand, failed, logInWaitMs } = measured;
  const wanted =
    name in calm || name === 'node24'
      ? 'at least 196 per second, 0 refused, at most 202 in any second wanted'
      : 'at least 192 per second, at most 2 of 1,000 refused, 0 failed wanted';
  console.log(
    `rate: ${name.padEnd(9)} ${perSecond.toFixed(1)} per second, ${refused} refused (${refusedPerThousand.toFixed(2)} of 1,000), ` +
      `at most ${maxInASecond} in a second, ${failed} failed  (${wanted})` +
      (name === 'logIns' ? `; a log-in starts after ${logInWaitMs.toFixed(0)} ms (p99; at most 300 wanted)` : ''),
  );
}

/** The fleet in calm is what the others are beside. */
function resultName(scenario: string, key: string): string {
  return scenario === 'fleet' ? key : `${scenario}${key[0]?.toUpperCase()}${key.slice(1)}`;
}
