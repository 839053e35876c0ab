import type { Api } from '../document/api.js';
import type { Exchanges } from '../exchanges/exchanges.js';
import type { Faults } from '../faults/types.js';
import type { OperationMethods } from '../generated/console/methods.gen.js';
import type { OperationId, OperationRequests, OperationResults } from '../generated/console/operations.gen.js';
import type { MockAnswer, MockRequest } from '../http/types.js';
import type { Coverage } from '../state/coverage.js';
import type { Journal } from '../state/journal.js';
import type { ServiceRequests } from '../state/service.js';
import type { Service } from '../state/types.js';

/**
 * The console of a mock as methods: the same requests, results and errors as over HTTP.
 *
 * @see spec/mock-console/openapi.yaml
 */
export type MockConsole = Readonly<OperationMethods>;

/** What the console reads and changes. */
export interface ConsoleSubject {
  readonly service: Service & { readonly requests: ServiceRequests };
  readonly journal: Journal;
  readonly exchanges: Exchanges;
  readonly coverage: Coverage;
  readonly faults: Faults;
  /** Returns what is played at the time. */
  readonly playing: () => Api;
  /** Answers a request as if it had come over the port. */
  readonly answer: (request: MockRequest) => Promise<MockAnswer>;
  /** What the mock was started with that decides its answers, under the names of its options. */
  readonly startedWith: Readonly<Record<string, unknown>>;
  /** Real time, which signatures are made by, in Unix milliseconds. */
  readonly realNow: () => number;
}

/** What a call has beside its request. */
export interface CallContext {
  /** Aborted once nobody waits for the answer. */
  readonly signal?: AbortSignal | undefined;
}

/** The handler of each operation; its request is valid. */
export type ConsoleHandlers = {
  readonly [Id in OperationId]: (
    request: OperationRequests[Id],
    context: CallContext,
  ) => OperationResults[Id] | Promise<OperationResults[Id]>;
};
