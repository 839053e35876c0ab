import type { TokenSourceError } from './errors.js';

/** A storage of texts by name: `localStorage`, or any whose methods return promises. */
export interface TokenStorage {
  getItem(key: string): string | null | undefined | Promise<string | null | undefined>;
  setItem(key: string, value: string): unknown;
  removeItem(key: string): unknown;
}

/** The answer of the app server. */
export interface FetchedToken {
  readonly accessToken: string;
  /** Whose token it is. */
  readonly userId?: string | undefined;
  /** How long it is valid from now on, in seconds; `null` or left out where it has no end. */
  readonly expiresInSeconds?: number | null | undefined;
}

/** What `fetchToken` is called with. */
export interface FetchTokenRequest {
  /** The token that the chat server did not accept, to be replaced unless it has been already. */
  readonly rejectedToken: string | undefined;
  /** Aborts when the attempt times out, or nobody waits for it any more. */
  readonly signal: AbortSignal;
}

/** The options of every token source that fetches. */
export interface TokenKeepingOptions {
  /**
   * The user who is logged in: a token of anybody else is refused, and kept apart. Pass it where several people use one device.
   * Default: whoever the answer is for.
   */
  readonly userId?: string | undefined;
  /**
   * Where the token is kept beyond this run, and shared with other tabs: `localStorage`, AsyncStorage, a secure storage, or a
   * function that returns one. Default: in memory, for this run and tab.
   */
  readonly storage?: TokenStorage | (() => TokenStorage) | undefined;
  /** The name in the storage, and of this source among other tabs. Default: `nexconn-token`, with `:userId` if given. */
  readonly storageKey?: string | undefined;
  /** How long one attempt may take, in milliseconds. Default: 15000. */
  readonly timeoutMs?: number | undefined;
  /** How often the app server is asked before `get` gives up with `UNAVAILABLE`, 1 to 10. Default: 5. */
  readonly maxAttempts?: number | undefined;
  /**
   * Called with `fetched`, `attempt-failed`, `taken`, `cleared` and `storage-failed`, never with a token. One that throws ends
   * nothing, and is reported once, as a warning of the process where there is one. Default: none.
   */
  readonly onEvent?: ((event: TokenSourceEvent) => void) | undefined;
}

/** A token source that asks the token endpoint of the app server. */
export interface EndpointTokenOptions extends TokenKeepingOptions {
  /**
   * The token endpoint of the app server, as `@nexconn-kit/token-service` has it: it is sent `{ rejectedToken? }` by POST, and
   * answers `{ userId, accessToken, expiresInSeconds }`.
   */
  readonly endpoint: string | URL;
  /**
   * What the app's own log-in needs, such as `Authorization`, or a function that returns it for each attempt. What that throws is
   * the app's mistake, unless it is of the network or holds an HTTP answer. With `endpoint`. Default: none.
   */
  readonly headers?: TokenRequestHeaders | (() => TokenRequestHeaders | Promise<TokenRequestHeaders>) | undefined;
  /** Whether cookies are sent. With `endpoint`. Default: `same-origin`. */
  readonly credentials?: 'omit' | 'same-origin' | 'include' | undefined;
  /** What sends the request. With `endpoint`. Default: the global one. */
  readonly fetch?: typeof globalThis.fetch | undefined;
  readonly fetchToken?: never;
  readonly token?: never;
}

/** Names and values of HTTP headers: a record, a `Headers`, a `Map`, or pairs. */
export type TokenRequestHeaders = Readonly<Record<string, string>> | Iterable<readonly [string, string]>;

/** A token source that calls a function of the app's own. */
export interface FunctionTokenOptions extends TokenKeepingOptions {
  /**
   * A function of the app's own that resolves with a token. An error counts as the HTTP answer that it holds, in the shape of
   * `fetch`, ky, axios, got or ofetch (`status`, `statusCode`, `response`, or in its `cause`), with `retryAfterMs`; after any
   * other, but a mistake of the app, it is called again.
   */
  readonly fetchToken: (request: FetchTokenRequest) => Promise<FetchedToken>;
  readonly endpoint?: never;
  readonly headers?: never;
  readonly credentials?: never;
  readonly fetch?: never;
  readonly token?: never;
}

/** A token source with one token that cannot be replaced, for trying it out. */
export interface LiteralTokenOptions {
  /** One token, to try it out; it cannot be replaced. */
  readonly token: string;
  readonly onEvent?: ((event: TokenSourceEvent) => void) | undefined;
  readonly endpoint?: never;
  readonly fetchToken?: never;
  readonly headers?: never;
  readonly credentials?: never;
  readonly fetch?: never;
  readonly userId?: never;
  readonly storage?: never;
  readonly storageKey?: never;
  readonly timeoutMs?: never;
  readonly maxAttempts?: never;
}

/** The options of a token source: where the token comes from, and how it is kept. */
export type TokenSourceOptions = EndpointTokenOptions | FunctionTokenOptions | LiteralTokenOptions;

/** Something that happened; never holds a token. */
export type TokenSourceEvent =
  | { readonly type: 'fetched'; readonly attempts: number }
  /** An attempt failed. `waitMs` is the delay before the next one; undefined where there is none. */
  | {
      readonly type: 'attempt-failed';
      readonly attempt: number;
      readonly waitMs: number | undefined;
      readonly error: TokenSourceError;
    }
  /** The token was read from the storage: of an earlier run, or of another tab. */
  | { readonly type: 'taken' }
  /** The user logged out, here or in another tab. */
  | { readonly type: 'cleared' }
  | {
      readonly type: 'storage-failed';
      readonly operation: 'read' | 'write' | 'remove';
      readonly error: TokenSourceError;
    };

/** How one caller waits. */
export interface TokenWaitOptions {
  /** Ends this wait; others wait on for the same fetch. */
  readonly signal?: AbortSignal | undefined;
}

/** A source of the access token of the user who is logged in. Its methods need no `this`. */
export interface TokenSource {
  /**
   * Returns the kept token, or fetches one: a single-flight fetch for all who wait, in all tabs that share a storage.
   *
   * @throws {TokenSourceError} LOGIN_REQUIRED, UNAVAILABLE, REFUSED, MALFORMED_ANSWER, WRONG_USER, CLEARED, ABORTED,
   *   INVALID_OPTION where the app has a mistake, such as a relative `endpoint` outside of a page
   */
  readonly get: (options?: TokenWaitOptions) => Promise<string>;
  /**
   * Returns another token in place of one that the chat server did not accept.
   *
   * @throws {TokenSourceError} as `get`, and TOKEN_FIXED where the source has a literal token
   */
  readonly reject: (token: string, options?: TokenWaitOptions) => Promise<string>;
  /**
   * Forgets the token on log-out, in memory, in the storage and in other tabs. Whoever waits for one gets `CLEARED`, and an
   * answer that was asked for before is dropped in every tab; for that, a mark stays in the storage.
   *
   * @throws {TokenSourceError} STORAGE_FAILED where the stored token could not be removed; it is not used any more
   */
  readonly clear: () => Promise<void>;
  /** Calls a function with what happens; returns what ends that. */
  readonly subscribe: (listener: (event: TokenSourceEvent) => void) => () => void;
  /** Stops listening to other tabs, and ends the fetch under way with `ABORTED`; the kept token stays. */
  readonly close: () => void;
}
