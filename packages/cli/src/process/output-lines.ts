import type { TextSink } from '@nexconn-kit/token-server/command-line';
import { setImmediate } from '../system-time.js';

/** What a reader that reads nothing is kept of, in characters: later lines are lost until it reads on. */
const maxPendingLength = 4 * 1024 * 1024;

/** Writes to an output that says how much of what it was given still waits, as the streams of Node do. */
export function writeUnlessStalled(output: TextSink & { readonly writableLength?: number }, text: string): void {
  if ((output.writableLength ?? 0) <= maxPendingLength) output.write(text);
}

/** Returns a function that collects the lines of one turn of the event loop for one write: each write blocks. */
export function batchLines(write: (text: string) => void): (line: string) => void {
  let waiting = '';
  function flush(): void {
    const text = waiting;
    waiting = '';
    write(text);
  }
  return function takeLine(line) {
    if (waiting === '') setImmediate(flush);
    waiting += `${line}\n`;
  };
}
