import { addBackupCommands, addReencryptCommand } from '@nexconn-kit/token-server';
import type { CliContext } from '@nexconn-kit/token-server/command-line';
import {
  type Command,
  type EndpointFlags,
  Option,
  parsePattern,
  parseTimeoutMs,
  readAll,
  readEndpoint,
  regions,
} from '@nexconn-kit/token-server/command-line';
import { readCredentials } from '../../options/credentials.js';
import { deadlineFor } from '../../options/deadline.js';
import { addBulkCommand } from './bulk/command.js';
import { addCheckCommand } from './check/command.js';
import { addReissueCommand } from './reissue/command.js';

interface TokenIssueFlags extends EndpointFlags {
  userId: string;
  name: string;
  avatarUrl?: string;
  appSecretFile?: string;
  userIdPattern?: RegExp;
  timeoutMs?: number;
}

const helpEnd = `
NEXCONN_APP_KEY and NEXCONN_APP_SECRET name the app. There is no flag for the
secret, since every user of a machine can see the flags of a running command.

Prints {"userId":…,"accessToken":…} in one line.

Examples:
  nexconn token issue --user-id jlk456j5 --name Ada --region sg
  nexconn token issue --user-id jlk456j5 --name Ada | jq -r .accessToken

Exit codes:
  0  issued
  1  refused or failed
  2  wrong use, or a setting is missing`;

const groupHelpEnd = `
Examples:
  nexconn token issue --user-id jlk456j5 --name Ada
  nexconn token backup tokens.ndjson

Exit codes:
  0  done
  1  refused or failed
  2  wrong use, or a setting is missing`;

/** Adds the commands below `nexconn token`. */
export function addTokenCommand(program: Command, context: CliContext): void {
  const token = program
    .command('token')
    .description('issue and check access tokens; back up, restore, encrypt and reissue stored ones')
    .addHelpText('after', groupHelpEnd);
  token
    .command('issue')
    .description('register a user, if new, and issue an access token')
    .requiredOption('--user-id <id>', "the app's own ID of the user: letters and digits, at most 64 bytes")
    .requiredOption('--name <name>', 'name shown in push notifications, at most 64 characters')
    .option('--avatar-url <url>', 'picture shown in push notifications, at most 1024 bytes')
    .addOption(new Option('--region <region>', `${regions.join(', ')} (default: NEXCONN_REGION)`).conflicts('baseUrl'))
    .option('--base-url <url>', 'another server, such as a mock (default: NEXCONN_BASE_URL)')
    .option('--app-secret-file <file>', 'read the App Secret from this file instead of NEXCONN_APP_SECRET')
    .option('--user-id-pattern <regexp>', 'what a whole user ID must match (default: letters and digits)', parsePattern)
    .option(
      '--timeout-ms <ms>',
      'longest wait for one answer, in milliseconds; it asks up to 4 times (default: 5000)',
      parseTimeoutMs,
    )
    .option('--json', 'print an error as one JSON object, too')
    .addHelpText('after', helpEnd)
    .action((flags: TokenIssueFlags) => issueToken(flags, context));
  addBulkCommand(token, context);
  addCheckCommand(token, context);
  addReissueCommand(token, context);
  addBackupCommands(token, context);
  addReencryptCommand(token, context);
}

async function issueToken(flags: TokenIssueFlags, { env, stdout }: CliContext): Promise<void> {
  const { userId, name, avatarUrl, timeoutMs, userIdPattern, appSecretFile } = flags;
  const [credentials, endpoint] = readAll(
    () => readCredentials(env, appSecretFile),
    () => readEndpoint(env, flags),
  );
  const { createNexconnClient } = await import('@nexconn-kit/client');
  await using client = createNexconnClient({
    ...credentials,
    ...endpoint,
    timeoutMs,
    deadlineMs: deadlineFor(timeoutMs),
    userIdPattern,
    proxy: 'environment',
  });
  const issued = await client.issueAccessToken({ userId, name, ...(avatarUrl === undefined ? {} : { avatarUrl }) });
  stdout.write(`${JSON.stringify({ userId: issued.userId, accessToken: issued.accessToken })}\n`);
}
