import type { JournalDraft, JournalEntry } from './types.js';

/** Entries of a journal by row, in two long lists: so many objects would keep the garbage collector busy. */
export interface JournalTable {
  /** Sets a row there is, or the one after the last. */
  readonly set: (row: number, entry: JournalDraft & Pick<JournalEntry, 'id'>) => void;
  /** The row must have been set. */
  readonly get: (row: number) => JournalEntry;
}

const numberFields = ['id', 'at', 'status', 'code', 'durationMs'] as const;
const textFields = ['appKey', 'method', 'path', 'operationId', 'reason', 'userId', 'requestId', 'fault'] as const;
/** In the order in which an entry shows them. */
const shownFields = [
  ...(['id', 'at', 'appKey', 'method', 'path', 'operationId', 'status', 'code'] as const),
  ...(['reason', 'userId', 'requestId', 'durationMs', 'fault'] as const),
];
const firstRows = 64;

export function createJournalTable(): JournalTable {
  // NaN and undefined stand for a field that was left out.
  let numbers = new Float64Array(firstRows * numberFields.length);
  const texts: (string | undefined)[] = [];

  function makeRoom(row: number): void {
    if ((row + 1) * numberFields.length <= numbers.length) return;
    const larger = new Float64Array(numbers.length * 2);
    larger.set(numbers);
    numbers = larger;
  }

  return {
    set(row, entry) {
      makeRoom(row);
      const number = row * numberFields.length;
      numbers[number] = entry.id;
      numbers[number + 1] = entry.at;
      numbers[number + 2] = entry.status;
      numbers[number + 3] = entry.code ?? Number.NaN;
      numbers[number + 4] = entry.durationMs;
      const text = row * textFields.length;
      texts[text] = entry.appKey;
      texts[text + 1] = entry.method;
      texts[text + 2] = entry.path;
      texts[text + 3] = entry.operationId;
      texts[text + 4] = entry.reason;
      texts[text + 5] = entry.userId;
      texts[text + 6] = entry.requestId;
      texts[text + 7] = entry.fault;
    },
    get(row) {
      const found = new Map<string, unknown>();
      for (const [index, field] of numberFields.entries()) {
        const value = numbers[row * numberFields.length + index];
        if (!Number.isNaN(value)) found.set(field, value);
      }
      for (const [index, field] of textFields.entries()) {
        const value = texts[row * textFields.length + index];
        if (value !== undefined) found.set(field, value);
      }
      const shown = shownFields.filter((field) => found.has(field)).map((field) => [field, found.get(field)]);
      return Object.fromEntries(shown) as unknown as JournalEntry;
    },
  };
}
