import { checkSetting } from './check-setting.js';
import { createJournalWaits } from './create-journal-waits.js';
import type { Journal, JournalEntry, JournalFilter } from './types.js';

/** The longest wait, so that a forgotten one does not keep a process up. */
const maxTimeoutMs = 60_000;

/** Makes a journal that keeps the last entries. @throws {MockError} INVALID_OPTION */
export function createJournal(capacity = 10_000): Journal {
  checkSetting('journalSize', Number.isInteger(capacity) && capacity >= 1, 'a whole number from 1 up');
  let ring: JournalEntry[] = [];
  let oldest = 0;
  let lastId = 0;
  const waits = createJournalWaits();

  function inOrder(): JournalEntry[] {
    return [...ring.slice(oldest), ...ring.slice(0, oldest)];
  }

  function list(filter: JournalFilter = {}): readonly JournalEntry[] {
    const { limit = capacity, afterId } = filter;
    checkSetting('limit', Number.isInteger(limit) && limit >= 1, 'a whole number from 1 up');
    const found = inOrder().filter((entry) => matches(entry, filter));
    return afterId === undefined ? found.slice(-limit) : found.slice(0, limit);
  }

  return {
    add(draft) {
      lastId += 1;
      const entry = { ...draft, id: lastId };
      if (ring.length < capacity) ring.push(entry);
      else {
        ring[oldest] = entry;
        oldest = (oldest + 1) % capacity;
      }
      waits.tell(entry);
      return entry;
    },
    list,
    async waitFor(filter = {}, { timeoutMs = 5000, signal } = {}) {
      const { count = 1 } = filter;
      checkSetting('count', Number.isInteger(count) && count >= 1 && count <= capacity, `from 1 to ${capacity}`);
      checkSetting('timeoutMs', timeoutMs >= 0 && timeoutMs <= maxTimeoutMs, `from 0 to ${maxTimeoutMs}`);
      const found = [...list({ ...filter, limit: undefined })];
      return waits.wait({ matches: (entry) => matches(entry, filter), found, count, timeoutMs, signal });
    },
    clear(appKey) {
      ring = appKey === undefined ? [] : inOrder().filter((entry) => entry.appKey !== appKey);
      oldest = 0;
    },
  };
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
