import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from './free-port.js';
import { redisServerPath } from './redis-server.js';

/** A Redis of our own. */
export interface Redis extends AsyncDisposable {
  readonly url: string;
  /** Kills it, as a machine that fails does. */
  readonly stop: () => Promise<void>;
  /** Starts it anew on the same port, unless it runs; empty, unless it keeps its data. */
  readonly start: () => Promise<void>;
}

/** Starts a Redis on a free port, which keeps nothing on disk unless it is told to. */
export async function startRedis({ keepsData = false }: { readonly keepsData?: boolean } = {}): Promise<Redis> {
  const program = redisServerPath();
  if (program === undefined)
    throw new Error('There is no redis-server on the PATH. Install it: apt-get install redis-server');
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), 'nexconn-kit-redis-'));
  let child: ChildProcess | undefined;

  const place = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', folder];
  // Otherwise what was written within the last seconds may be gone with a process that is killed.
  const memory = ['--save', '', '--appendonly', keepsData ? 'yes' : 'no', '--appendfsync', 'always'];
  const isRunning = (): boolean => child !== undefined && child.exitCode === null && child.signalCode === null;

  async function start(): Promise<void> {
    if (!isRunning()) child = await serve(program as string, [...place, ...memory]);
  }
  async function stop(): Promise<void> {
    if (!child || !isRunning()) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    start,
    stop,
    [Symbol.asyncDispose]: async () => {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function serve(program: string, args: string[]): Promise<ChildProcess> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  // It ends with the process that started it, however that one ends.
  const end = (): boolean => child.kill('SIGKILL');
  process.once('exit', end);
  child.once('exit', () => process.off('exit', end));
  const said: string[] = [];
  for await (const line of createInterface(child.stdout)) {
    said.push(line);
    if (!line.includes('Ready to accept connections')) continue;
    child.stdout.resume();
    return child;
  }
  throw new Error(`${program} did not start:\n${said.join('\n')}`);
}
