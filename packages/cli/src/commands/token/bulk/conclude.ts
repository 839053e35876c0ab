import type { CliContext } from '@nexconn-kit/token-server/command-line';
import { CommandEnded } from '@nexconn-kit/token-server/command-line';
import { plural, type Tally, timeTaken } from '../report.js';
import { type BulkFlags, endings } from './row-run.js';

/** How a run came out. */
export interface Conclusion {
  readonly tally: Readonly<Tally>;
  /** What has the tokens. */
  readonly out: string;
  /** What lists the rejected rows, if anything does. */
  readonly rejects: string | undefined;
  /** Some of them, as lines. */
  readonly examples?: readonly string[];
  readonly seconds: number;
  readonly isStopped: boolean;
}

/** So many rejected rows are shown where no file lists them, or nothing else is the result. */
export const maxExamples = 10;

/** Prints how a run came out. @throws {CommandEnded} where rows were rejected, or it was stopped */
export function conclude({ stdout }: CliContext, { json }: BulkFlags, conclusion: Conclusion): void {
  const { tally, isStopped } = conclusion;
  stdout.write(json ? `${JSON.stringify(toJson(conclusion))}\n` : `${toLines(conclusion).join('\n')}\n`);
  if (isStopped) throw new CommandEnded(endings.stopped);
  if (tally.rejected > 0) throw new CommandEnded(endings.rejected);
}

function toJson({ tally, out, rejects, seconds, isStopped }: Conclusion): object {
  const { issued, earlier, rejected } = tally;
  const state = isStopped ? 'stopped' : 'done';
  const result = { state, issued: issued - earlier, earlier, rejected, seconds: Number(seconds.toFixed(3)), out };
  return { ...result, ...(rejected > 0 && rejects !== undefined ? { rejects } : {}) };
}

function toLines({ tally, out, rejects, examples = [], seconds, isStopped }: Conclusion): string[] {
  const { issued: present, earlier, rejected } = tally;
  const issued = present - earlier;
  const rate = seconds > 0 ? (issued / seconds).toFixed(1) : '0';
  const before = earlier > 0 ? ` ${plural(earlier, 'token')} of before ${earlier === 1 ? 'was' : 'were'} there.` : '';
  const isIdle = issued === 0 && earlier > 0 && !isStopped;
  return [
    isIdle
      ? `Nothing is left to do: ${out} has ${plural(earlier, 'token')}.`
      : `Issued ${plural(issued, 'token')} in ${timeTaken(seconds)} (${rate}/s), written to ${out}.${before}`,
    ...(rejected > 0 ? [`Rejected ${plural(rejected, 'row')}${whereListed(rejects)}`] : []),
    ...listExamples(examples, rejected, rejects),
    ...(isStopped ? ['Stopped. The same command goes on from here.'] : []),
  ];
}

function whereListed(rejects: string | undefined): string {
  return rejects === undefined ? ':' : `: line, user ID and reason are in ${rejects}.`;
}

/** Returns the lines of some rejected rows, and how many there are beside them. */
export function listExamples(examples: readonly string[], rejected: number, rejects: string | undefined): string[] {
  const more = examples.length === 0 ? 0 : rejected - examples.length;
  const hint = rejects === undefined ? '; --rejects FILE lists them all' : '';
  return [...examples.map((example) => `  ${example}`), ...(more > 0 ? [`  and ${more} more${hint}`] : [])];
}
