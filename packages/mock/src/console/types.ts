import type { Faults } from '../faults/types.js';
import type { OperationMethods } from '../generated/console/methods.gen.js';
import type { OperationId, OperationRequests, OperationResults } from '../generated/console/operations.gen.js';
import type { Journal, Service } from '../state/types.js';

/**
 * The console of a mock as methods: the same requests, results and errors as over HTTP.
 *
 * @see spec/mock-console/openapi.yaml
 */
export type MockConsole = Readonly<OperationMethods>;

/** What the console reads and changes. */
export interface ConsoleSubject {
  readonly service: Service;
  readonly journal: Journal;
  readonly faults: Faults;
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
