import { type RedisLike, toRedisCommand } from './redis-command.js';

/** Runs a script with one key, and gives its reply. */
export type RedisScript = (key: string, args: readonly string[]) => Promise<unknown>;

/** Makes a script ready to run: it is sent whole only where Redis does not know it. @throws {TypeError} */
export function createRedisScript(client: RedisLike, script: string, sha1: string): RedisScript {
  const command = toRedisCommand(client);
  return async function runScript(key, args) {
    const rest = ['1', key, ...args];
    try {
      return await command(['EVALSHA', sha1, ...rest]);
    } catch (error) {
      if (!isUnknownScript(error)) throw error;
      return await command(['EVAL', script, ...rest]);
    }
  };
}

/** Redis forgets its scripts when it starts anew. */
function isUnknownScript(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('NOSCRIPT');
}
