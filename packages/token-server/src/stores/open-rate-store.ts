import type { RateLimitOptions } from '@nexconn-kit/client';
import { createPostgresRateStore } from '@nexconn-kit/client/postgres';
import { createRedisRateStore } from '@nexconn-kit/client/redis';
import { CliError } from '../command-line/errors.js';
import { withTimeout } from '../with-timeout.js';
import { createPostgresPool } from './postgres-pool.js';
import { createRedisConnection } from './redis-connection.js';

/** The store of a rate limit that several processes share. */
export interface OpenRateStore extends AsyncDisposable {
  readonly rateStore: NonNullable<RateLimitOptions['store']>;
}

const timeouts = { connectMs: 5_000, callMs: 4_000 };

/**
 * Opens the store of a shared rate limit by its URL, and waits until it answers; `place` is where the URL was given.
 *
 * @throws {CliError} USAGE, PACKAGE_MISSING, STORE_UNAVAILABLE
 */
export async function openRateStore(url: string, place: string): Promise<OpenRateStore> {
  const { protocol, host } = URL.canParse(url) ? new URL(url) : { protocol: '', host: '' };
  const away = (cause: unknown): never => {
    // A user name is none of its own, and a password is in none of it.
    const message = `The shared limit at ${protocol}//${host} does not answer. Check ${place} and that it runs.`;
    throw new CliError(message, { code: 'STORE_UNAVAILABLE', cause });
  };
  if (/^rediss?:$/.test(protocol)) {
    const { send, connect, close } = await createRedisConnection(url, timeouts, () => {});
    await connect().catch(away);
    return { rateStore: createRedisRateStore(send), [Symbol.asyncDispose]: close };
  }
  if (/^postgres(ql)?:$/.test(protocol)) {
    const pool = await createPostgresPool(url, timeouts, () => {});
    await withTimeout(pool.query('SELECT 1', []), timeouts.connectMs, 'It did not answer in time.').catch(
      async (cause) => {
        await pool.close().catch(() => {});
        away(cause);
      },
    );
    return { rateStore: createPostgresRateStore(pool), [Symbol.asyncDispose]: pool.close };
  }
  // The message leaves the value out: it may be a mistyped URL with a password.
  throw new CliError(`${place} is no URL of a Redis or a PostgreSQL. Set it to redis://… or postgres://….`, {
    code: 'USAGE',
  });
}
