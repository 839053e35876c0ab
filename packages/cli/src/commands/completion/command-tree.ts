import { type Command, type Option, regions } from '@nexconn-kit/token-server/command-line';

/**
 * What can stand behind a flag or a command: one of a few words, a file, a command of the system, what the program itself is asked
 * for, or what nobody can guess.
 */
export type Value =
  | { readonly kind: 'choices'; readonly choices: readonly string[] }
  | { readonly kind: 'file' | 'folder' | 'command' | 'asked' | 'free' };

/** A flag as it is completed. */
export interface CompletedFlag {
  /** `--port`, and where there is one `-p`. */
  readonly names: readonly string[];
  readonly description: string;
  /** What must follow; left out where nothing need. */
  readonly value?: Value;
}

/** A command as it is completed. */
export interface CompletedCommand {
  /** The words that name it, without the program's: none for the program itself. */
  readonly words: readonly string[];
  readonly commands: readonly { readonly name: string; readonly description: string }[];
  readonly flags: readonly CompletedFlag[];
  /** What its arguments are; left out where it has none. */
  readonly value?: Value;
}

/** Returns all commands of a program with what help shows of them, so that none of it is listed twice. */
export function commandTree(
  program: Command,
  words: readonly string[] = [],
  siblings: readonly string[] = [],
): CompletedCommand[] {
  const help = program.createHelp();
  const below = help.visibleCommands(program);
  const [argument] = program.registeredArguments;
  const names = below.map((each) => each.name());
  const isHelp = words.at(-1) === 'help';
  const own: CompletedCommand = {
    words,
    commands: below.map((each) => ({ name: each.name(), description: firstLine(each.description()) })),
    flags: isHelp ? [] : help.visibleOptions(program).map(completedFlag),
    ...(argument && { value: valueNamed(argument.name(), argument.argChoices) }),
    ...(isHelp && { value: { kind: 'choices', choices: siblings } }),
  };
  return [own, ...below.flatMap((each) => commandTree(each, [...words, each.name()], names))];
}

function completedFlag(option: Option): CompletedFlag {
  const names = [option.long, option.short].filter((name) => name !== undefined && name !== null);
  const description = firstLine(option.description);
  if (!option.required) return { names, description };
  const [, name = ''] = /<(.*)>/.exec(option.flags) ?? [];
  return { names, description, value: valueNamed(name, option.argChoices) };
}

/** By the word in angle brackets, as in `--document <path>`. */
function valueNamed(name: string, choices: readonly string[] | undefined): Value {
  if (choices) return { kind: 'choices', choices };
  if (name === 'region') return { kind: 'choices', choices: regions };
  if (name === 'operation') return { kind: 'asked' };
  if (name === 'command') return { kind: 'command' };
  if (/folder|directory/i.test(name)) return { kind: 'folder' };
  return { kind: /file|path|input|output/i.test(name) ? 'file' : 'free' };
}

/** Returns a command, or a flag of one, as the scripts compare it: ` token issue --name`. */
export function keyOf(words: readonly string[], flag?: string): string {
  return [...words, ...(flag === undefined ? [] : [flag])].map((word) => ` ${word}`).join('');
}

/** Whether the program itself is asked what may follow a command. */
export function isAsked({ value }: CompletedCommand): boolean {
  return value?.kind === 'asked';
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? '';
}
