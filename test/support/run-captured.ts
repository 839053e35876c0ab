import { type CliContext, runCommandLine } from '@nexconn-kit/token-server/command-line';

/** The published example pair, which the mock takes by default. */
export const exampleEnv = { NEXCONN_APP_KEY: 'uwd1c0sxdlx2', NEXCONN_APP_SECRET: 'Y1W2MeFwwwRxa0' };

/** What a command line wrote, and how it ended. */
export interface Captured {
  code: number;
  stdout: string;
  stderr: string;
}

/** Returns what runs a command line in this process. */
export function captureRuns(createProgram: (context: CliContext) => Parameters<typeof runCommandLine>[0]) {
  return async function runCaptured(args: string[], context: Partial<CliContext> = {}): Promise<Captured> {
    const captured: Captured = { code: -1, stdout: '', stderr: '' };
    const whole: CliContext = {
      stdout: { write: (text) => (captured.stdout += text) },
      stderr: { write: (text) => (captured.stderr += text) },
      env: {},
      stopSignal: () => AbortSignal.abort(),
      ...context,
    };
    captured.code = await runCommandLine(createProgram(whole), args, whole);
    return captured;
  };
}
