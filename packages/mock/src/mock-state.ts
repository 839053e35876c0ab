import type { Api } from './document/api.js';
import { createFaults } from './faults/faults.js';
import type { Faults } from './faults/types.js';
import type { Settings } from './settings.js';
import { createJournal } from './state/journal.js';
import { createService, type ServiceRequests } from './state/service.js';
import type { Journal, Service } from './state/types.js';

/** What a mock keeps from one request to the next; it outlives a change of the document. */
export interface MockState {
  readonly service: Service & { readonly requests: ServiceRequests };
  readonly journal: Journal;
  readonly faults: Faults;
}

/** Creates the state; `api.errors` is read anew each time. @throws {MockError} `APP_EXISTS`, `INVALID_OPTION` */
export function createMockState(
  api: Pick<Api, 'errors'>,
  { apps, journalSize, now }: Pick<Settings, 'apps' | 'journalSize' | 'now'>,
): MockState {
  return {
    service: createService({ apps, now }),
    journal: createJournal(journalSize),
    faults: createFaults(() => api.errors),
  };
}
