import { refuseOption } from '../errors.js';
import type { TokenStore } from '../types.js';

/** What every store has. */
const methods = [
  ...(['read', 'write', 'remove', 'listOutdated', 'count', 'close'] as const),
  ...(['acquireLease', 'extendLease', 'releaseLease', 'currentSecret', 'setCurrentSecret'] as const),
] satisfies readonly (keyof TokenStore)[];

/** Throws for what is no store, before it is asked for the first time. @throws {TokenServiceError} INVALID_OPTION */
export function checkStore(store: unknown): void {
  const missing = methods.find(
    (name) => typeof (store as Partial<TokenStore> | null | undefined)?.[name] !== 'function',
  );
  if (missing === undefined) return;
  refuseOption('store', `is no store: ${missing} is no function. Pass one, such as createMemoryStore().`);
}
