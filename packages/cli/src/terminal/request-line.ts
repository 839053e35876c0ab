import type { CliContext, TextSink } from '@nexconn-kit/token-server/command-line';
import { printable, readTerminal, type Terminal } from './terminal.js';
import { truncate, wrap } from './text.js';

/** A request that was answered, by a mock or by the token service of a sandbox. */
export interface RequestFacts {
  /** Left out, as `path`, where what came could not be read so far. */
  readonly method?: string | undefined;
  readonly path?: string | undefined;
  readonly status: number;
  readonly durationMs: number;
  readonly userId?: string | undefined;
  /** The business code of an answer; 0 is that of a success. */
  readonly code?: number | undefined;
  /** Why it was refused. */
  readonly reason?: string | undefined;
  /** The fault that was played. */
  readonly fault?: string | undefined;
}

/** Returns a function that returns the line of a request that was answered just now, as an output shows it. */
export function createRequestLines(output: TextSink, env: CliContext['env']): (facts: RequestFacts) => string {
  // A copy: each look into the environment of the process itself costs as much as the rest of a line.
  const kept = { ...env };
  return (facts) => requestLine(facts, new Date(), readTerminal(output, kept));
}

/** How wide the method and the path of the API are. */
const targetWidth = 32;
const timeWidth = 12;
const gap = '  ';

/** Returns the line of a request: time, method, path, status, milliseconds and user; below it, why it was refused, or that a fault was played. */
export function requestLine(facts: RequestFacts, at: Date, { isTerminal, columns, style }: Terminal): string {
  const { method = '-', path = '-', status, durationMs, userId = '' } = facts;
  const paint = status >= 500 || status === 0 ? style.bad : status >= 400 ? style.warn : style.good;
  const head = [timeOf(at), printable(`${method} ${path}`).padEnd(targetWidth), `${status}`].join(gap);
  const line = [head, `${Math.round(durationMs)} ms`.padStart(8), printable(userId)].join(gap).trimEnd();
  const fitted = isTerminal ? truncate(line, columns) : line;
  const shown = fitted.startsWith(head)
    ? `${head.slice(0, -`${status}`.length)}${paint(`${status}`)}${fitted.slice(head.length)}`
    : fitted;
  const remark = remarkOf(facts);
  if (remark === '') return shown;
  const indent = ' '.repeat(timeWidth + gap.length);
  return [shown, ...wrap(printable(remark), columns - indent.length).map((each) => indent + style.dim(each))].join(
    '\n',
  );
}

/** Returns what stands below a line: the code of a refusal, the fault that was played, and why. */
function remarkOf({ code = 0, fault, reason }: RequestFacts): string {
  const names = [...(code === 0 ? [] : [`code ${code}`]), ...(fault === undefined ? [] : [`fault ${fault}`])].join(
    ', ',
  );
  return names === '' ? (reason ?? '') : `${names}${reason === undefined ? '' : `: ${reason}`}`;
}

/** In local time, with milliseconds: order matters where a request sets off another. */
function timeOf(at: Date): string {
  const two = (part: number) => `${part}`.padStart(2, '0');
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}.${`${at.getMilliseconds()}`.padStart(3, '0')}`;
}
