import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { bundleFlags, bundleSources } from '../support/bundle-sources.js';
import { killAtExit, stopProcess } from '../support/kill-at-exit.js';

const bin = await bundleSources(new URL('../../packages/cli/src/bin.ts', import.meta.url));
const handlerScript = await bundleSources(new URL('./serve-handler.ts', import.meta.url));

/** A server of ours in a process of its own. */
export interface Nexconn extends AsyncDisposable {
  readonly url: string;
  readonly isAlive: () => boolean;
  /** All that it has written so far. */
  readonly said: () => string;
  /** Ends it as an operator does; resolves to its exit code. */
  readonly end: () => Promise<number | null>;
}

/** Starts a command of `nexconn` from its sources, with these variables alone, and waits for the URL that it prints. */
export function startNexconn(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  urlIn: RegExp,
): Promise<Nexconn> {
  return start([bin, ...args], env, urlIn);
}

/** Starts an app server that has our handler in a server of Node. */
export function startHandler(env: Readonly<Record<string, string>>): Promise<Nexconn> {
  return start([handlerScript], env, / is ready at (http:\S+)/);
}

async function start(args: readonly string[], env: Readonly<Record<string, string>>, urlIn: RegExp): Promise<Nexconn> {
  const child = killAtExit(
    spawn(process.execPath, [...bundleFlags, ...args], {
      env: { PATH: process.env.PATH ?? '', ...env },
      detached: true,
    }),
  );
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  }
  const closed = once(child, 'close');
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', () => {
      const [, found] = urlIn.exec(said) ?? [];
      if (found !== undefined) resolve(found);
    });
    child.once('close', () => reject(new Error(`${args[0]} ended:\n${said}`)));
  });
  return {
    url,
    isAlive: () => child.exitCode === null && child.signalCode === null,
    said: () => said,
    async end() {
      child.kill('SIGTERM');
      await closed;
      return child.exitCode;
    },
    [Symbol.asyncDispose]: () => stopProcess(child),
  };
}
