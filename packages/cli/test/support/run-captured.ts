import { run } from '../../src/run.js';
import type { CliContext } from '../../src/types.js';

/** The published example pair, which the mock takes by default. */
export const exampleEnv = { NEXCONN_APP_KEY: 'uwd1c0sxdlx2', NEXCONN_APP_SECRET: 'Y1W2MeFwwwRxa0' };

/** What a command line wrote, and how it ended. */
export interface Captured {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs a command line in this process. */
export async function runCaptured(args: string[], context: Partial<CliContext> = {}): Promise<Captured> {
  const captured: Captured = { code: -1, stdout: '', stderr: '' };
  captured.code = await run(args, {
    stdout: { write: (text) => (captured.stdout += text) },
    stderr: { write: (text) => (captured.stderr += text) },
    env: {},
    stopSignal: () => AbortSignal.abort(),
    referencePagePath: '/nowhere/index.html',
    ...context,
  });
  return captured;
}
