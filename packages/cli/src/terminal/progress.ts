import type { TextSink } from '@nexconn-kit/token-server/command-line';
import type { Terminal } from './terminal.js';
import { truncate } from './text.js';

/** One line that says how far something is. */
export interface Progress {
  /** Shows this in place of what was shown before; elsewhere than on a terminal as a line, from time to time. */
  readonly show: (text: string) => void;
  /** Writes lines that stay, above what is shown. */
  readonly note: (text: string) => void;
  /** Removes the line. */
  readonly clear: () => void;
}

/** How progress is shown. */
export interface ProgressOptions {
  readonly terminal: Pick<Terminal, 'isTerminal' | 'columns'>;
  /** Milliseconds that never go back. */
  readonly monotonicNow: () => number;
  /** How often a line is written where there is no terminal, in milliseconds. Default: 10,000. */
  readonly lineEveryMs?: number;
}

/** More often nobody sees, and each write of a terminal takes its time. */
const drawEveryMs = 100;
const eraseLine = '\r\x1B[2K';

/** Creates the line of progress of an output, which holds no timer and hides no cursor: it may end at any time. */
export function createProgress(output: TextSink, options: ProgressOptions): Progress {
  const { terminal, monotonicNow, lineEveryMs = 10_000 } = options;
  const { isTerminal, columns } = terminal;
  let shown = '';
  let last = isTerminal ? Number.NEGATIVE_INFINITY : monotonicNow();

  return {
    show(text) {
      const now = monotonicNow();
      if (now - last < (isTerminal ? drawEveryMs : lineEveryMs)) return;
      last = now;
      // In its last column some terminals begin a new line.
      shown = truncate(text, columns - 1);
      output.write(isTerminal ? eraseLine + shown : `${text}\n`);
    },
    note(text) {
      output.write(isTerminal && shown !== '' ? `${eraseLine}${text}\n${shown}` : `${text}\n`);
    },
    clear() {
      if (isTerminal && shown !== '') output.write(eraseLine);
      shown = '';
    },
  };
}
