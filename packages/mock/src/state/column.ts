/** A list with one value for each row. */
export interface Column<T> {
  /** The row must have been set. */
  readonly get: (row: number) => T;
  /** Sets an existing row, or the one after the last. */
  readonly set: (row: number, value: T) => void;
  readonly copy: () => Column<T>;
}

/** A part of a column: a typed array, or a plain one for texts. */
interface Chunk<T> {
  [index: number]: T;
  slice(): Chunk<T>;
}

/** A power of two; small enough for a mock with many small apps. */
const chunkRows = 1024;

/**
 * Creates an empty column. A million objects keep the garbage collector busy; a million rows are a thousand chunks, which
 * stay where they are when there are more.
 */
function createColumn<T>(createChunk: (rows: number) => Chunk<T>): Column<T> {
  return columnOf(createChunk, []);
}

function columnOf<T>(createChunk: (rows: number) => Chunk<T>, chunks: Chunk<T>[]): Column<T> {
  return {
    get: (row) => (chunks[Math.floor(row / chunkRows)] as Chunk<T>)[row % chunkRows] as T,
    set(row, value) {
      const at = Math.floor(row / chunkRows);
      chunks[at] ??= createChunk(chunkRows);
      chunks[at][row % chunkRows] = value;
    },
    copy: () =>
      columnOf(
        createChunk,
        chunks.map((chunk) => chunk.slice()),
      ),
  };
}

export function createNumberColumn(): Column<number> {
  return createColumn((rows) => new Uint32Array(rows));
}

/** Creates a column for numbers that do not fit into 32 bits. */
export function createTimeColumn(): Column<number> {
  return createColumn((rows) => new Float64Array(rows));
}

export function createTextColumn(): Column<string> {
  return createColumn((rows) => new Array<string>(rows).fill(''));
}
