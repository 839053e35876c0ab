import type { Api } from './document/api.js';
import { createFaults } from './faults/faults.js';
import type { Faults } from './faults/types.js';
import type { Settings } from './settings.js';
import { createJournal } from './state/journal.js';
import { createService, type ServiceRequests } from './state/service.js';
import type { Journal, Service } from './state/types.js';

/** All that a mock remembers from one request to the next; it outlives a change of the document. */
export interface MockState {
  readonly service: Service & { readonly requests: ServiceRequests };
  readonly journal: Journal;
  readonly faults: Faults;
}

/** `api` is asked for its errors each time. @throws {MockError} `APP_EXISTS`, `INVALID_OPTION` */
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
