import type { CliContext, Command } from '@nexconn-kit/token-server/command-line';
import { CliError, Option, parsePositive, parseTimeoutMs } from '@nexconn-kit/token-server/command-line';
import type { CallFlags } from './flags.js';

const helpEnd = `
OPERATION is an operationId, or a method and a path: 'GET /animals/{animalId}'.
Each field of it is a flag: a whole number, a number or true where the document
says so, an array by the flag more than once, an object as JSON, a file of a
form as @path. --list OPERATION shows them. A name in two places has its place
before it, as in --query.id; so has a field with the name of a flag above.

A signature takes NEXCONN_APP_KEY and NEXCONN_APP_SECRET. Another security
scheme, such as petKey, takes NEXCONN_CREDENTIAL_PET_KEY: an API key, a token,
or user:password. Credentials have no flag, since every user of a machine can
see the flags of a running command; for secret fields use --body -.

Without --document it calls the Nexconn Server API, at the region or base URL of
the environment; with it, the first server of the document.

Examples:
  nexconn call --list
  nexconn call issueAccessToken --userId jlk456j5 --name Ada
  nexconn call getAnimal --document zoo.yaml --animalId a1 --dry-run
  nexconn call 'POST /animals' --document zoo.yaml --body animal.json

Exit codes:
  0  answered with a success as documented
  1  refused or failed, or the answer is not as documented
  2  wrong use, or a setting is missing`;

/** Adds `nexconn call`. */
export function addCallCommand(program: Command, context: CliContext): void {
  program
    .command('call')
    .description('call an operation of the API, or of any OpenAPI document')
    .argument('[operation]', 'its operationId, or its method and path')
    .usage('[operation] [--field value...] [options]')
    .option('--document <path>', 'an OpenAPI document, 3.0 to 3.2 (default: the one of this build)')
    .option('--overlay <paths...>', 'OpenAPI Overlays to apply to it, in this order')
    .option('--allow-remote', 'follow what the document refers to on other hosts')
    .addOption(
      new Option('--list', 'print the operations of the document, or the fields of one').conflicts([
        'body',
        'dryRun',
        'include',
        'out',
      ]),
    )
    .option('--body <file>', 'the body, as JSON or as it is, of a file or of stdin (-)')
    .addOption(
      new Option('--region <region>', 'its servers (default: NEXCONN_REGION)').conflicts(['baseUrl', 'server']),
    )
    .addOption(new Option('--server <n>', 'that server of the document').argParser(parsePositive).conflicts('baseUrl'))
    .option('--base-url <url>', 'another server, such as a mock (default: NEXCONN_BASE_URL, without --document)')
    .option('--app-secret-file <file>', 'read the App Secret from this file instead of NEXCONN_APP_SECRET')
    .option('--credentials-file <file>', 'read credentials from this file: {"petKey":"…"}')
    .option('--timeout-ms <ms>', 'longest wait for one answer, in milliseconds (default: 5000)', parseTimeoutMs)
    .option('--dry-run', 'print the request with its secrets masked, and send nothing')
    .option('--include', 'print status and headers before the body')
    .option('--out <file>', 'write the body into this file')
    .option('--json', 'print one JSON object, an error too')
    .addOption(new Option('--complete', 'print what may follow, for a shell').hideHelp())
    .allowUnknownOption()
    .allowExcessArguments()
    .addHelpText('after', helpEnd)
    .action((_operation: string | undefined, flags: CallFlags, command: Command) => run(flags, command, context));
}

async function run(flags: CallFlags, command: Command, context: CliContext): Promise<void> {
  const ownFlags = new Set([...command.options.map(({ long }) => `${long}`.slice(2)), 'help']);
  const [typed, words] = splitWords(command.args);
  if (flags.complete) {
    const { listCompletions } = await import('./list.js');
    return listCompletions(typed, words, flags, ownFlags, context);
  }
  if (flags.list) {
    const { listOperations } = await import('./list.js');
    return listOperations(typed, flags, ownFlags, context);
  }
  if (typed === undefined || typed.startsWith('-')) {
    const message = 'Name the operation first, before its fields. See nexconn call --list.';
    throw new CliError(message, { code: 'USAGE' });
  }
  const { callOperation } = await import('./call-operation.js');
  return callOperation(typed, words, flags, ownFlags, context);
}

/** Returns the name of the operation, which may be a method and a path in two words, and the words of its fields. */
function splitWords([first, second, ...rest]: readonly string[]): [operation: string | undefined, words: string[]] {
  if (first === undefined) return [undefined, []];
  const isMethod = /^[A-Z]+$/.test(first) && second?.startsWith('/');
  if (isMethod) return [`${first} ${second}`, rest];
  return [first, [...(second === undefined ? [] : [second]), ...rest]];
}
