import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { install } from '../../runtimes/install.js';
import { runtimes } from '../../runtimes/installed.js';
import { isExpected } from '../../support/find-program.js';
import { startScript } from '../../support/start-script.js';
import type { HolderAnswer, HolderQuestion } from './hold-store.js';

const script = new URL('hold-store.ts', import.meta.url);

/** A process that has a SQLite store open, or is refused. */
export interface Holder extends AsyncDisposable {
  readonly pid: number;
  readonly ask: (question: HolderQuestion) => Promise<HolderAnswer>;
  readonly kill: (signal: NodeJS.Signals) => void;
  /** Kills it as the kernel does, and resolves once it has ended. */
  readonly killHard: () => Promise<void>;
}

/** The programs of the Nodes that are here; the first has its SQLite in WebAssembly. All of them with CI=true. */
export function installedNodes(): readonly string[] {
  install();
  const programs = runtimes.filter(({ isNode }) => isNode).map(({ program }) => program);
  return programs.filter((program) => isExpected(existsSync(program)));
}

/** Whether the tests run that give a process process IDs of its own: where this user may, and on each Linux with CI=true. */
export function canUnshare(): boolean {
  return (process.platform === 'linux' && isExpected(false)) || mayUnshare();
}

function mayUnshare(): boolean {
  try {
    execFileSync('unshare', ['--pid', '--fork', '--mount-proc', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Starts a process on a Node, with `inside` with process IDs of its own, as in another container. */
export async function startHolder(node: string, inside?: 'a namespace'): Promise<Holder> {
  if (inside && !mayUnshare()) {
    throw new Error('`unshare --pid` fails here: it needs util-linux, and root or the capability SYS_ADMIN.');
  }
  const unshare = ['unshare', '--pid', '--fork', '--mount-proc', '--kill-child=SIGKILL'];
  const started = await startScript(script, [], inside ? [...unshare, node] : node);
  return {
    pid: started.process.pid ?? 0,
    ask: (question) => started.ask<HolderAnswer>(question),
    kill: (signal) => process.kill(-(started.process.pid ?? 0), signal),
    killHard: async () => started[Symbol.asyncDispose](),
    [Symbol.asyncDispose]: () => started[Symbol.asyncDispose](),
  };
}
