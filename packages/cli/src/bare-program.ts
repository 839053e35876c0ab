import { type CliContext, type Command, createCommandLine } from '@nexconn-kit/token-server/command-line';

/** Creates the `nexconn` command line without a command, which is all that `--version` needs. */
export function createBareProgram(context: CliContext): Command {
  const details = {
    name: 'nexconn',
    description: 'Work with the Nexconn Server API: issue tokens, sign requests, run a mock.',
    packageFile: new URL('../package.json', import.meta.url),
  };
  return createCommandLine(details, context);
}

/** Whether the arguments ask for nothing but the version, which scripts do at each start of theirs. */
export function asksForVersion(args: readonly string[]): boolean {
  return args.length === 1 && /^(-V|--version)$/.test(args[0] ?? '');
}
