import { readUserMapping } from '@nexconn-kit/token-server';
import type { CliContext, Command } from '@nexconn-kit/token-server/command-line';
import { CommandEnded } from '@nexconn-kit/token-server/command-line';
import { performanceNow } from '../../../system-time.js';
import { plural, startReport, type Tally, timeTaken } from '../report.js';
import { listExamples, maxExamples } from './conclude.js';
import { createRowCheck } from './input/check-rows.js';
import { formatOf, openInput } from './input/input.js';
import { type Row, readRows } from './input/rows.js';
import { openRejectsDraft } from './output/rejects.js';
import { type BulkFlags, documentedRate, endings, nextBatch, otherColumns, type RunParts } from './row-run.js';
import { prepareSettings, withUser } from './server-users.js';

/**
 * Checks all rows of an input, and issues nothing.
 *
 * @throws {CliError} USAGE, FILE_NOT_WRITTEN, COMMAND_FAILED; {CommandEnded} where rows are wrong, or it was stopped
 */
export async function runDryRun(path: string, command: Command, context: CliContext): Promise<void> {
  const flags: BulkFlags = command.opts();
  const stop = context.stopSignal();
  const format = flags.format ?? formatOf(path, '--format');
  await using input = await openInput(path, format);
  const prepare = await preparation(command, context);
  const tally: Tally = { issued: 0, earlier: 0, rejected: 0, endsAt: 0 };
  const startedAt = performanceNow();
  const examples: string[] = [];
  await using rejects = await openRejectsDraft(flags.rejects);
  {
    using report = startReport({
      ...{ context, tally, size: () => input.identity.size, isQuiet: flags.quiet === true },
      trouble: () => undefined,
    });
    const rows = readRows(input.chunks, format, { onOtherColumns: (names) => report.note(otherColumns(names)) });
    await checkAll(rows, { check: createRowCheck(flags.userIdPattern), prepare, stop, tally }, async (row, reason) => {
      if (examples.length < maxExamples) examples.push(`Line ${row.line}: ${reason}`);
      await rejects.add(row, reason);
    });
  }
  await rejects.commit();
  concludeDryRun(context, flags, {
    tally,
    examples,
    seconds: (performanceNow() - startedAt) / 1000,
    isStopped: stop.aborted,
  });
}

/** With --store, users have the IDs and names that the server gives them. */
async function preparation(command: Command, context: CliContext): Promise<(row: Row) => Row> {
  if (command.opts().store === undefined) return (row) => row;
  prepareSettings(command);
  const toUser = await readUserMapping(command, context);
  return (row) => withUser(row, toUser);
}

async function checkAll(
  rows: AsyncGenerator<Row[]>,
  { check, prepare, stop, tally }: Pick<RunParts, 'check' | 'prepare' | 'stop' | 'tally'>,
  onWrong: (row: Row, reason: string) => Promise<void>,
): Promise<void> {
  for (;;) {
    const batch = await nextBatch(rows, stop);
    if (!batch) return;
    for (const row of batch) {
      const reason = check(prepare(row));
      if (reason === undefined) tally.issued += 1;
      else {
        tally.rejected += 1;
        await onWrong(row, reason);
      }
      tally.endsAt = row.endsAt;
    }
  }
}

interface DryConclusion {
  readonly tally: Readonly<Tally>;
  readonly examples: readonly string[];
  readonly seconds: number;
  readonly isStopped: boolean;
}

function concludeDryRun({ stdout }: CliContext, flags: BulkFlags, conclusion: DryConclusion): void {
  const { tally, examples, seconds, isStopped } = conclusion;
  const { issued: good, rejected } = tally;
  const { rejects, rate = documentedRate } = flags;
  const takes = good / rate;
  if (flags.json) {
    const state = isStopped ? 'stopped' : 'done';
    const result = { state, good, rejected, seconds: Number(seconds.toFixed(3)), secondsToIssue: Math.ceil(takes) };
    stdout.write(`${JSON.stringify(result)}\n`);
  } else {
    const perSecond = seconds > 0 ? ` (${plural(Math.round((good + rejected) / seconds), 'row')}/s)` : '';
    const lines = [
      `Checked ${plural(good + rejected, 'row')} in ${timeTaken(seconds)}${perSecond}: ${plural(good, 'token')} to issue, which takes ${timeTaken(takes)}.`,
      ...(rejected > 0
        ? [`${plural(rejected, 'row')} would be rejected${rejects === undefined ? '' : `, see ${rejects}`}:`]
        : []),
      ...listExamples(examples, rejected, rejects),
      ...(isStopped ? ['Stopped before the end.'] : []),
    ];
    stdout.write(`${lines.join('\n')}\n`);
  }
  if (isStopped) throw new CommandEnded(endings.stopped);
  if (rejected > 0) throw new CommandEnded(endings.rejected);
}
