import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { bundleFlags, bundleSources } from './bundle-sources.js';
import { killAtExit, stopProcess } from './kill-at-exit.js';

/** What Node needs to run our sources. */
export const sourceFlags: readonly string[] = [
  '--conditions=@nexconn-kit/source',
  '--import',
  import.meta.resolve('tsx'),
];

/** A script in a process of its own, which answers questions one after the other. */
export interface Script extends AsyncDisposable {
  readonly process: ChildProcess;
  readonly ask: <Answer>(question: unknown) => Promise<Answer>;
}

/**
 * Runs a script, made of its sources, on this Node or another one, with a channel for messages; it ends with this process.
 *
 * @param command The program of a Node, or what stands before it as well, such as `unshare --pid --fork`.
 */
export async function forkScript(
  script: URL,
  args: readonly string[] = [],
  command: string | readonly string[] = process.execPath,
): Promise<ChildProcess> {
  const [execPath = '', ...before] = typeof command === 'string' ? [command] : command;
  const execArgv = [...before, ...bundleFlags, '--expose-gc'];
  return killAtExit(fork(await bundleSources(script), args, { execArgv, execPath, detached: true }));
}

/** Runs a script and waits for its first message, which says that it is ready. */
export async function startScript(
  script: URL,
  args: readonly string[] = [],
  command?: string | readonly string[],
): Promise<Script> {
  const child = await forkScript(script, args, command);
  await nextMessage(child, script);
  return {
    process: child,
    async ask<Answer>(question: unknown) {
      const answer = nextMessage(child, script);
      child.send(question as object);
      return (await answer) as Answer;
    },
    [Symbol.asyncDispose]: () => stopProcess(child),
  };
}

async function nextMessage(child: ChildProcess, script: URL): Promise<unknown> {
  const ended = new AbortController();
  const end = (): void => ended.abort(new Error(`${script} ended without an answer.`));
  child.once('exit', end);
  try {
    const [message] = await once(child, 'message', { signal: ended.signal });
    return message;
  } finally {
    child.off('exit', end);
  }
}
