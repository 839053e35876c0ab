import { refuseOption } from '../errors.js';

/** Sends a command, its name first, and resolves to the reply; rejects with an `Error` whose message is that of Redis. */
export type RedisCommand = (command: readonly string[]) => Promise<unknown>;

/** A client of `redis`, one of `ioredis`, or a function that sends a command. */
export type RedisLike = NodeRedisLike | IoRedisLike | RedisCommand;

interface NodeRedisLike {
  readonly eval: (script: string, options: { keys: string[]; arguments: string[] }) => Promise<unknown>;
  readonly evalSha: (sha1: string, options: { keys: string[]; arguments: string[] }) => Promise<unknown>;
}

interface IoRedisLike {
  readonly eval: (script: string, keyCount: number, ...rest: string[]) => Promise<unknown>;
  readonly evalsha: (sha1: string, keyCount: number, ...rest: string[]) => Promise<unknown>;
}

/** Runs a script with one key, and resolves to its reply. */
export type RedisScript = (key: string, args: readonly string[]) => Promise<unknown>;

/** Creates what runs a script: it is sent whole only where Redis does not know it. @throws {NexconnConfigurationError} INVALID_OPTION */
export function createRedisScript(client: RedisLike, script: string, sha1: string): RedisScript {
  const command = toRedisCommand(client);
  return async function runScript(key, args) {
    const rest = ['1', key, ...args];
    try {
      return toTexts(await command(['EVALSHA', sha1, ...rest]));
    } catch (error) {
      if (!isUnknownScript(error)) throw error;
      return toTexts(await command(['EVAL', script, ...rest]));
    }
  };
}

/** A client that its caller also keeps files with may be set to answer with bytes: what is stored would be found to be another. */
function toTexts(reply: unknown): unknown {
  if (Array.isArray(reply)) return reply.map(toTexts);
  return reply instanceof Uint8Array ? new TextDecoder().decode(reply) : reply;
}

/** Redis forgets its scripts when it starts anew. */
function isUnknownScript(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('NOSCRIPT');
}

/** Returns the one function that sends EVAL and EVALSHA with a single key. @throws {NexconnConfigurationError} INVALID_OPTION */
function toRedisCommand(client: RedisLike): RedisCommand {
  if (typeof client === 'function') return client;
  if (isNodeRedis(client)) {
    return ([name, script = '', , key = '', ...rest]) => {
      const options = { keys: [key], arguments: rest };
      return name === 'EVAL' ? client.eval(script, options) : client.evalSha(script, options);
    };
  }
  if (isIoRedis(client)) {
    return ([name, script = '', , key = '', ...rest]) =>
      name === 'EVAL' ? client.eval(script, 1, key, ...rest) : client.evalsha(script, 1, key, ...rest);
  }
  return refuseOption('client', 'is no client of redis or ioredis. Pass one, or a function that sends a command.');
}

function isNodeRedis(client: unknown): client is NodeRedisLike {
  return hasMethods(client, 'eval', 'evalSha');
}

function isIoRedis(client: unknown): client is IoRedisLike {
  return hasMethods(client, 'eval', 'evalsha');
}

function hasMethods(client: unknown, ...names: string[]): boolean {
  return (
    typeof client === 'object' &&
    client !== null &&
    names.every((name) => typeof Reflect.get(client, name) === 'function')
  );
}
