import { type CliContext, type Command, Option, regions } from '@nexconn-kit/token-server/command-line';
import type { InitFlags } from './init-project.js';

const helpEnd = `
Writes a server that hands tokens to an app, with the log-in left to fill in,
and a test that runs it against the mock, without an account. A file that is
there is never written over: all of them are named, and nothing is written.

Examples:
  nexconn init my-chat --framework express --region sg
  cd my-chat && npm install && npm test

Exit codes:
  0  written
  1  files are there already, or the folder cannot be written
  2  wrong use, or a setting is missing`;

/** Adds `nexconn init`. */
export function addInitCommand(program: Command, context: CliContext): void {
  program
    .command('init')
    .description('write a token endpoint with a test, for a framework')
    .argument('[folder]', 'where to', 'nexconn-tokens')
    .addOption(
      new Option('--framework <framework>', 'what answers requests')
        .choices(['express', 'fastify', 'hono', 'next', 'nest'])
        .makeOptionMandatory(),
    )
    .addOption(new Option('--region <region>', 'where the app lives (default: NEXCONN_REGION)').choices(regions))
    .option('--json', 'print one JSON object, an error too')
    .addHelpText('after', helpEnd)
    .action(async (folder: string, flags: InitFlags) => {
      const { initProject } = await import('./init-project.js');
      await initProject(folder, flags, context);
    });
}
