import type { FetchedToken, FetchTokenRequest, TokenSourceEvent, TokenStorage } from './types.js';

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
