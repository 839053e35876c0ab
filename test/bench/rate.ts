import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { mostWithin } from '../support/most-within.js';
import { startRedis } from '../support/start-redis.js';

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
 * it, which refuses the 201st within a second: one process alone, three that share a Redis, and three with event loops
 * that are blocked for 10 ms ten times a second.
 *
 * `--short` as the last argument, or BENCH_SHORT=1, measures each for 10 instead of 60 seconds.
 */
export async function benchRate(): Promise<Record<string, number>> {
  const seconds = process.argv.includes('--short') || process.env.BENCH_SHORT ? 10 : 60;
  const results = {
    ...named('alone', await measure({ count: 1, isShared: false, lagMs: 0, seconds })),
    ...named('', await measure({ count: processes, isShared: true, lagMs: 0, seconds })),
    ...named('busy', await measure({ count: processes, isShared: true, lagMs: 10, seconds })),
  };
  return results;
}

async function measure({
  count,
  isShared,
  lagMs,
  seconds,
}: {
  count: number;
  isShared: boolean;
  lagMs: number;
  seconds: number;
}): Promise<Measured> {
  await using redis = isShared ? await startRedis() : undefined;
  await using mock = await startScript('serve-mock.ts');
  const callers = await Promise.all(Array.from({ length: count }, () => startScript('make-demand.ts')));
  const { url, appKey, appSecret } = mock.first as Pick<Demand, 'url' | 'appKey' | 'appSecret'>;
  // One second before and after is not counted: the processes come and go one by one.
  const demand: Demand = { url, appKey, appSecret, redisUrl: redis?.url, seconds: seconds + 2, lagMs };
  const failures = (await Promise.all(callers.map((caller) => ask<string[]>(caller.process, demand)))).flat();
  const journal = await ask<{ at: number; status: number }[]>(mock.process, 'journal');
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

/** Starts a script of the bench from its source; it ends with the bench, since it waits on the channel between them. */
async function startScript(script: string): Promise<{ process: ChildProcess; first: unknown } & AsyncDisposable> {
  const execArgv = ['--conditions=@nexconn-kit/source', '--import', import.meta.resolve('tsx')];
  const child = fork(fileURLToPath(new URL(`rate/${script}`, import.meta.url)), { execArgv });
  const [first] = await once(child, 'message');
  return {
    process: child,
    first,
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.disconnect();
      await once(child, 'exit');
    },
  };
}

async function ask<Answer>(child: ChildProcess, question: Demand | string): Promise<Answer> {
  child.send(question);
  const [answer] = (await once(child, 'message')) as [Answer];
  return answer;
}
