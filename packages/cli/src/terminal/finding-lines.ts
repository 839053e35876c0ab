import type { CliContext } from '@nexconn-kit/token-server/command-line';
import type { Finding } from './finding.js';
import { readTerminal } from './terminal.js';
import { wrap } from './text.js';

/** Behind state and check, where what is said begins. */
const indent = 24;
const stateWidth = 11;
/** A longer text is not read as easily, however wide the terminal is. */
const maxColumns = 100;

/** Creates the function that writes a finding out in words, as wide as the terminal, in colour where it is wanted. */
export function createLineWriter({ stdout, env }: Pick<CliContext, 'stdout' | 'env'>): (finding: Finding) => void {
  const { style, columns } = readTerminal(stdout, env);
  const paint = { ok: style.good, warning: style.warn, failed: style.bad, 'not known': style.dim };
  return function writeFinding({ state, check, says, advice }) {
    const name = check.padEnd(indent - stateWidth - 1);
    const isNarrow = columns < 60;
    const left = isNarrow ? '  ' : ' '.repeat(indent);
    const room = Math.min(columns, maxColumns) - left.length;
    const advised =
      advice === undefined ? [] : wrap(advice, room - 2).map((line, at) => `${at === 0 ? '→' : ' '} ${line}`);
    const [first = '', ...others] = [...wrap(says, room), ...advised];
    const head = `${paint[state](state)}${' '.repeat(stateWidth - state.length)}${name}`;
    // A long name, as that of a host, has a line of its own.
    const hasOwnLine = isNarrow || name.length > indent - stateWidth - 1;
    const start = hasOwnLine ? `${head.trimEnd()}\n${left}${first}` : `${head} ${first}`;
    stdout.write(`${[start, ...others.map((line) => left + line)].join('\n')}\n`);
  };
}
