import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { addMockCommand } from './commands/mock/command.js';
import { addSandboxCommand } from './commands/sandbox/command.js';
import { addServeCommand } from './commands/serve/command.js';
import { addSignCommand } from './commands/sign/command.js';
import { addTokenCommand } from './commands/token/command.js';
import type { CliContext } from './types.js';

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

/** Creates the `nexconn` command line, which reaches the process through the context only. */
export function createProgram(context: CliContext): Command {
  const program = new Command('nexconn')
    .description('Work with the Nexconn Server API: issue tokens, sign requests, run a mock.')
    .version(packageVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show help for a command')
    .addHelpText('after', helpEnd)
    .configureOutput({
      writeOut: (text) => context.stdout.write(text),
      writeErr: (text) => context.stderr.write(text),
      // The same error is thrown, and reported by `reportError` as a sentence or as JSON.
      outputError: () => {},
    })
    .exitOverride();
  addTokenCommand(program, context);
  addSignCommand(program, context);
  addMockCommand(program, context);
  addServeCommand(program, context);
  addSandboxCommand(program, context);
  return program;
}

function packageVersion(): string {
  const file = new URL('../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
