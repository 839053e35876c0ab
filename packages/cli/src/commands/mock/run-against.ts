import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { CliError, CommandEnded, nearestFlag } from '@nexconn-kit/token-server/command-line';
import { environmentOf, type MockAddress } from '../../process/shell.js';

/**
 * Runs a command with the mock in its environment until it ends; the signal ends it too.
 *
 * @throws {CommandEnded} with its exit code, unless that is 0
 * @throws {CliError} COMMAND_FAILED where it cannot be started, USAGE where it has no name
 */
export async function runAgainst(
  mock: MockAddress,
  [program = '', ...args]: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  stop: AbortSignal,
): Promise<void> {
  if (program === '') {
    throw new CliError('The command behind -- is an empty text. Name a program: nexconn mock -- npm test.', {
      code: 'USAGE',
    });
  }
  // A region beside the base URL would be a second answer to the same question.
  const { NEXCONN_REGION: _, ...others } = env;
  const child = spawn(program, args, { stdio: 'inherit', env: { ...others, ...environmentOf(mock) } });
  const end = (): boolean => child.kill('SIGTERM');
  stop.addEventListener('abort', end, { once: true });
  const exitCode = await new Promise<number>((resolve, reject) => {
    child.once('error', (cause: NodeJS.ErrnoException) => {
      const meant = nearestFlag(program, ['coverage']);
      const hint = meant === undefined || cause.code !== 'ENOENT' ? '' : ` (Did you mean nexconn mock ${meant}?)`;
      const message = `The command ${program} cannot be run (${cause.code}). Check its name and the PATH.${hint}`;
      reject(new CliError(message, { code: 'COMMAND_FAILED', cause }));
    });
    // 128 + the signal is the exit code that a shell has for it.
    child.once('close', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  });
  stop.removeEventListener('abort', end);
  if (exitCode !== 0) throw new CommandEnded(exitCode);
}
