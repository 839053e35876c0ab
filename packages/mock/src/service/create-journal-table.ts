import { type Column, createColumn, createTimeColumn } from './create-column.js';
import type { JournalDraft, JournalEntry } from './types.js';

/** Entries of a journal by row, in columns: so many objects would keep the garbage collector busy. */
export interface JournalTable {
  /** Sets a row there is, or the one after the last. */
  readonly set: (row: number, entry: JournalDraft & Pick<JournalEntry, 'id'>) => void;
  /** The row must have been set. */
  readonly get: (row: number) => JournalEntry;
}

type Cells = Column<number | string | undefined>;

export function createJournalTable(): JournalTable {
  // In the order in which an entry shows them.
  const columns: Readonly<Record<keyof JournalEntry, Cells>> = {
    id: createNumbers(),
    at: createNumbers(),
    appKey: createTexts(),
    method: createTexts(),
    path: createTexts(),
    operationId: createTexts(),
    status: createNumbers(),
    code: createNumbers(),
    reason: createTexts(),
    userId: createTexts(),
    requestId: createTexts(),
    durationMs: createNumbers(),
    fault: createTexts(),
  };
  const cells = Object.entries(columns) as [keyof JournalEntry, Cells][];

  return {
    set(row, entry) {
      for (const [field, column] of cells) column.set(row, entry[field]);
    },
    get(row) {
      const entry: Partial<Record<keyof JournalEntry, unknown>> = {};
      for (const [field, column] of cells) {
        const value = column.get(row);
        // A column of numbers has NaN for a field that was left out.
        if (value !== undefined && !Number.isNaN(value)) entry[field] = value;
      }
      return entry as JournalEntry;
    },
  };
}

function createNumbers(): Cells {
  return createTimeColumn() as Cells;
}

function createTexts(): Cells {
  return createColumn((rows) => new Array<string | undefined>(rows).fill(undefined)) as Cells;
}
