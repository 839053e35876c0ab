import { setFlagsFromString } from 'node:v8';
import { storesOfServers } from '@nexconn-kit/token-server';
import type { CliContext, Command } from '@nexconn-kit/token-server/command-line';
import {
  InvalidArgumentError,
  Option,
  parsePattern,
  parsePositive,
  parseTimeoutMs,
  regions,
} from '@nexconn-kit/token-server/command-line';
import type { BulkFlags } from './row-run.js';

const helpEnd = `
INPUT is a file, or - for stdin, of any size: CSV (RFC 4180) whose first line
names the columns userId, name and, where there is one, avatarUrl; or one JSON
object a line with these fields. OUTPUT gets userId and accessToken, in the same
order, for its owner alone. As .csv it is CSV, else JSON.

Stopped or killed at any moment and run again, it goes on where it was: OUTPUT,
with OUTPUT.journal beside it until all is done, says what is done, and no row
is lost or written twice. A token that was issued but not written is issued
again. Lines are written at once, and synced to the disk each second.

With --store, tokens go where nexconn serve looks for them, by its settings
(NEXCONN_STORE, NEXCONN_ENCRYPTION_KEYS, NEXCONN_USER_ID_KEY …), and users who
have one are left as they are; a SQLite file has to be let go by the server.

Examples:
  nexconn token bulk users.csv --dry-run
  nexconn token bulk users.csv --out tokens.ndjson
  nexconn token bulk users.csv --store sqlite:nexconn-tokens.db
  gunzip -c users.ndjson.gz | nexconn token bulk - --format ndjson --out t.csv

Exit codes:
  0  all done
  1  failed; once it is mended, the same command goes on
  2  wrong use, or a setting is missing
  3  all done but for rows that were rejected
  4  stopped by Ctrl-C or SIGTERM; the same command goes on`;

const formats = ['csv', 'ndjson'];

/** Adds `nexconn token bulk`. */
export function addBulkCommand(token: Command, context: CliContext): void {
  token
    .command('bulk <input>')
    .description('issue tokens for all users of a file, as fast as the limit allows; resumable')
    .configureHelp({ minWidthToWrap: 30 })
    .option('--out <output>', 'file of the tokens; goes on where it ends')
    .option('--dry-run', 'check all rows, issue nothing')
    .option(
      '--rejects <file>',
      'line, userId and reason of rejected rows (default: OUTPUT without its ending, then .rejects.ndjson or .csv)',
    )
    .addOption(new Option('--format <format>', 'of INPUT: csv or ndjson (default: by its ending)').choices(formats))
    .addOption(
      new Option('--out-format <format>', 'of OUTPUT (default: by its ending)').choices(formats).conflicts('store'),
    )
    .addOption(
      new Option('--store [store]', `into the store of nexconn serve instead: ${storesOfServers}`).conflicts('out'),
    )
    .option('--rate <n>', "tokens a second (default: the API's limit, 200)", parsePositive)
    .addOption(
      new Option('--redis <url>', 'share the limit over this Redis (default: NEXCONN_RATE_STORE)').conflicts(
        'postgres',
      ),
    )
    .option('--postgres <url>', 'share the limit over this PostgreSQL (default: NEXCONN_RATE_STORE)')
    .option('--max-outage-seconds <n>', 'how long nothing may succeed before it gives up', parseSeconds, 600)
    .addOption(new Option('--region <region>', `${regions.join(', ')} (default: NEXCONN_REGION)`).conflicts('baseUrl'))
    .option('--base-url <url>', 'another server, such as a mock (default: NEXCONN_BASE_URL)')
    .option('--app-secret-file <file>', 'read the App Secret from this file instead of NEXCONN_APP_SECRET')
    .option('--user-id-pattern <regexp>', 'what a whole user ID must match (default: letters and digits)', parsePattern)
    .option('--timeout-ms <ms>', 'longest wait for one answer, in milliseconds (default: 5000)', parseTimeoutMs)
    .option('--quiet', 'show no progress')
    .option('--json', 'print one JSON object, an error too')
    .addHelpText('after', helpEnd)
    .action(async (input: string, flags: BulkFlags, command: Command) => {
      // Rows leave much behind: the heap would grow to some times of what is in use before it is collected.
      setFlagsFromString('--heap-growing-percent=50');
      // Imported here: no other command needs the check of requests, and this one without the client.
      if (flags.dryRun) await (await import('./dry-run.js')).runDryRun(input, command, context);
      else if (flags.store !== undefined) await (await import('./run-store.js')).runIntoStore(input, command, context);
      else await (await import('./run-bulk.js')).runBulk(input, flags, context);
    });
}

function parseSeconds(text: string): number {
  const seconds = parsePositive(text);
  if (seconds <= 86_400) return seconds;
  throw new InvalidArgumentError('Give a whole number from 1 to 86400.');
}
