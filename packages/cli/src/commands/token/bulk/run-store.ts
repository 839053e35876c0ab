import { inWordsOfSettings, openTokens } from '@nexconn-kit/token-server';
import type { CliContext, Command } from '@nexconn-kit/token-server/command-line';
import { CommandEnded } from '@nexconn-kit/token-server/command-line';
import { performanceNow } from '../../../system-time.js';
import { type Report, startReport, type Tally } from '../report.js';
import { createBlame } from './blame.js';
import { conclude, maxExamples } from './conclude.js';
import { createRowCheck } from './input/check-rows.js';
import { formatOf, openInput } from './input/input.js';
import { type Row, readRows } from './input/rows.js';
import { createRowIssuer, type RowIssuer } from './issue-rows.js';
import { openRejectsDraft } from './output/rejects.js';
import { type BulkFlags, endings, otherColumns, runRows } from './row-run.js';
import { prepareSettings, withUser } from './server-users.js';
import { openSharedLimit } from './shared-limit.js';

/** As many as the client has connections; the rest would wait for one, with the lease of their user. */
const concurrency = 64;
/** The store itself says what is done. */
const noJournal = {
  isReading: () => false,
  stateOf: async () => 'open' as const,
  async written() {},
  async finishReading() {},
};

/**
 * Issues for all rows of an input whose users have no token in the store of the server, as their log-ins would.
 *
 * @throws {CliError} USAGE, MISSING_CONFIGURATION, PACKAGE_MISSING, STORE_UNAVAILABLE, FILE_NOT_WRITTEN, COMMAND_FAILED; {CommandEnded}
 * where rows were rejected, or it was stopped
 */
export async function runIntoStore(path: string, command: Command, context: CliContext): Promise<void> {
  const stop = context.stopSignal();
  const flags: BulkFlags = command.opts();
  const { rejects, rate, timeoutMs, userIdPattern } = flags;
  const format = flags.format ?? formatOf(path, '--format');
  await using input = await openInput(path, format);
  prepareSettings(command);
  await using limit = await openSharedLimit(flags, context.env);
  let issued = 0;
  let issuer: RowIssuer | undefined;
  await using opened = await openTokens(command, context, stop, {
    ...{ perSecond: rate, timeoutMs, rateStore: limit?.rateStore },
    onEvent(event) {
      if (event.type === 'issued') issued += 1;
    },
  }).catch((error) => {
    throw inWordsOfSettings(error);
  });
  if (!opened) throw new CommandEnded(endings.stopped);
  const { tokens, toUser, description } = opened;
  await using list = await openRejectsDraft(rejects);
  const tally: Tally = { issued: 0, earlier: 0, rejected: 0, endsAt: 0 };
  const startedAt = performanceNow();
  const examples: string[] = [];
  const { blame, noteSuccess } = createBlame();
  issuer = createRowIssuer<undefined>({
    async issue(user) {
      // Behind the log-ins of the server, where they share the rate limit.
      await tokens.get({ ...user, priority: 'bulk' });
      noteSuccess();
      return undefined;
    },
    ...{ blame, concurrency, stop, maxOutageMs: flags.maxOutageSeconds * 1000 },
    onSettled(row, outcome) {
      tally.endsAt = row.endsAt;
      if (outcome.kind === 'issued') tally.issued += 1;
      else {
        tally.rejected += 1;
        if (examples.length < maxExamples) examples.push(`Line ${row.line}: ${outcome.reason}`);
        list.add(row, outcome.reason).catch((error) => issuer?.fail(error));
      }
      tally.earlier = Math.max(0, tally.issued - issued);
    },
  });
  const running = issuer;
  const report: Report = startReport({
    ...{ context, tally, size: () => input.identity.size, isQuiet: flags.quiet === true },
    trouble: () => (running.isOut() ? 'waiting for the API' : undefined),
  });
  try {
    const rows = readRows(input.chunks, format, { onOtherColumns: (names) => report.note(otherColumns(names)) });
    const prepare = (row: Row): Row => withUser(row, toUser);
    await runRows(rows, { check: createRowCheck(userIdPattern), prepare, journal: noJournal, issuer, tally, stop });
  } finally {
    report[Symbol.dispose]();
    await list.commit();
  }
  const seconds = (performanceNow() - startedAt) / 1000;
  conclude(context, flags, { tally, out: description, rejects, examples, seconds, isStopped: stop.aborted });
}
