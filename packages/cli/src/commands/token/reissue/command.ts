import { inWordsOfSettings, type OpenTokens, openTokens, storesOfServers } from '@nexconn-kit/token-server';
import type { CliContext, Command } from '@nexconn-kit/token-server/command-line';
import { CliError, CommandEnded, Option, parsePositive, regions } from '@nexconn-kit/token-server/command-line';
import { performanceNow } from '../../../system-time.js';
import { printable } from '../../../terminal/terminal.js';
import { plural, startReport, type Tally, timeTaken } from '../report.js';

interface ReissueFlags {
  readonly dryRun?: boolean;
  readonly rate?: number;
  readonly quiet?: boolean;
  readonly json?: boolean;
}

const helpEnd = `
Once the App Secret is rotated, a user's token is issued anew at their next
log-in. This does it for all of them: set NEXCONN_APP_SECRET to the new one, or
NEXCONN_APP_SECRET_NEXT while both are in force. Settings are those of serve:
NEXCONN_STORE, NEXCONN_APP_KEY, NEXCONN_ENCRYPTION_KEYS …. It runs beside serve
and shares its limit, after all log-ins, but for a SQLite file, which serve has
to let go.

What is done is done: stopped, killed or failed, the same command goes on.

Examples:
  nexconn token reissue --dry-run
  nexconn token reissue --store redis://127.0.0.1:6379 --rate 100

Exit codes:
  0  all done
  1  failed; once it is mended, the same command goes on
  2  wrong use, or a setting is missing
  3  done, but for users whose token could not be issued
  4  stopped by Ctrl-C or SIGTERM; the same command goes on`;

/** So many users who got no token are shown. */
const maxFailures = 10;

const endings = { partly: 3, stopped: 4 } as const;

/** Adds `nexconn token reissue`. */
export function addReissueCommand(token: Command, context: CliContext): void {
  token
    .command('reissue')
    .description('issue anew for all stored users whose token is of an App Secret that was rotated out')
    .configureHelp({ minWidthToWrap: 30 })
    .option('--dry-run', 'count them alone')
    .option('--config <file>', 'JSON file of the settings (default: NEXCONN_CONFIG)')
    .option('--store <store>', storesOfServers)
    .option('--rate <n>', "tokens a second (default: the API's limit, 200)", parsePositive)
    .addOption(new Option('--region <region>', `${regions.join(', ')} (default: NEXCONN_REGION)`).conflicts('baseUrl'))
    .option('--base-url <url>', 'another server, such as a mock (default: NEXCONN_BASE_URL)')
    .option('--app-secret-file <file>', 'file of the App Secret')
    .option('--app-secret-next-file <file>', 'file of the App Secret that replaces it, during a rotation')
    .option('--encryption-keys-file <file>', 'file of the keys that tokens are stored under')
    .option('--quiet', 'show no progress')
    .option('--json', 'print one JSON object, an error too')
    .addHelpText('after', helpEnd)
    .action((_flags: unknown, command: Command) => reissue(command, context));
}

async function reissue(command: Command, context: CliContext): Promise<void> {
  const stop = context.stopSignal();
  const flags: ReissueFlags = command.opts();
  const failures: string[] = [];
  await using opened = await openTokens(command, context, stop, {
    perSecond: flags.rate,
    mustExist: true,
    onEvent(event) {
      const isFailure = event.type === 'issue-failed' && failures.length < maxFailures;
      if (isFailure) failures.push(printable(`${event.userId}: ${event.error.message}`));
    },
  }).catch((error) => {
    throw inWordsOfSettings(error);
  });
  if (!opened) throw new CommandEnded(endings.stopped);
  if (flags.dryRun) await countOnly(opened, flags, context);
  else await reissueAll(opened, flags, failures, context, stop);
}

async function countOnly(opened: OpenTokens, { json }: ReissueFlags, { stdout }: CliContext): Promise<void> {
  const { users, outdated } = await opened.count().catch((cause) => {
    throw new CliError(`The store ${opened.description} failed.`, { code: 'STORE_UNAVAILABLE', cause });
  });
  const sentence = `${outdated} of ${plural(users, 'user')} in ${opened.description} ${outdated === 1 ? 'has' : 'have'} a token of another App Secret.`;
  stdout.write(`${json ? JSON.stringify({ users, outdated }) : sentence}\n`);
}

async function reissueAll(
  { tokens, description }: OpenTokens,
  { quiet, json }: ReissueFlags,
  failures: readonly string[],
  context: CliContext,
  stop: AbortSignal,
): Promise<void> {
  const startedAt = performanceNow();
  const tally: Tally = { issued: 0, earlier: 0, rejected: 0, endsAt: 0 };
  let total: number | undefined;
  const failed = await (async () => {
    using _report = startReport({
      context,
      tally,
      size: () => total,
      trouble: () => undefined,
      isQuiet: quiet === true,
    });
    const reissuing = tokens.reissueAll({
      signal: stop,
      onProgress(progress) {
        total = progress.total;
        tally.issued = progress.done;
        tally.rejected = progress.failed;
        tally.endsAt = Math.min(progress.total, progress.done + progress.failed);
      },
    });
    return reissuing.then(
      () => undefined,
      (error: unknown) => ({ error }),
    );
  })();
  if (failed && !stop.aborted) throw failed.error;
  const { issued, rejected } = tally;
  const seconds = (performanceNow() - startedAt) / 1000;
  const state = failed ? 'stopped' : 'done';
  const lines = [
    `Issued ${plural(issued, 'token')} anew in ${timeTaken(seconds)}, stored in ${description}.`,
    ...(rejected > 0
      ? [
          `${plural(rejected, 'user')} got none: the same command tries them again. Such as:`,
          ...failures.map((each) => `  ${each}`),
        ]
      : []),
    ...(failed ? ['Stopped. The same command goes on from here.'] : []),
  ];
  const result = { state, issued, failed: rejected, seconds: Number(seconds.toFixed(3)) };
  context.stdout.write(`${json ? JSON.stringify(result) : lines.join('\n')}\n`);
  if (failed) throw new CommandEnded(endings.stopped);
  if (rejected > 0) throw new CommandEnded(endings.partly);
}
