import { printable, type Terminal } from '../../terminal/terminal.js';
import { truncate, wrap } from '../../terminal/text.js';

/** A request that was answered, by the mock or by the token service. */
export interface RequestFacts {
  /** Left out, as `path`, where what came could not be read so far. */
  readonly method?: string | undefined;
  readonly path?: string | undefined;
  readonly status: number;
  readonly durationMs: number;
  readonly userId?: string | undefined;
  /** Why it was refused. */
  readonly reason?: string | undefined;
}

/** How wide the method and the path of the API are. */
const targetWidth = 32;
const timeWidth = 12;
const gap = '  ';

/** Returns the line of a request: time, method, path, status, milliseconds and user; below it, why it was refused. */
export function requestLine(facts: RequestFacts, at: Date, { isTerminal, columns, style }: Terminal): string {
  const { method = '-', path = '-', status, durationMs, userId = '', reason } = facts;
  const paint = status >= 500 || status === 0 ? style.bad : status >= 400 ? style.warn : style.good;
  const head = [timeOf(at), printable(`${method} ${path}`).padEnd(targetWidth), `${status}`].join(gap);
  const line = [head, `${Math.round(durationMs)} ms`.padStart(8), printable(userId)].join(gap).trimEnd();
  const fitted = isTerminal ? truncate(line, columns) : line;
  const shown = fitted.startsWith(head)
    ? `${head.slice(0, -`${status}`.length)}${paint(`${status}`)}${fitted.slice(head.length)}`
    : fitted;
  if (reason === undefined) return shown;
  const indent = ' '.repeat(timeWidth + gap.length);
  return [shown, ...wrap(printable(reason), columns - indent.length).map((each) => indent + style.dim(each))].join(
    '\n',
  );
}

/** In local time, with milliseconds: order matters where a request sets off another. */
function timeOf(at: Date): string {
  const two = (part: number) => `${part}`.padStart(2, '0');
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}.${`${at.getMilliseconds()}`.padStart(3, '0')}`;
}
