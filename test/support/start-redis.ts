import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { onFreePort, onSamePort } from './free-port.js';
import { hasEnded, killAtExit, stopProcess } from './kill-at-exit.js';
import { redisServerPath } from './redis-server.js';

/** A Redis of our own. */
export interface Redis extends AsyncDisposable {
  readonly url: string;
  /** Kills it, as a machine that fails does. */
  readonly stop: () => Promise<void>;
  /** Starts it anew on the same port, unless it runs; empty, unless it keeps its data. */
  readonly start: () => Promise<void>;
}

/** How a Redis is started. */
export interface RedisServerOptions {
  readonly keepsData?: boolean;
  /** Variables beside those of this process. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts a Redis on a free port, which keeps nothing on disk unless it is told to. */
export async function startRedis({ keepsData = false, env = {} }: RedisServerOptions = {}): Promise<Redis> {
  const folder = await mkdtemp(join(tmpdir(), 'nexconn-kit-redis-'));
  // Otherwise what was written within the last seconds may be gone with a process that is killed.
  const memory = ['--save', '', '--appendonly', keepsData ? 'yes' : 'no', '--appendfsync', 'always'];
  const serveOn = (port: number) =>
    serve(['--port', `${port}`, '--bind', '127.0.0.1', '--dir', folder, ...memory], env);
  let { port, child } = await onFreePort(async (free) => ({ port: free, child: await serveOn(free) }));
  const stop = (): Promise<void> => stopProcess(child);

  return {
    url: `redis://127.0.0.1:${port}`,
    stop,
    async start() {
      if (hasEnded(child)) child = await onSamePort(() => serveOn(port));
    },
    [Symbol.asyncDispose]: async () => {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function serve(args: readonly string[], env: Readonly<Record<string, string>>): Promise<ChildProcess> {
  const program = redisServerPath();
  if (program === undefined)
    throw new Error('There is no redis-server on the PATH. Install it: apt-get install redis-server');
  const child = killAtExit(
    spawn(program, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'inherit'], detached: true }),
  );
  const said: string[] = [];
  for await (const line of createInterface(child.stdout)) {
    said.push(line);
    if (!line.includes('Ready to accept connections')) continue;
    child.stdout.resume();
    return child;
  }
  throw new Error(`${program} did not start:\n${said.join('\n')}`);
}
