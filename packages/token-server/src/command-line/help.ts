import type { Command, Help, HelpConfiguration } from 'commander';
import type { CliContext, TextSink } from './types.js';

/** What is known of a terminal that says nothing, and the width that our own lines are written for. */
const usualColumns = 80;
/** Longer lines are harder to read. */
const mostColumns = 100;
/** A column that is narrower than this is not read: descriptions stand below what they describe instead. */
const leastWidth = 30;
const indent = '  ';

/** Returns how wide help may be on an output, in columns. */
export function helpWidth({ isTTY, columns }: TextSink): number {
  return Math.min((isTTY && columns) || usualColumns, mostColumns);
}

/** Whether text on an output has colours: on a terminal, unless `NO_COLOR`, `FORCE_COLOR` or `TERM` say otherwise. */
export function hasColours(output: TextSink, env: CliContext['env']): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = env;
  if (NO_COLOR || FORCE_COLOR === '0' || FORCE_COLOR === 'false') return false;
  return Boolean(FORCE_COLOR) || (output.isTTY === true && TERM !== 'dumb');
}

/** How Commander lays out the help of every command. */
export const helpLayout: HelpConfiguration = {
  styleTitle: bold,
  formatItem(term, termWidth, description, { helpWidth: width = usualColumns }: Help) {
    if (description === '') return indent + term;
    const left = indent.length + termWidth + indent.length;
    const isBelow = width - left < leastWidth;
    const start = isBelow ? indent.length * 3 : left;
    const lines = wrapWords(description, width - start);
    const first = isBelow ? [indent + term] : [indent + term.padEnd(termWidth) + indent + lines.shift()];
    return [...first, ...lines.map((line) => ' '.repeat(start) + line)].join('\n');
  },
};

/** Returns the text behind a command's help as an output shows it: with bold titles, and no wider than a narrow terminal. */
export function fitHelp(text: string, output: TextSink, env: CliContext['env']): string {
  const width = helpWidth(output);
  const isColoured = hasColours(output, env);
  const lines = text.split('\n').flatMap((line) => {
    if (/^[A-Z][\w ]*:$/.test(line)) return [isColoured ? bold(line) : line];
    // What is copied stays in one line: a terminal breaks it by itself.
    if (line.length <= width || /^ +(nexconn|npx|curl)/.test(line)) return [line];
    const [start = ''] = /^ */.exec(line) ?? [];
    const [first, ...more] = wrapWords(line.trim(), width - start.length - indent.length);
    return [`${start}${first}`, ...more.map((each) => `${start}${indent}${each}`)];
  });
  return lines.join('\n');
}

/** Returns a command as it is typed, such as `nexconn token backup`. */
export function pathOf(command: Command): string {
  const name = command.name();
  return command.parent === null ? name : `${pathOf(command.parent)} ${name}`;
}

function bold(text: string): string {
  return `\x1B[1m${text}\x1B[22m`;
}

function wrapWords(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
