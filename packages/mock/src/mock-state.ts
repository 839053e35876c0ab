import type { Api } from './document/api.js';
import { refuseOption } from './errors.js';
import { createExchanges, type Exchanges } from './exchanges/exchanges.js';
import { createFaults } from './faults/faults.js';
import type { Faults } from './faults/types.js';
import type { Settings } from './settings.js';
import { type Coverage, createCoverage } from './state/coverage.js';
import type { Journal, JournalDraft } from './state/journal.js';
import { createJournal } from './state/journal.js';
import { createService, type ServiceRequests, type ServiceStorage } from './state/service.js';
import type { SavedState, Service } from './state/types.js';

/** What a mock keeps from one request to the next; it outlives a change of the document. */
export interface MockState {
  readonly service: Service & { readonly requests: ServiceRequests; readonly storage: ServiceStorage };
  readonly journal: Journal;
  readonly exchanges: Exchanges;
  readonly coverage: Coverage;
  readonly faults: Faults;
}

/** Creates the state; `api.errors` is read anew each time. @throws {MockError} `APP_EXISTS`, `INVALID_OPTION` */
export function createMockState(
  api: Pick<Api, 'errors'>,
  settings: Pick<
    Settings,
    'apps' | 'journalSize' | 'keptExchanges' | 'now' | 'onChange' | 'onRequest' | 'rules' | 'state'
  >,
): MockState {
  const { apps, journalSize, keptExchanges, now, rules, state } = settings;
  const service = createService({ apps, now, rules });
  const journal = createJournal(journalSize);
  if (state !== undefined) loadState(state, service, journal);
  return {
    service,
    journal: tellRequests(journal, settings),
    exchanges: createExchanges(keptExchanges),
    coverage: createCoverage(),
    faults: createFaults(() => api.errors),
  };
}

function tellRequests(journal: Journal, { onChange, onRequest }: Pick<Settings, 'onChange' | 'onRequest'>): Journal {
  if (onRequest === undefined && onChange === undefined) return journal;
  return {
    ...journal,
    add(entry) {
      const id = journal.add(entry);
      onRequest?.(entry);
      onChange?.();
      return id;
    },
  };
}

/** How many of the last requests are saved. */
const savedRequests = 200;

/** Returns what a mock is started with again by its option `state`. */
export function saveState({ service, journal }: Pick<MockState, 'service' | 'journal'>): SavedState {
  return { version: 1, ...service.storage.save(), journal: journal.list({ limit: savedRequests }) };
}

/** @throws {MockError} `INVALID_OPTION` */
function loadState(state: SavedState, service: MockState['service'], journal: Journal): void {
  const { version, apps, clockOffsetMs, journal: requests } = Object(state) as Partial<SavedState>;
  if (version !== 1) {
    const found = typeof version === 'number' ? `is of version ${version}` : 'has no version';
    refuseOption('state', `${found}. This mock takes version 1: pass what its exportState() returned.`);
  }
  if (!Array.isArray(requests)) refuseOption('state.journal', 'is no list. Pass what exportState() returned.');
  service.storage.load({ apps, clockOffsetMs } as SavedState);
  for (const request of requests as readonly unknown[]) journal.add(readRequest(request));
}

const requestFields = {
  ...{ at: 'number', status: 'number', durationMs: 'number', code: 'number' },
  ...{ appKey: 'string', method: 'string', path: 'string', operationId: 'string', reason: 'string' },
  ...{ userId: 'string', requestId: 'string', fault: 'string' },
} as const satisfies Record<keyof JournalDraft, 'number' | 'string'>;

/** What is no field of a request is left out, as of a newer version. */
function readRequest(request: unknown): JournalDraft {
  const fields = Object.entries(requestFields).flatMap(([name, type]) => {
    const value = Object(request)[name];
    if (typeof value === type) return [[name, value] as const];
    if (value === undefined && !['at', 'status', 'durationMs'].includes(name)) return [];
    return refuseOption(`state.journal.${name}`, `is of type ${typeof value}. Pass what exportState() returned.`);
  });
  return Object.fromEntries(fields) as JournalDraft;
}
