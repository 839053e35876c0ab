import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { killAtExit, stopProcess } from '../../support/kill-at-exit.js';

/** A process of the bench, which ends with it. */
export interface Child extends AsyncDisposable {
  process: ChildProcess;
  /** From its start to the moment that it was ready. */
  readyMs: number;
  port: number;
}

/** How a script of ours is run. */
export interface ScriptOptions {
  readonly args?: readonly string[];
  readonly flags?: readonly string[];
  /** The program of another Node. */
  readonly node?: string | undefined;
}

/** Starts a script of ours, which says its port over the channel once it is ready. */
export async function startScript(
  script: string,
  { args = [], flags = [], node = process.execPath }: ScriptOptions = {},
): Promise<Child> {
  const start = performance.now();
  const file = fileURLToPath(new URL(script, import.meta.url));
  const child = killAtExit(
    spawn(node, [...flags, file, ...args], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], detached: true }),
  );
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  return { process: child, readyMs: performance.now() - start, port, [Symbol.asyncDispose]: () => stopProcess(child) };
}

/** Starts a command that takes `port`, as its users do; it is ready when it accepts a connection and answers. */
export async function startCommand(
  program: string,
  args: readonly string[],
  port: number,
  env: Readonly<Record<string, string>> = {},
): Promise<Child> {
  const start = performance.now();
  const child = killAtExit(spawn(program, args, { stdio: 'ignore', env: { ...process.env, ...env }, detached: true }));
  const deadline = start + 30_000;
  while (!(await answers(port))) {
    if (child.exitCode !== null || performance.now() > deadline)
      throw new Error(`${program} ${args.join(' ')} did not start.`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return { process: child, readyMs: performance.now() - start, port, [Symbol.asyncDispose]: () => stopProcess(child) };
}

/** Returns the resident memory of a process, in megabytes. */
export function residentMegabytes({ process: { pid } }: Child): number {
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', `${pid}`], { encoding: 'utf8' })) / 1024;
}

async function answers(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/`).then(
    () => true,
    () => false,
  );
}
