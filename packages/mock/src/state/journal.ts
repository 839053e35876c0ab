import { checkSetting } from './check-setting.js';
import { createJournalTable } from './journal-table.js';
import { createJournalWaits } from './journal-waits.js';
import type { Journal, JournalEntry, JournalFilter } from './types.js';

/** The longest wait, so that a forgotten one does not keep a process up. */
const maxTimeoutMs = 60_000;

/** Makes a journal that keeps the last entries. @throws {MockError} INVALID_OPTION */
export function createJournal(capacity = 10_000): Journal {
  checkSetting('journalSize', Number.isInteger(capacity) && capacity >= 1, 'a whole number from 1 up');
  let table = createJournalTable();
  // Rows are a ring; the oldest entry is that of `firstRow`.
  let firstRow = 0;
  let size = 0;
  let lastId = 0;
  const waits = createJournalWaits();

  function inOrder(): JournalEntry[] {
    return Array.from({ length: size }, (_, index) => table.get((firstRow + index) % capacity));
  }

  function list(filter: JournalFilter = {}): readonly JournalEntry[] {
    return limited(
      inOrder().filter((entry) => matches(entry, filter)),
      filter,
    );
  }

  return {
    add(draft) {
      lastId += 1;
      const row = (firstRow + size) % capacity;
      table.set(row, { ...draft, id: lastId });
      if (size < capacity) size += 1;
      else firstRow = (firstRow + 1) % capacity;
      if (waits.any()) waits.tell(table.get(row));
    },
    list,
    async waitFor(filter = {}, { timeoutMs = 5000, signal } = {}) {
      const { count = 1 } = filter;
      checkSetting('count', Number.isInteger(count) && count >= 1 && count <= capacity, `from 1 to ${capacity}`);
      checkSetting('timeoutMs', timeoutMs >= 0 && timeoutMs <= maxTimeoutMs, `from 0 to ${maxTimeoutMs}`);
      const found = inOrder().filter((entry) => matches(entry, filter));
      // More than is asked for are found all the same, so that `count` means what it says.
      const all = await waits.wait({ matches: (entry) => matches(entry, filter), found, count, timeoutMs, signal });
      return limited(all, filter);
    },
    clear(appKey) {
      const kept = appKey === undefined ? [] : inOrder().filter((entry) => entry.appKey !== appKey);
      table = createJournalTable();
      for (const [row, entry] of kept.entries()) table.set(row, entry);
      [firstRow, size] = [0, kept.length];
    },
  };
}

/** @throws {MockError} INVALID_OPTION */
function limited(found: readonly JournalEntry[], { limit, afterId }: JournalFilter): readonly JournalEntry[] {
  if (limit === undefined) return found;
  checkSetting('limit', Number.isInteger(limit) && limit >= 1, 'a whole number from 1 up');
  return afterId === undefined ? found.slice(-limit) : found.slice(0, limit);
}

function matches(entry: JournalEntry, filter: JournalFilter): boolean {
  const { appKey, userId, operationId, status, code, afterId = 0 } = filter;
  return (
    entry.id > afterId &&
    (appKey === undefined || entry.appKey === appKey) &&
    (userId === undefined || entry.userId === userId) &&
    (operationId === undefined || entry.operationId === operationId) &&
    (status === undefined || entry.status === status) &&
    (code === undefined || entry.code === code)
  );
}
