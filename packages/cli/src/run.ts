import { createProgram } from './create-program.js';
import { CommandEnded, exitCode } from './errors.js';
import { reportError } from './report-error.js';
import type { CliContext } from './types.js';

/** Runs one command line, without the program's name, and returns the exit code; never rejects. */
export async function run(args: readonly string[], context: CliContext): Promise<number> {
  try {
    await createProgram(context).parseAsync(args, { from: 'user' });
    return exitCode.done;
  } catch (error) {
    if (error instanceof CommandEnded) return error.exitCode;
    return reportError(error, context, args.includes('--json'));
  }
}
