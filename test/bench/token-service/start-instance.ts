import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A process of the bench that answers questions one after the other; it ends with the bench. */
export interface Instance extends AsyncDisposable {
  readonly process: ChildProcess;
  readonly ask: <Answer>(question: unknown) => Promise<Answer>;
}

/** Starts a script of this folder, or one by its URL, from its source; its first message says that it is ready. */
export async function startInstance(script: string, args: readonly string[] = []): Promise<Instance> {
  const execArgv = ['--conditions=@nexconn-kit/source', '--import', import.meta.resolve('tsx'), '--expose-gc'];
  const child = fork(fileURLToPath(new URL(script, import.meta.url)), args, { execArgv });
  await once(child, 'message');
  return {
    process: child,
    async ask<Answer>(question: unknown) {
      const ended = new AbortController();
      const end = (): void => ended.abort(new Error(`${script} ended without an answer.`));
      child.once('exit', end);
      try {
        child.send(question as object);
        const [answer] = (await once(child, 'message', { signal: ended.signal })) as [Answer];
        return answer;
      } finally {
        child.off('exit', end);
      }
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.disconnect();
      await once(child, 'exit');
    },
  };
}
