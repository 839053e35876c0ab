import type { TokenStore } from '@nexconn-kit/token-service';
import { createRedisStore } from '@nexconn-kit/token-service/redis';
import { createSqliteStore } from '@nexconn-kit/token-service/sqlite';
import { createClient } from 'redis';

/** Opens the store of a SQLite file, or of a Redis by its URL; closing it closes the connection as well. */
export async function openStore(place: string): Promise<TokenStore> {
  if (!place.startsWith('redis:')) return createSqliteStore(place);
  const redis = createClient({ url: place });
  redis.on('error', () => {});
  await redis.connect();
  return { ...createRedisStore(redis), close: async () => redis.destroy() };
}
