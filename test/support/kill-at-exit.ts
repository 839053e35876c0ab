import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

const running = new Set<ChildProcess>();
let isWatched = false;

/**
 * Registers a process to be killed when this one ends, however its tests came out, with all that it has started.
 *
 * Spawn it with `detached: true`: the processes of its group are then its own.
 */
export function killAtExit<Child extends ChildProcess>(child: Child): Child {
  watchThisProcess();
  running.add(child);
  child.once('exit', () => {
    running.delete(child);
    // What it leaves behind goes with it.
    kill(child);
  });
  return child;
}

/** Kills a process with all that it has started, and resolves once it has ended. */
export async function stopProcess(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const exited = once(child, 'exit');
  kill(child);
  await exited;
}

/** Whether a process has ended, or could not be started at all. */
export function hasEnded({ pid, exitCode, signalCode }: ChildProcess): boolean {
  return pid === undefined || exitCode !== null || signalCode !== null;
}

function watchThisProcess(): void {
  if (isWatched) return;
  isWatched = true;
  process.once('exit', killAll);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      killAll();
      process.kill(process.pid, signal);
    });
  }
}

function killAll(): void {
  for (const child of running) kill(child);
}

function kill(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // No group of its own, or nobody left in it.
    child.kill('SIGKILL');
  }
}
