import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

/** A process of the bench; it ends with the bench, since it waits on the channel between them. */
export interface Child extends AsyncDisposable {
  process: ChildProcess;
  /** From its start to the moment that it was ready. */
  readyMs: number;
  port: number;
}

/** Starts a script of ours, which says its port over the channel once it is ready. */
export async function startScript(script: string, args: string[] = [], flags: string[] = []): Promise<Child> {
  const start = performance.now();
  const file = fileURLToPath(new URL(script, import.meta.url));
  const child = spawn(process.execPath, [...flags, file, ...args], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  return { process: child, readyMs: performance.now() - start, port, [Symbol.asyncDispose]: () => stop(child) };
}

/** Starts a command that takes `port`, as its users do; it is ready when it accepts a connection and answers. */
export async function startCommand(
  program: string,
  args: string[],
  port: number,
  env: Readonly<Record<string, string>> = {},
): Promise<Child> {
  const start = performance.now();
  const child = spawn(program, args, { stdio: 'ignore', env: { ...process.env, ...env } });
  const deadline = start + 30_000;
  while (!(await answers(port))) {
    if (child.exitCode !== null || performance.now() > deadline)
      throw new Error(`${program} ${args.join(' ')} did not start.`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return { process: child, readyMs: performance.now() - start, port, [Symbol.asyncDispose]: () => stop(child) };
}

/** Gives the resident memory of a process, in megabytes. */
export function residentMegabytes({ process: { pid } }: Child): number {
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', `${pid}`], { encoding: 'utf8' })) / 1024;
}

async function answers(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/`).then(
    () => true,
    () => false,
  );
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

/** Gives a port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}
