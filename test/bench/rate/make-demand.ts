import { createNexconnClient } from '@nexconn-kit/client';
import { createRedisRateStore } from '@nexconn-kit/client/redis';
import { createClient } from 'redis';
import type { Demand } from '../rate.js';

/** Calls the API as fast as it is let, for so long as the parent process says, and tells what came of it. */

const waiting = 100;

process.on('disconnect', () => process.exit());
process.on('message', (demand: Demand) => {
  void run(demand).then((result) => process.send?.(result));
});
process.send?.('ready');

async function run({ url: baseUrl, appKey, appSecret, redisUrl, seconds, lagMs }: Demand) {
  const redis = redisUrl === undefined ? undefined : await createClient({ url: redisUrl }).connect();
  const store = redis && createRedisRateStore(redis);
  const maxQueueMs = 60_000;
  const nexconn = createNexconnClient({
    ...{ appKey, appSecret, baseUrl },
    rateLimit: { store, maxQueueMs },
    // What is refused is to be seen, not mended.
    retry: false,
  });
  const failures: string[] = [];
  const endsAt = performance.now() + seconds * 1000;
  const lag = lagMs > 0 ? setInterval(() => block(lagMs * Math.random() * 2), 100) : undefined;
  const controller = new AbortController();
  const call = async (): Promise<void> => {
    while (performance.now() < endsAt) {
      try {
        await nexconn.issueAccessToken(
          { userId: 'jlk456j5', name: 'Ada' },
          { lane: 'bulk', signal: controller.signal },
        );
      } catch (error) {
        if (!controller.signal.aborted) failures.push(String(error));
      }
    }
  };
  const timer = setTimeout(() => controller.abort(), seconds * 1000);
  await Promise.all(Array.from({ length: waiting }, call));
  clearTimeout(timer);
  clearInterval(lag);
  await nexconn.close();
  redis?.destroy();
  return failures;
}

function block(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}
