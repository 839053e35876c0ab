import { addServeCommand } from '@nexconn-kit/token-server';
import type { Command } from '@nexconn-kit/token-server/command-line';
import { type CliContext, createCommandLine } from '@nexconn-kit/token-server/command-line';
import { addMockCommand } from './commands/mock/command.js';
import { addSandboxCommand } from './commands/sandbox/command.js';
import { addSignCommand } from './commands/sign/command.js';
import { addTokenCommand } from './commands/token/command.js';

const helpEnd = `
Environment:
  NEXCONN_APP_KEY     App Key of the Nexconn console
  NEXCONN_APP_SECRET  App Secret of that App Key
  NEXCONN_REGION      sg, us or sau
  NEXCONN_BASE_URL    another server in place of a region's, such as a mock

Exit codes:
  0  done
  1  refused or failed
  2  wrong use, or a setting is missing`;

/** Creates the `nexconn` command line, whose sandbox serves the page of this absolute path. */
export function createProgram(context: CliContext, referencePagePath: string): Command {
  const details = {
    name: 'nexconn',
    description: 'Work with the Nexconn Server API: issue tokens, sign requests, run a mock.',
    packageFile: new URL('../package.json', import.meta.url),
  };
  const program = createCommandLine(details, context).addHelpText('after', helpEnd);
  addTokenCommand(program, context);
  addSignCommand(program, context);
  addMockCommand(program, context);
  addServeCommand(program, context);
  addSandboxCommand(program, context, referencePagePath);
  return program;
}
