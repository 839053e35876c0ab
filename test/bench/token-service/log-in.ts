// One instance of a token service that shares a Redis; logs its part of many users in, within one second.
import { createNexconnClient } from '@nexconn-kit/client';
import { createRedisRateStore } from '@nexconn-kit/client/redis';
import { createTokenService, TokenServiceError } from '@nexconn-kit/token-service';
import { createRedisStore } from '@nexconn-kit/token-service/redis';
import { createClient } from 'redis';

/** What an instance is asked for. */
interface Herd {
  readonly baseUrl: string;
  readonly appKey: string;
  readonly appSecret: string;
  readonly redisUrl: string;
  readonly users: readonly string[];
}

process.on('disconnect', () => process.exit());
process.on('message', (herd: Herd) => void run(herd).then((result) => process.send?.(result)));
process.send?.('ready');

async function run({ baseUrl, appKey, appSecret, redisUrl, users }: Herd) {
  const redis = await createClient({ url: redisUrl }).connect();
  const rateLimit = { store: createRedisRateStore(redis), maxQueueMs: 10_000 };
  const client = createNexconnClient({ appKey, appSecret, baseUrl, rateLimit });
  const service = createTokenService({ client, store: createRedisStore(redis) });
  let [refusedForNow, maxMegabytes] = [0, 0];
  const watch = setInterval(() => {
    maxMegabytes = Math.max(maxMegabytes, process.memoryUsage.rss() / 1e6);
  }, 200);

  /** Comes back as it is told to, like an app that obeys Retry-After. */
  async function logIn(userId: string): Promise<string> {
    await sleep(Math.random() * 1000);
    for (;;) {
      try {
        return (await service.get({ userId, name: 'A' })).accessToken;
      } catch (error) {
        if (!(error instanceof TokenServiceError) || error.retryAfterMs === undefined) throw error;
        refusedForNow += 1;
        await sleep(error.retryAfterMs * (0.5 + Math.random()));
      }
    }
  }

  const startedAt = performance.now();
  const tokens = await Promise.all(users.map(logIn));
  const seconds = (performance.now() - startedAt) / 1000;
  clearInterval(watch);
  await client.close();
  redis.destroy();
  return { seconds, tokens: new Set(tokens).size, refusedForNow, maxMegabytes };
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
