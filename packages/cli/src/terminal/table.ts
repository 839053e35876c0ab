import { widthOf, wrap } from './text.js';

/** How a table is laid out. */
export interface TableOptions {
  /** How wide it may be. */
  readonly columns: number;
  /** The columns whose cells stand at the right, as numbers do: 0 is the first. */
  readonly right?: readonly number[];
}

const gap = '  ';
/** A last column that is narrower than this is not read: its cells stand below the others instead. */
const leastWidth = 24;

/**
 * Returns the lines of a table without rules around it. Its last column is wrapped to the width; where too little is left for
 * it, each row becomes a line with the last cell indented below. Colours of cells are kept.
 */
export function table(rows: readonly (readonly string[])[], { columns, right = [] }: TableOptions): string[] {
  const count = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, index) => Math.max(...rows.map((row) => widthOf(row[index] ?? ''))));
  const last = count - 1;
  const before = widths.slice(0, last).reduce((sum, width) => sum + width + gap.length, 0);
  const rest = columns - before;
  const isStacked = rest < Math.min(widths[last] ?? 0, leastWidth);

  return rows.flatMap((row) => {
    const head = row.slice(0, last).map((cell, index) => pad(cell, widths[index] ?? 0, right.includes(index)));
    const cell = row[last] ?? '';
    if (isStacked) {
      const first = head.join(gap).trimEnd();
      const below = cell === '' ? [] : wrap(cell, columns - gap.length).map((line) => gap + line);
      return last > 0 ? [first, ...below] : below;
    }
    const shown = right.includes(last) ? [pad(cell, widths[last] ?? 0, true)] : wrap(cell, rest);
    return shown.map((line, index) => (index === 0 ? [...head, line].join(gap) : ' '.repeat(before) + line).trimEnd());
  });
}

function pad(cell: string, width: number, isRight: boolean): string {
  const space = ' '.repeat(Math.max(0, width - widthOf(cell)));
  return isRight ? space + cell : cell + space;
}
