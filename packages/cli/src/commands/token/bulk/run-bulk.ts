import { createNexconnClient, type NexconnClient, type NexconnEvent } from '@nexconn-kit/client';
import type { CliContext } from '@nexconn-kit/token-server/command-line';
import { baseUrlOf, CliError, readAll, readEndpoint } from '@nexconn-kit/token-server/command-line';
import { readCredentials } from '../../../options/credentials.js';
import { performanceNow } from '../../../system-time.js';
import { plural, type Report, startReport, type Tally } from '../report.js';
import { createBlame } from './blame.js';
import { conclude } from './conclude.js';
import { createRowCheck } from './input/check-rows.js';
import { formatOf, openInput } from './input/input.js';
import { readRows } from './input/rows.js';
import { createRowIssuer, type RowIssuer } from './issue-rows.js';
import { openJournal } from './output/journal.js';
import { type BulkFlags, documentedRate, otherColumns, runRows } from './row-run.js';
import { openSharedLimit } from './shared-limit.js';

/** A call waits for its turn at the limit, however many share it, and is not sent before: nothing is lost by that. */
const longestWaitMs = 3_600_000;
const maxConcurrency = 1_000;

/**
 * Issues for all rows of an input, and writes the tokens.
 *
 * @throws {CliError} USAGE, MISSING_CONFIGURATION, FILE_NOT_WRITTEN, COMMAND_FAILED; {NexconnError} what has ended it;
 * {CommandEnded} where rows were rejected, or it was stopped
 */
export async function runBulk(path: string, flags: BulkFlags, context: CliContext): Promise<void> {
  const stop = context.stopSignal();
  const { out, rate, timeoutMs, userIdPattern, appSecretFile } = flags;
  if (out === undefined) throw usage('Give the file that the tokens go to by --out, or check the rows by --dry-run.');
  const outFormat = flags.outFormat ?? (/\.csv$/i.test(out) ? 'csv' : 'ndjson');
  const rejects = flags.rejects ?? defaultRejects(out, outFormat);
  const [credentials, endpoint, format] = readAll(
    () => readCredentials(context.env, appSecretFile),
    () => readEndpoint(context.env, flags),
    () => flags.format ?? formatOf(path, '--format'),
  );
  await using input = await openInput(path, format);
  const owner = { appKey: credentials.appKey, api: baseUrlOf(endpoint) };
  await using limit = await openSharedLimit(flags, context.env);
  const journal = await openJournal({ out, outFormat, rejects }, input, owner);
  const tally: Tally = { issued: 0, earlier: 0, rejected: 0, endsAt: 0 };
  const startedAt = performanceNow();
  const isReading = (): boolean => journal.isReading() && tally.earlier > 0;
  let isClosed = false;
  let report: Report | undefined;
  const client = createNexconnClient({
    ...{ ...credentials, ...endpoint, timeoutMs, userIdPattern, deadlineMs: longestWaitMs },
    rateLimit: { perSecond: rate, store: limit?.rateStore, maxQueueMs: longestWaitMs },
    onEvent: tellOfLimit((text) => report?.note(text)),
    proxy: 'environment',
  });
  const issuer = createIssuer(client, flags, stop, (row, outcome) => {
    if (outcome.kind === 'issued') {
      tally.issued += 1;
      journal.addIssued(row.userId, outcome.value);
    } else {
      tally.rejected += 1;
      journal.addRejected(row, outcome.reason);
    }
    tally.endsAt = row.endsAt;
  });
  journal.onFailure(issuer.fail);
  try {
    report = startReport({
      ...{ context, tally, size: () => input.identity.size, isQuiet: flags.quiet === true },
      trouble: () => (isReading() ? 'reading what is done' : issuer.isOut() ? 'waiting for the API' : undefined),
    });
    if (journal.earlier === 'killed') {
      report.note(`${out} is gone on with. It was killed: tokens that were issued but not written are issued again.`);
    }
    const note = report.note;
    const rows = readRows(input.chunks, format, { onOtherColumns: (names) => note(otherColumns(names)) });
    await runRows(rows, { check: createRowCheck(userIdPattern), prepare: (row) => row, journal, issuer, tally, stop });
    isClosed = true;
    await journal.close(stop.aborted ? 'stopped' : 'done');
  } catch (error) {
    report?.[Symbol.dispose]();
    if (!isClosed) await journal.close('stopped').catch(() => {});
    if (!flags.json && tally.issued > 0) {
      // Of those that wait to be written, none may have been.
      const isUnwritten = error instanceof CliError && error.code === 'FILE_NOT_WRITTEN';
      const done = isUnwritten ? 'Some tokens' : plural(tally.issued, 'token');
      context.stderr.write(
        `${done} ${done === '1 token' ? 'is' : 'are'} written. The same command goes on from there.\n`,
      );
    }
    throw error;
  } finally {
    report?.[Symbol.dispose]();
    await client.close();
  }
  const seconds = (performanceNow() - startedAt) / 1000;
  conclude(context, flags, { tally, out, rejects, seconds, isStopped: stop.aborted });
}

/** Returns what tells where the limit is another one than it was. */
function tellOfLimit(note: (text: string) => void): (event: NexconnEvent) => void {
  return function onEvent(event) {
    if (event.type === 'rate-limit')
      note(`The limit is ${event.perSecond} a second now: the lowest of all who share it.`);
    if (event.type !== 'rate-store') return;
    const isLost = event.state === 'lost';
    note(isLost ? 'The shared limit is lost: a tenth of it is used until it is back.' : 'The shared limit is back.');
  };
}

function createIssuer(
  client: NexconnClient,
  { rate = documentedRate, maxOutageSeconds }: BulkFlags,
  stop: AbortSignal,
  onSettled: Parameters<typeof createRowIssuer<string>>[0]['onSettled'],
): RowIssuer {
  const { blame, noteSuccess } = createBlame();
  // Those that wait for their turn were not sent, and are none of those that have to end.
  const onPermit = (): void => stop.throwIfAborted();

  return createRowIssuer<string>({
    async issue(user, signal) {
      const { accessToken } = await client.issueAccessToken(user, { priority: 'bulk', signal, onPermit });
      noteSuccess();
      return accessToken;
    },
    blame: (error) => (stop.aborted ? 'run' : blame(error)),
    // Those that wait for their turn, and those that wait for their answer.
    concurrency: Math.min(maxConcurrency, rate * 2 + 8),
    maxOutageMs: maxOutageSeconds * 1000,
    stop,
    onSettled,
  });
}

function defaultRejects(out: string, format: 'csv' | 'ndjson'): string {
  return `${out.replace(/\.(csv|ndjson|jsonl)$/i, '')}.rejects.${format}`;
}

function usage(message: string): CliError {
  return new CliError(message, { code: 'USAGE' });
}
