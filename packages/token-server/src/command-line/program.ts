import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { CommandEnded, exitCode } from './errors.js';
import { reportError } from './report-error.js';
import type { CliContext } from './types.js';

/** What a program says of itself. */
export interface ProgramDetails {
  /** As it is typed, such as `nexconn`. */
  readonly name: string;
  readonly description: string;
  /** The `package.json` with its version. */
  readonly packageFile: URL;
}

/** Creates a command line without commands, which reaches the process through the context only. */
export function createCommandLine({ name, description, packageFile }: ProgramDetails, context: CliContext): Command {
  const { version } = JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string };
  return (
    new Command(name)
      .description(description)
      .version(version, '-V, --version', 'print the version')
      .helpOption('-h, --help', 'show help')
      .helpCommand('help [command]', 'show help for a command')
      // Commands that are added take these over.
      .configureOutput({
        writeOut: (text) => context.stdout.write(text),
        writeErr: (text) => context.stderr.write(text),
        // The same error is thrown, and reported by `reportError` as a sentence or as JSON.
        outputError: () => {},
      })
      .exitOverride()
  );
}

/** Runs a command line on its arguments, without the program's name, and returns the exit code; never rejects. */
export async function runCommandLine(program: Command, args: readonly string[], context: CliContext): Promise<number> {
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode.done;
  } catch (error) {
    if (error instanceof CommandEnded) return error.exitCode;
    return reportError(error, context, { program: program.name(), isJson: args.includes('--json') });
  }
}
