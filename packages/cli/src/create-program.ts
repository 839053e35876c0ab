import { addServeCommand } from '@nexconn-kit/token-server';
import { type CliContext, CliError, type Command, createCommandLine } from '@nexconn-kit/token-server/command-line';
import { addCallCommand } from './commands/call/command.js';
import { addCompletionCommand } from './commands/completion/command.js';
import { addDoctorCommand } from './commands/doctor/command.js';
import { addGenerateCommand } from './commands/generate/command.js';
import { addInitCommand } from './commands/init/command.js';
import { addMockCommand } from './commands/mock/command.js';
import { addOpenApiCommand } from './commands/openapi/command.js';
import { addProbeCommand } from './commands/probe/command.js';
import { addSandboxCommand } from './commands/sandbox/command.js';
import { addSignCommand } from './commands/sign/command.js';
import { addTestCommand } from './commands/test/command.js';
import { addTokenCommand } from './commands/token/command.js';
import { addVerifyCommand } from './commands/verify/command.js';

const helpEnd = `
Environment:
  NEXCONN_APP_KEY     App Key of the Nexconn console
  NEXCONN_APP_SECRET  App Secret of that App Key
  NEXCONN_REGION      sg, us or sau
  NEXCONN_BASE_URL    another server in place of a region's, such as a mock
  NO_COLOR            set, there are no colours

Examples:
  nexconn sandbox
  nexconn mock -- npm test
  nexconn token issue --user-id jlk456j5 --name Ada
  nexconn help token issue

Exit codes:
  0  done
  1  refused or failed
  2  wrong use, or a setting is missing`;

/** Creates the `nexconn` command line, whose sandbox serves the page of this absolute path. */
export function createProgram(context: CliContext, docsFolder: string): Command {
  const details = {
    name: 'nexconn',
    description: 'Work with the Nexconn Server API: issue tokens, sign requests, run a mock.',
    packageFile: new URL('../package.json', import.meta.url),
  };
  const program = createCommandLine(details, context).addHelpText('after', helpEnd);
  addTokenCommand(program, context);
  addSignCommand(program, context);
  addVerifyCommand(program, context);
  addDoctorCommand(program, context);
  addProbeCommand(program, context);
  addCallCommand(program, context);
  addMockCommand(program, context);
  addTestCommand(program, context);
  addServeCommand(program, context);
  addSandboxCommand(program, context, docsFolder);
  addInitCommand(program, context);
  addGenerateCommand(program, context);
  addOpenApiCommand(program, context);
  addCompletionCommand(program, context);
  addPointers(program);
  return program;
}

/** Answers a name that is no command with what to use: that of a command of a group, such as `issue`, with its whole name. */
function addPointers(program: Command): void {
  const inGroups = program.commands.flatMap((group) =>
    group.commands.map((each) => [each.name(), `Use nexconn ${group.name()} ${each.name()}.`] as const),
  );
  const taken = new Set(program.commands.map((command) => command.name()));
  for (const [name, instead] of new Map([...inGroups, ['version', 'Use nexconn --version.']])) {
    if (taken.has(name)) continue;
    program
      .command(name, { hidden: true })
      .helpOption(false)
      .allowUnknownOption()
      .allowExcessArguments()
      .action(() => {
        throw new CliError(`There is no command '${name}'. ${instead}`, { code: 'USAGE' });
      });
  }
}
