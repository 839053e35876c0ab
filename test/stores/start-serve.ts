import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { bundleFlags, bundleSources } from '../support/bundle-sources.js';
import { killAtExit, stopProcess } from '../support/kill-at-exit.js';

const bin = await bundleSources(new URL('../../packages/token-server/src/bin.ts', import.meta.url));

/** A process of the token server. */
export interface Serve extends AsyncDisposable {
  readonly url: string;
  readonly pid: number | undefined;
  /** Its log so far. */
  readonly log: () => string;
  /** Ends it as an operator does, and resolves with its exit code and what it wrote to stderr. */
  readonly end: () => Promise<{ readonly code: number | null; readonly stderr: string }>;
}

/** Starts the token server from its sources on a free port, with these variables alone. */
export async function startServe(env: Readonly<Record<string, string>>): Promise<Serve> {
  const child = killAtExit(
    spawn(process.execPath, [...bundleFlags, bin, '--port', '0'], {
      env: { PATH: process.env.PATH ?? '', ...env },
      detached: true,
    }),
  );
  const said = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.stderr += text));
  const closed = once(child, 'close');

  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', () => {
      const [, found] = /"url":"(http:[^"]+)".*"listening"/.exec(said.stdout) ?? [];
      if (found !== undefined) resolve(found);
    });
    child.once('close', () => reject(new Error(`the token server ended:\n${said.stdout}${said.stderr}`)));
  });
  return {
    url,
    pid: child.pid,
    log: () => said.stdout,
    async end() {
      child.kill('SIGTERM');
      await closed;
      return { code: child.exitCode, stderr: said.stderr };
    },
    [Symbol.asyncDispose]: () => stopProcess(child),
  };
}
