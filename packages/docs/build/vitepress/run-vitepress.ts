import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** A run of VitePress that makes all pages but those that are still to be written. */
export interface VitePressRun {
  /** Notifies it that the pages of the TypeScript reference are there. */
  tellWritten(): void;
  /** Resolves once the site is made; rejects where it could not be. */
  readonly done: Promise<void>;
  /** Ends it, where there is nothing to wait for any more. */
  stop(): void;
}

// New objects are many and die young: to empty a smaller space of them again and again takes a sixth of the time.
const nodeOptions = ['--max-semi-space-size=256', '--conditions=@nexconn-kit/source'];

/**
 * Starts VitePress in a process of its own. It runs no TypeScript of ours but its configuration, which it compiles itself: what
 * compiles the modules of the build as they are loaded would look into each of VitePress's as well.
 */
export function runVitePress(sources: string, base: string, output: string): VitePressRun {
  const args = [...nodeOptions, vitePressBin(), 'build', sources, '--base', base, '--outDir', output];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const done = endOf(child);
  done.catch(() => {}); // told where it is waited for
  return {
    // One that has failed cannot be told, and says why by its end.
    tellWritten: () => void child.send('written', () => {}),
    done,
    stop: () => void child.kill(),
  };
}

async function endOf(child: ChildProcess): Promise<void> {
  const [code, signal] = await once(child, 'close');
  if (code !== 0) throw new Error(`VitePress ended with ${signal ?? code}. What it says stands above.`);
}

function vitePressBin(): string {
  const path = createRequire(import.meta.url).resolve('vitepress/package.json');
  return join(dirname(path), 'bin/vitepress.js');
}
