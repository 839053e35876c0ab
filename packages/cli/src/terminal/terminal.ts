import { type CliContext, hasColours, type TextSink } from '@nexconn-kit/token-server/command-line';

/** Where text goes, as far as its looks depend on it. */
export interface Terminal {
  /** Whether somebody looks at it, and a line can be drawn anew. */
  readonly isTerminal: boolean;
  /** How wide it is; 80 where that is not known. */
  readonly columns: number;
  readonly style: Style;
}

type Paint = (text: string) => string;

/** How text is marked; where there are no colours, each returns the text as it is. */
export interface Style {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly good: Paint;
  readonly warn: Paint;
  readonly bad: Paint;
}

/** The codes of ECMA-48 that begin and end each mark. */
const codes: Readonly<Record<keyof Style, readonly [begin: number, end: number]>> = {
  bold: [1, 22],
  dim: [2, 22],
  good: [32, 39],
  warn: [33, 39],
  bad: [31, 39],
};

const defaultColumns = 80;

/** Returns what an output looks like: with colours on a terminal, unless `NO_COLOR`, `FORCE_COLOR` or `TERM` say otherwise. */
export function readTerminal(output: TextSink, env: CliContext['env']): Terminal {
  const { isTTY = false, columns } = output;
  return {
    isTerminal: isTTY && env.TERM !== 'dumb',
    // A terminal that tells no size says 0.
    columns: (isTTY && columns) || defaultColumns,
    style: createStyle(hasColours(output, env)),
  };
}

function createStyle(isColoured: boolean): Style {
  const paint = (name: keyof Style): Paint => {
    const [begin, end] = codes[name];
    return isColoured ? (text) => `\x1B[${begin}m${text}\x1B[${end}m` : (text) => text;
  };
  return { bold: paint('bold'), dim: paint('dim'), good: paint('good'), warn: paint('warn'), bad: paint('bad') };
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const unprintable = /[\0-\x1F\x7F-\x9F\u2028-\u202E\u2066-\u2069]/g;

/** Returns a text of somebody else in one line, with what would steer a terminal, or turn its order round, written out. */
export function printable(text: string): string {
  return text.replace(unprintable, (character) => {
    const code = character.charCodeAt(0).toString(16);
    return code.length > 2 ? `\\u${code}` : `\\x${code.padStart(2, '0')}`;
  });
}
