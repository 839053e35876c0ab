import type { TokenStore } from '@nexconn-kit/token-service';
import { createRedisStore } from '@nexconn-kit/token-service/redis';
import { createClient } from 'redis';
import { openStore as openSqliteStore } from '../../../packages/token-service/src/sqlite/open-store.js';

/**
 * Opens the store of a SQLite file, or of a Redis by its URL; closing it closes the connection as well. Whoever had the file
 * before is dead, and is not waited for as long as for somebody alive.
 */
export async function openStore(place: string): Promise<TokenStore> {
  if (!place.startsWith('redis:')) return openSqliteStore(place, { heartbeatMs: 20 });
  const redis = createClient({ url: place });
  redis.on('error', () => {});
  await redis.connect();
  return { ...createRedisStore(redis), close: async () => redis.destroy() };
}
