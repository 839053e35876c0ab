import { setFlagsFromString } from 'node:v8';
import type { Command } from 'commander';
import { CliError } from '../command-line/errors.js';
import type { CliContext } from '../command-line/types.js';
import { inWordsOfSettings, serveSettings } from '../settings/serve-settings.js';

const helpEnd = (serve: string): string => `
An app calls POST /access-token with its log-in as "Authorization: Bearer JWT"
and gets {"userId":…,"accessToken":…,"expiresInSeconds":…}. A user's token is
issued once, kept, and handed out again until it expires or its secret goes.

Each setting is also a variable, NEXCONN_TOKEN_VALIDITY_SECONDS for
--token-validity-seconds, and a field of the --config file,
"tokenValiditySeconds". A flag wins over a variable, and that over the file.
Lists are separated by commas.

Secrets are variables or files, never flags: NEXCONN_APP_SECRET,
NEXCONN_APP_SECRET_NEXT, NEXCONN_JWT_SECRET, NEXCONN_ENCRYPTION_KEYS,
NEXCONN_USER_ID_KEY. NEXCONN_APP_KEY names the app.

Examples:
  ${serve} --region sg --jwt-audience chat \\
    --jwks-url https://login.example.com/jwks.json \\
    --jwt-issuer https://login.example.com
  ${serve} --config /etc/nexconn.json --check
  ${serve} --base-url http://127.0.0.1:4010 --store memory \\
    --dangerously-trust-user-header X-User-Id

Exit codes:
  0  stopped by Ctrl-C, SIGTERM or SIGHUP
  1  the port is taken, or the store does not answer
  2  wrong use, or a setting is missing`;

/** Adds the command `serve`; where it is the default, it runs without its name as well. */
export function addServeCommand(
  program: Command,
  context: CliContext,
  { isDefault = false }: { readonly isDefault?: boolean } = {},
): void {
  const serve = program
    .command('serve', { isDefault })
    // Whoever mistypes a command has named the default one's argument.
    .allowExcessArguments(isDefault)
    .description('run the token service as a server, until Ctrl-C, SIGTERM or SIGHUP')
    .option('--config <file>', 'JSON file of the settings below (default: NEXCONN_CONFIG)');
  for (const { flag, description } of Object.values(serveSettings)) {
    if (flag !== undefined) serve.option(flag, description);
  }
  serve
    .option('--dangerously-trust-user-header <name>', 'for development alone: believe whatever user ID this header has')
    .option('--check', 'check settings, store, key set and signature, and exit')
    .addHelpText('after', helpEnd(isDefault ? program.name() : `${program.name()} serve`))
    .action(async ({ check }: { readonly check?: boolean }, command: Command) => {
      const [unknown] = command.args;
      if (unknown !== undefined) {
        const message = `Unknown command '${unknown}'. See ${program.name()} --help.`;
        throw new CliError(message, { code: 'USAGE' });
      }
      const fail = (error: unknown): never => {
        throw inWordsOfSettings(error);
      };
      if (check) {
        const { checkServer } = await import('../server/check-server.js');
        await checkServer(command, context).catch(fail);
        return;
      }
      // A crowd leaves much behind: the heap would grow to four times what is in use before it is collected. Less than
      // twice costs more time than it saves memory.
      setFlagsFromString('--heap-growing-percent=100');
      // Imported here: no other command needs its logger, its JWTs and its stores.
      const { runServe } = await import('../server/run-server.js');
      await runServe(command, context).catch(fail);
    });
}
