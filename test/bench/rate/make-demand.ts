import { setTimeout as sleep } from 'node:timers/promises';
import { createNexconnClient } from '@nexconn-kit/client';
import { createRedisRateStore, type RedisCommand } from '@nexconn-kit/client/redis';
import { createClient } from 'redis';
import type { ClientPlan, Demand, Made } from '../rate.js';

/** Calls the API as the parent process says, with one client or several, and tells what came of it. */

const callers = { full: 100, changing: 20, 'log-ins': 1 };

process.on('disconnect', () => process.exit());
process.on('message', (demand: Demand) => {
  void run(demand).then((made) => process.send?.(made));
});
process.send?.('ready');

async function run(demand: Demand): Promise<Made> {
  const made: Made = { failures: [], logInWaitsMs: [] };
  const timer = demand.busy && keepBusy(demand.busy);
  await Promise.all(demand.clients.map((plan) => runClient(plan, demand, made)));
  clearInterval(timer);
  return made;
}

async function runClient(plan: ClientPlan, { url: baseUrl, appKey, appSecret, redisUrl, seconds }: Demand, made: Made) {
  const redis = redisUrl === undefined ? undefined : await createClient({ url: redisUrl }).connect();
  const send: RedisCommand = (command) => redis?.sendCommand([...command]) ?? Promise.reject(new Error('No Redis.'));
  const { logInWaitsMs } = made;
  const nexconn = createNexconnClient({
    ...{ appKey, appSecret, baseUrl },
    rateLimit: { store: redis && createRedisRateStore(withDelay(send, plan)), maxQueueMs: 120_000 },
    ...(plan.wayMs && { fetch: farFetch(plan.wayMs) }),
    deadlineMs: 120_000,
    onEvent: (event) => {
      if (event.type === 'wait' && event.reason === 'rate' && plan.demand === 'log-ins')
        logInWaitsMs.push(event.durationMs);
    },
  });
  const ended = AbortSignal.timeout(seconds * 1000);
  const isActive = createDemand(plan.demand);
  const call = async (nth: number): Promise<void> => {
    while (!ended.aborted) {
      if (plan.demand === 'log-ins') await sleep(100 + Math.random() * 300);
      else if (!isActive(nth)) await sleep(50);
      if (!isActive(nth)) continue;
      await nexconn.issueAccessToken({ userId: 'jlk456j5', name: 'Ada' }, { signal: ended }).catch((error: unknown) => {
        if (!ended.aborted) made.failures.push(String(error));
      });
    }
  };
  await Promise.all(Array.from({ length: callers[plan.demand] }, (_, nth) => call(nth)));
  await nexconn.close();
  redis?.destroy();
}

/** Returns whether a caller calls now; where the demand changes, all, one or none do for up to three seconds. */
function createDemand(demand: ClientPlan['demand']): (nth: number) => boolean {
  let [active, until] = [callers[demand], Number.POSITIVE_INFINITY];
  if (demand === 'changing') until = 0;
  return (nth) => {
    const now = performance.now();
    if (now >= until)
      [active, until] = [
        [0, 1, callers.changing][Math.floor(Math.random() * 3)] ?? 0,
        now + 500 + Math.random() * 2500,
      ];
    return nth < active;
  };
}

function withDelay(
  send: RedisCommand,
  { storeWayMs = 0, cutOffAfterMs = Number.POSITIVE_INFINITY }: ClientPlan,
): RedisCommand {
  const cutOffAt = performance.now() + cutOffAfterMs;
  return async (command) => {
    if (performance.now() >= cutOffAt) await new Promise(() => {});
    if (storeWayMs > 0) await sleep(storeWayMs);
    const reply = await send(command);
    if (storeWayMs > 0) await sleep(storeWayMs);
    return reply;
  };
}

function farFetch(wayMs: number): (request: Request) => Promise<Response> {
  return async (request) => {
    await sleep(wayMs);
    const response = await fetch(request);
    await sleep(wayMs);
    return response;
  };
}

/** Blocks the event loop now and then: at random, once in `everyMs` on average. */
function keepBusy({ everyMs, ms }: NonNullable<Demand['busy']>) {
  return setInterval(() => {
    if (Math.random() > 50 / everyMs) return;
    const until = performance.now() + ms;
    while (performance.now() < until);
  }, 50);
}
