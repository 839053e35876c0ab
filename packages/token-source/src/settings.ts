import type { OptionNames } from './check-options.js';
import { optionChecks, refuseOption } from './errors.js';
import type { FetchedToken, FetchTokenRequest, TokenSourceEvent, TokenStorage, TokenWaitOptions } from './types.js';

/** The options of a source, checked and with their defaults. */
export interface Settings {
  readonly fetchToken: (request: FetchTokenRequest) => Promise<FetchedToken>;
  readonly userId: string | undefined;
  readonly storage: (() => TokenStorage) | undefined;
  readonly storageKey: string;
  readonly timeoutMs: number;
  readonly maxAttempts: number;
  readonly onEvent: Emit | undefined;
}

/** A listener, or what calls all of them. */
export type Emit = (event: TokenSourceEvent) => void;

/** As with `fetch`, a signal may be null. */
const waitNames: OptionNames<TokenWaitOptions> = { signal: null };

/** @throws {TokenSourceError} INVALID_OPTION */
export function checkWait(options: TokenWaitOptions | undefined): void {
  const given = options ?? {};
  optionChecks.checkNames(given, waitNames);
  checkSignal(given.signal ?? undefined);
}

/** Returns what opens a storage. As a function, it is asked for when it is used: it may be blocked. @throws {TokenSourceError} INVALID_OPTION */
export function storageOpener(storage: TokenStorage | (() => TokenStorage)): () => TokenStorage {
  if (typeof storage === 'function') return storage;
  const { getItem, setItem }: Partial<TokenStorage> = Object(storage);
  if (typeof getItem === 'function' && typeof setItem === 'function') return () => storage;
  return refuseOption('storage', 'has no getItem and setItem. Pass one, such as localStorage.');
}

function checkSignal(signal: AbortSignal | undefined): AbortSignal | undefined {
  if (signal === undefined || typeof signal?.removeEventListener === 'function') return signal;
  return refuseOption('signal', 'is no AbortSignal. Pass that of an AbortController, or leave it out.');
}
