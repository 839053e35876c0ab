import { findProgram, isExpected } from './find-program.js';

/** Returns the path of a Redis on the `PATH`; `undefined` where there is none. */
export function redisServerPath(): string | undefined {
  return findProgram('redis-server', 'valkey-server');
}

/** Whether the tests that need a Redis run: everywhere but on a machine of a person who has none. */
export const hasRedis: boolean = isExpected(redisServerPath() !== undefined);
