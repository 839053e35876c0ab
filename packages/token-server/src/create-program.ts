import type { Command } from 'commander';
import { createCommandLine } from './command-line/program.js';
import type { CliContext } from './command-line/types.js';
import { addBackupCommands } from './commands/backup.js';
import { addReencryptCommand } from './commands/reencrypt.js';
import { addServeCommand } from './commands/serve.js';

/** Creates the command line `nexconn-token-server`, which serves where no command is named. */
export function createProgram(context: CliContext): Command {
  const details = {
    name: 'nexconn-token-server',
    description: 'Hand out Nexconn access tokens to the users of an app.',
    packageFile: new URL('../package.json', import.meta.url),
  };
  const program = createCommandLine(details, context);
  addServeCommand(program, context, { isDefault: true });
  addBackupCommands(program, context);
  addReencryptCommand(program, context);
  return program;
}
