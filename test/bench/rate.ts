import { mostWithin } from '../support/most-within.js';
import { startRedis } from '../support/start-redis.js';
import { startScript } from '../support/start-script.js';
import { findNode24 } from './node-24.js';

/** What a process is asked for. */
export interface Demand {
  readonly url: string;
  readonly appKey: string;
  readonly appSecret: string;
  /** Undefined for a process that has the limit for itself. */
  readonly redisUrl: string | undefined;
  readonly seconds: number;
  /** How long its event loop is blocked ten times a second, on average. */
  readonly lagMs: number;
}

interface Measured {
  readonly perSecond: number;
  readonly refused: number;
  readonly maxInASecond: number;
}

const processes = 3;
const wanted = 'at least 198 per second, 0 refused, at most 202 in any second';

/**
 * Measures what the limit of 200 requests a second lets through at full demand, as a mock in a process of its own counts
 * it, which refuses the 201st within a second: one process alone, three that share a Redis, three with event loops
 * that are blocked for 10 ms ten times a second, and three on Node 24.
 *
 * `--short` as the last argument, or BENCH_SHORT=1, measures each for 10 instead of 60 seconds.
 */
export async function benchRate(): Promise<Record<string, number>> {
  const seconds = process.argv.includes('--short') || process.env.BENCH_SHORT ? 10 : 60;
  const fleet = { count: processes, isShared: true, lagMs: 0, seconds };
  const node = findNode24();
  return {
    ...named('alone', await measure({ ...fleet, count: 1, isShared: false })),
    ...named('', await measure(fleet)),
    ...named('busy', await measure({ ...fleet, lagMs: 10 })),
    ...(node ? named('node24', await measure({ ...fleet, node })) : {}),
  };
}

interface Scenario {
  readonly count: number;
  readonly isShared: boolean;
  readonly lagMs: number;
  readonly seconds: number;
  /** The program of another Node. */
  readonly node?: string;
}

async function measure({ count, isShared, lagMs, seconds, node }: Scenario): Promise<Measured> {
  await using redis = isShared ? await startRedis() : undefined;
  await using mock = await startScript(new URL('rate/serve-mock.ts', import.meta.url));
  const demanding = new URL('rate/make-demand.ts', import.meta.url);
  const callers = await Promise.all(Array.from({ length: count }, () => startScript(demanding, [], node)));
  const { url, appKey, appSecret } = await mock.ask<Pick<Demand, 'url' | 'appKey' | 'appSecret'>>('api');
  // One second before and after is not counted: the processes come and go one by one.
  const demand: Demand = { url, appKey, appSecret, redisUrl: redis?.url, seconds: seconds + 2, lagMs };
  const failures = (await Promise.all(callers.map((caller) => caller.ask<string[]>(demand)))).flat();
  const journal = await mock.ask<{ at: number; status: number }[]>('journal');
  await Promise.all(callers.map((caller) => caller[Symbol.asyncDispose]()));
  const refused = journal.filter(({ status }) => status !== 200).length;
  if (failures.length > refused) throw new Error(`${failures.length} calls failed, the first one so: ${failures[0]}`);
  const from = (journal[0]?.at ?? 0) + 1000;
  const counted = journal.filter(({ at, status }) => status === 200 && at >= from && at < from + seconds * 1000);
  return {
    perSecond: counted.length / seconds,
    refused,
    maxInASecond: mostWithin(
      1000,
      journal.map(({ at }) => at),
    ),
  };
}

function named(name: string, { perSecond, refused, maxInASecond }: Measured): Record<string, number> {
  console.log(
    `rate: ${(name || 'fleet').padEnd(6)} ${perSecond.toFixed(1)} per second, ${refused} refused, ` +
      `at most ${maxInASecond} in a second  (${wanted} wanted)`,
  );
  const key = (text: string): string => (name ? name + text[0]?.toUpperCase() + text.slice(1) : text);
  return { [key('perSecond')]: perSecond, [key('refused')]: refused, [key('maxInASecond')]: maxInASecond };
}
