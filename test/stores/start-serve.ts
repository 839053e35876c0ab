import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../../packages/cli/src/bin.ts', import.meta.url));

/** A `nexconn serve` process. */
export interface Serve extends AsyncDisposable {
  readonly url: string;
  /** Ends it as an operator does, and gives its exit code and what it wrote to stderr. */
  readonly end: () => Promise<{ readonly code: number | null; readonly stderr: string }>;
}

/** Starts `nexconn serve` from its sources on a free port, with these variables alone. */
export async function startServe(env: Readonly<Record<string, string>>): Promise<Serve> {
  const nodeArgs = ['--conditions=@nexconn-kit/source', '--import', import.meta.resolve('tsx'), bin];
  const child = spawn(process.execPath, [...nodeArgs, 'serve', '--port', '0'], {
    env: { PATH: process.env.PATH ?? '', ...env },
  });
  const said = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.stderr += text));
  const closed = once(child, 'close');

  async function kill(signal: NodeJS.Signals): Promise<void> {
    child.kill(signal);
    await closed;
  }

  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', () => {
      const [, found] = /"url":"(http:[^"]+)".*"listening"/.exec(said.stdout) ?? [];
      if (found !== undefined) resolve(found);
    });
    child.once('close', () => reject(new Error(`nexconn serve ended:\n${said.stdout}${said.stderr}`)));
  });
  return {
    url,
    async end() {
      await kill('SIGTERM');
      return { code: child.exitCode, stderr: said.stderr };
    },
    [Symbol.asyncDispose]: () => kill('SIGKILL'),
  };
}
