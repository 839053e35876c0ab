import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { legible } from '../legible.js';
import { CliError, CommandEnded, exitCode } from './errors.js';
import { fitHelp, hasColours, helpLayout, helpWidth, pathOf } from './help.js';
import { nearestFlag } from './nearest-flag.js';
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
  const { stdout, stderr, env } = context;
  return (
    new Command(name)
      .description(description)
      .version(version, '-V, --version', 'print the version')
      .helpOption('-h, --help', 'show help')
      .helpCommand('help [command]', 'show help for a command')
      // Commands that are added take these over.
      .configureHelp(helpLayout)
      .configureOutput({
        writeOut: (text) => stdout.write(fitHelp(text, stdout, env)),
        writeErr: (text) => stderr.write(fitHelp(text, stderr, env)),
        getOutHelpWidth: () => helpWidth(stdout),
        getErrHelpWidth: () => helpWidth(stderr),
        getOutHasColors: () => hasColours(stdout, env),
        getErrHasColors: () => hasColours(stderr, env),
        // The same error is thrown, and reported by `reportError` as a sentence or as JSON.
        outputError: () => {},
      })
      .exitOverride()
      .hook('preAction', (_program, command) => refuseEmptyPaths(command))
  );
}

/** The words of help that stand for a path. */
const pathWord = /^(file|folder|input|output|paths?)$/;

/**
 * An empty path is that of a variable which is not set, as in `--state "$DIR"`: it would stand for the folder that the command is
 * run in.
 *
 * @throws {CliError} USAGE
 */
function refuseEmptyPaths(command: Command): void {
  const ofOptions = command.options
    .filter(({ flags }) => pathWord.test(/[<[]([a-z]+)/.exec(flags)?.[1] ?? ''))
    .map((option) => [option.long ?? option.flags, command.getOptionValue(option.attributeName())] as const);
  const ofArguments = command.registeredArguments
    .map((argument, index) => [argument.name(), command.processedArgs[index]] as const)
    .filter(([name]) => pathWord.test(name));
  const empty = [...ofOptions, ...ofArguments].find(([, given]) => [given].flat().includes(''));
  if (empty !== undefined) throw new CliError(`${empty[0]} is empty. Give a path.`, { code: 'USAGE' });
}

/** Runs a command line on its arguments, without the program's name, and returns the exit code; never rejects. */
export async function runCommandLine(program: Command, args: readonly string[], context: CliContext): Promise<number> {
  try {
    await program.parseAsync(helpAsFlag(program, args), { from: 'user' });
    return exitCode.done;
  } catch (thrown) {
    const error = legible(thrown);
    if (error instanceof CommandEnded) return error.exitCode;
    const { command, rest } = commandNamed(program, args);
    const told = error instanceof CommanderError ? asMistyped(error, command, rest) : error;
    return reportError(told, context, { program: pathOf(command), isJson: wantsJson(args) });
  }
}

/** Whether errors are JSON as well. What follows `--` is of a command that is run. */
export function wantsJson(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  return (end < 0 ? args : args.slice(0, end)).includes('--json');
}

interface NamedCommand {
  readonly command: Command;
  /** The arguments behind its name. */
  readonly rest: readonly string[];
}

function commandNamed(program: Command, args: readonly string[]): NamedCommand {
  let named: NamedCommand = { command: program, rest: args };
  for (;;) {
    const { rest } = named;
    const command = named.command.commands.find((each) => each.name() === rest[0]);
    if (command === undefined) return named;
    named = { command, rest: rest.slice(1) };
  }
}

/** Commander's own `help` shows that of `token` for `help token issue`, and its own for a command that there is not. */
function helpAsFlag(program: Command, args: readonly string[]): readonly string[] {
  const [first, ...words] = args;
  if (first !== 'help' || words.length === 0) return args;
  const { rest } = commandNamed(program, words);
  return rest.length === 0 ? [...words, '--help'] : words;
}

/** A mistyped flag is what is wrong where Commander misses the right one, and it is named with the one that was meant. */
function asMistyped(error: CommanderError, command: Command, args: readonly string[]): CommanderError {
  if (!['commander.missingMandatoryOptionValue', 'commander.unknownOption'].includes(error.code)) return error;
  const mistyped = command.parseOptions([...args]).unknown.find((arg) => /^--?\w/.test(arg));
  if (mistyped === undefined) return error;
  const flags = command.createHelp().visibleOptions(command);
  const meant = nearestFlag(
    mistyped,
    flags.flatMap(({ long }) => long ?? []),
  );
  // For a default command Commander has looked at its flags.
  if (meant === undefined && error.code === 'commander.unknownOption') return error;
  const hint = meant === undefined ? '' : `\n(Did you mean ${meant}?)`;
  return new CommanderError(error.exitCode, 'commander.unknownOption', `error: unknown option '${mistyped}'${hint}`);
}
