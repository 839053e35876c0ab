import type { CliContext } from '@nexconn-kit/token-server/command-line';
import { clearInterval, performanceNow, setInterval } from '../../system-time.js';
import { createProgress, type Progress } from '../../terminal/progress.js';
import { readTerminal } from '../../terminal/terminal.js';
import { widthOf } from '../../terminal/text.js';
import { count } from './bulk/input/lines.js';

/** How far a run is. */
export interface Tally {
  /** Rows that are issued for, in this run or an earlier one. */
  issued: number;
  /** Those of them that were issued for before this run. */
  earlier: number;
  rejected: number;
  /** Rows that are done, in bytes of the input. */
  endsAt: number;
}

/** Shows a tally as it grows. */
export interface Report extends Disposable {
  /** Writes a line that stays. */
  readonly note: Progress['note'];
}

/** What a report is about. */
export interface ReportOptions {
  readonly context: CliContext;
  readonly tally: Readonly<Tally>;
  /** Returns that of the input, in bytes; undefined where it is not known. */
  readonly size: () => number | undefined;
  /** Why nothing goes on at the moment, in a few words. */
  readonly trouble: () => string | undefined;
  readonly isQuiet: boolean;
}

const drawEveryMs = 250;
const lineEveryMs = 5_000;
/** What the rate is measured over. */
const rateOverMs = 10_000;
const bar = { full: '█', empty: '░', most: 50, least: 10 };

/** Starts to show how far a run is; disposing of it ends that. */
export function startReport({ context, tally, size, trouble, isQuiet }: ReportOptions): Report {
  const output = context.stderr;
  const terminal = readTerminal(output, context.env);
  // As wide as it is now: a window may be made smaller.
  const width = {
    isTerminal: terminal.isTerminal,
    get columns() {
      return output.columns || terminal.columns;
    },
  };
  const progress = createProgress(output, { terminal: width, monotonicNow: performanceNow, lineEveryMs });
  if (isQuiet) return { note() {}, [Symbol.dispose]() {} };
  const rate = createRate();

  function draw(): void {
    const now = performanceNow();
    const done = tally.issued + tally.rejected;
    const perSecond = rate(now, tally.issued - tally.earlier);
    const whole = size();
    const parts = describe(tally, whole, perSecond, done, trouble());
    progress.show(fit(parts, whole === undefined ? undefined : tally.endsAt / whole, width));
  }
  const timer = setInterval(draw, drawEveryMs);
  timer.unref();
  return {
    note: progress.note,
    [Symbol.dispose]() {
      clearInterval(timer);
      progress.clear();
    },
  };
}

/** Returns the parts of the line, each with how much it matters: where there is no room, the least one goes first. */
function describe(
  { issued, rejected, endsAt }: Readonly<Tally>,
  size: number | undefined,
  perSecond: number,
  done: number,
  trouble: string | undefined,
): (readonly [part: string, matters: number])[] {
  const bytesARow = done > 0 ? endsAt / done : 0;
  const left =
    size !== undefined && perSecond > 0 && bytesARow > 0 ? (size - endsAt) / bytesARow / perSecond : undefined;
  const share = size === undefined ? undefined : Math.floor((endsAt / size) * 100);
  return [
    ...(share === undefined ? [] : [[`${String(share).padStart(3)} %`, 5] as const]),
    [`${count(issued)} done`, 6],
    ...(rejected > 0 ? [[`${count(rejected)} rejected`, 3] as const] : []),
    ...(trouble === undefined ? [[`${perSecond.toFixed(0)}/s`, 4] as const] : [[trouble, 7] as const]),
    ...(left === undefined || trouble !== undefined ? [] : [[`${duration(left)} left`, 2] as const]),
  ];
}

function fit(
  parts: readonly (readonly [part: string, matters: number])[],
  share: number | undefined,
  { isTerminal, columns }: { readonly isTerminal: boolean; readonly columns: number },
): string {
  const joined = (kept: typeof parts): string => kept.map(([part]) => part).join('  ');
  if (!isTerminal) return joined(parts).trimStart();
  let kept = parts;
  // The last column stays free.
  const room = columns - 1;
  while (kept.length > 1 && widthOf(joined(kept)) > room) {
    const least = Math.min(...kept.map(([, matters]) => matters));
    kept = kept.filter(([, matters]) => matters !== least);
  }
  const text = joined(kept);
  const barWidth = Math.min(bar.most, room - widthOf(text) - 1);
  if (share === undefined || barWidth < bar.least) return text.trimStart();
  const full = Math.round(Math.min(1, share) * barWidth);
  return `${bar.full.repeat(full)}${bar.empty.repeat(barWidth - full)} ${text}`;
}

/** Creates the function that takes a time and a count, and returns by how much the count has grown a second lately. */
function createRate(): (now: number, value: number) => number {
  let samples: { readonly at: number; readonly value: number }[] = [];
  return function note(now, value) {
    samples = [...samples.filter(({ at }) => at >= now - rateOverMs), { at: now, value }];
    const [first] = samples;
    return first && now > first.at ? ((value - first.value) / (now - first.at)) * 1000 : 0;
  };
}

/** Returns a time for people: `48 s`, `1 min 40 s`, `2 h 5 min`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${whole % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Returns how long something takes, for people: what ends within a second did not take none. */
export function timeTaken(seconds: number): string {
  return seconds > 0 && seconds < 1 ? 'less than 1 s' : duration(seconds);
}

/** Returns a count with its noun: `1 row`, `2 rows`. */
export function plural(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? '' : 's'}`;
}
