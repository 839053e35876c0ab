import { setImmediate } from '../system-time.js';

/** Of how many rows a store is asked at once at the most: no question is so long that another one waits for it. */
const maxRows = 100;

interface Asked<Value> {
  readonly row: string;
  readonly resolve: (value: Value) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Returns a function that reads a row, and asks for all rows of one iteration of the event loop together: of a crowd that
 * logs in, each log-in would have a question of its own on its way through the store's driver and back.
 *
 * @param readRows Resolves to what each of the rows holds, in their order.
 */
export function batchReads<Value>(
  readRows: (rows: readonly string[]) => Promise<readonly Value[]>,
): (row: string) => Promise<Value> {
  let asked: Asked<Value>[] = [];

  async function ask(part: readonly Asked<Value>[]): Promise<void> {
    try {
      const values = await readRows(part.map(({ row }) => row));
      for (const [index, { resolve }] of part.entries()) resolve(values[index] as Value);
    } catch (error) {
      for (const { reject } of part) reject(error);
    }
  }

  function flush(): void {
    const all = asked;
    asked = [];
    for (let at = 0; at < all.length; at += maxRows) void ask(all.slice(at, at + maxRows));
  }

  return function readRow(row) {
    return new Promise((resolve, reject) => {
      if (asked.push({ row, resolve, reject }) === 1) setImmediate(flush);
    });
  };
}
