import { describeDocument } from '../document/describe.js';
import { MockError } from '../errors.js';
import { type OperationId, operationTable } from '../generated/console/operations.gen.js';
import { requestValidators } from '../generated/console/validators.gen.js';
import type { JournalEntry } from '../state/journal.js';
import type { Snapshot } from '../state/types.js';
import { measureCoverage } from './measure-coverage.js';
import { createRequestHandlers, maskEntries } from './request-handlers.js';
import type { CallContext, ConsoleHandlers, ConsoleSubject, MockConsole } from './types.js';

/** What these do is seen in no state that is saved; a request that is sent is told of as any other. */
const isReading = /^(list|get|check|wait|take|export|describe|send|replay|setFault|clearFaults)/;

/** Creates the console of its handlers; each request is validated first. `onChange` is called after what may change the state. */
export function createConsole(handlers: ConsoleHandlers, onChange?: () => void): MockConsole {
  const methods = Object.keys(operationTable).map((name) => {
    const operationId = name as OperationId;
    const handle = handlers[operationId] as (request: unknown, context: CallContext) => unknown;
    const method = async (request: unknown = {}, context: CallContext = {}): Promise<unknown> => {
      refuseInvalid(operationId, request);
      const result = await handle(request, context);
      if (!isReading.test(operationId)) onChange?.();
      return result;
    };
    return [operationId, method];
  });
  return Object.freeze(Object.fromEntries(methods)) as MockConsole;
}

function refuseInvalid(operationId: OperationId, request: unknown): void {
  const issues = requestValidators[operationId](request);
  if (issues.length === 0) return;
  const message = `${operationId} cannot be called so. ${issues.map((issue) => issue.message).join(' ')}`;
  throw new MockError(message, { code: 'INVALID_REQUEST' });
}

/** Creates the handler of each operation of the console. */
export function createConsoleHandlers(subject: ConsoleSubject): ConsoleHandlers {
  const { service, journal, faults, coverage, playing } = subject;
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
    getClock: () => service.clock(),
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
    listJournal: (filter) => ({ entries: maskEntries(journal.list(filter), subject) }),
    waitForJournal: async ({ timeoutMs, allowFewer, ...filter }, { signal }) => {
      const entries = await journal
        .waitFor(filter, { timeoutMs, signal })
        .catch((error: unknown): readonly JournalEntry[] => {
          if (allowFewer && isOver(error)) return journal.list(filter);
          throw error;
        });
      return { entries: maskEntries(entries, subject) };
    },
    clearJournal: ({ appKey }) => journal.clear(appKey),
    ...createRequestHandlers(subject, orFirst),
    setFault: ({ appKey, ...rule }) => faults.set(service.app(orFirst(appKey)).appKey, rule),
    listFaults: ({ appKey }) => ({
      faults: faults.list(appKey).map((rule) => ({ ...rule, sequence: [...rule.sequence] })),
    }),
    clearFaults: ({ appKey }) => faults.clear(appKey),
    describeDocument: () => describeDocument(playing()),
    getCoverage: () => measureCoverage(coverage, playing()),
    clearCoverage: () => coverage.clear(),
  };
}

/** Whether a wait has ended because nothing comes any more, or not in time. */
function isOver(error: unknown): boolean {
  return error instanceof MockError && ['WAIT_TIMED_OUT', 'MOCK_CLOSED'].includes(error.code);
}

/** A snapshot holds all tokens, so that their number is limited. */
const maxSnapshots = 16;

/** Snapshots by name; they stay in the process, since they hold secrets. */
interface SnapshotShelf {
  readonly keep: (snapshot: Snapshot) => string;
  /** @throws {MockError} `SNAPSHOT_UNKNOWN` */
  readonly find: (snapshotId: string) => Snapshot;
}

function createSnapshotShelf(): SnapshotShelf {
  const snapshots = new Map<string, Snapshot>();
  let taken = 0;
  return {
    keep: (snapshot) => {
      taken += 1;
      const snapshotId = `snapshot-${taken}`;
      snapshots.set(snapshotId, snapshot);
      snapshots.delete(`snapshot-${taken - maxSnapshots}`);
      return snapshotId;
    },
    find: (snapshotId) => {
      const snapshot = snapshots.get(snapshotId);
      if (snapshot) return snapshot;
      const names = [...snapshots.keys()].join(', ');
      const message = `There is no snapshot ${snapshotId}. ${names ? `There are ${names}.` : 'Take one first.'}`;
      throw new MockError(message, { code: 'SNAPSHOT_UNKNOWN' });
    },
  };
}
