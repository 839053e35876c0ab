import { MockError } from '../errors.js';
import type { JournalEntry } from '../state/types.js';
import { createSnapshotShelf } from './snapshot-shelf.js';
import type { ConsoleHandlers, ConsoleSubject } from './types.js';

/** Makes the table of what each operation of the console does. */
export function createConsoleHandlers({ service, journal, faults }: ConsoleSubject): ConsoleHandlers {
  const shelf = createSnapshotShelf();
  /** The app that the mock was started with stays the first. */
  const orFirst = (appKey: string | undefined): string => appKey ?? service.apps()[0]?.appKey ?? '';

  return {
    listApps: () => ({ apps: [...service.apps()] }),
    createApp: (options) => {
      const app = service.createApp(options);
      return { ...app, appSecret: service.secretOf(app.appKey) };
    },
    getApp: ({ appKey }) => service.app(orFirst(appKey)),
    updateApp: ({ appKey, ...changes }) => service.updateApp(orFirst(appKey), changes),
    rotateSecret: ({ appKey, ...options }) => service.rotateSecret(orFirst(appKey), options),
    listUsers: ({ appKey, ...page }) => {
      const found = service.users(orFirst(appKey), page);
      return { ...found, users: [...found.users] };
    },
    listTokens: ({ appKey, ...page }) => {
      const found = service.tokens(orFirst(appKey), page);
      return { ...found, tokens: [...found.tokens] };
    },
    voidTokens: ({ appKey, ...which }) => service.voidTokens(orFirst(appKey), which),
    checkToken: ({ appKey, token }) => service.checkToken({ appKey: orFirst(appKey), token }),
    moveClock: (move) => service.moveClock(move),
    resetState: ({ appKey }) => {
      service.reset(appKey);
      journal.clear(appKey);
      faults.clear(appKey);
    },
    takeSnapshot: ({ appKey }) => {
      const snapshot = service.snapshot(appKey);
      const { takenAt, appKeys } = snapshot;
      return { snapshotId: shelf.keep(snapshot), takenAt, appKeys: [...appKeys] };
    },
    restoreSnapshot: ({ snapshotId }) => service.restore(shelf.find(snapshotId)),
    listJournal: (filter) => ({ entries: [...journal.list(filter)] }),
    waitForJournal: async ({ timeoutMs, allowFewer, ...filter }, { signal }) => {
      const entries = await journal
        .waitFor(filter, { timeoutMs, signal })
        .catch((error: unknown): readonly JournalEntry[] => {
          if (allowFewer && error instanceof MockError && error.code === 'WAIT_TIMED_OUT') return journal.list(filter);
          throw error;
        });
      return { entries: [...entries] };
    },
    clearJournal: ({ appKey }) => journal.clear(appKey),
    setFault: ({ appKey, ...rule }) => faults.set(service.app(orFirst(appKey)).appKey, rule),
    listFaults: ({ appKey }) => ({
      faults: faults.list(appKey).map((rule) => ({ ...rule, sequence: [...rule.sequence] })),
    }),
    clearFaults: ({ appKey }) => faults.clear(appKey),
  };
}
