import type { TokenSourceError } from './errors.js';

/** Keeps text under a name: `localStorage`, or any storage that answers with promises. */
export interface TokenStorage {
  getItem(key: string): string | null | undefined | Promise<string | null | undefined>;
  setItem(key: string, value: string): unknown;
  removeItem(key: string): unknown;
}

/** What the app server answers with. */
export interface FetchedToken {
  readonly accessToken: string;
  /** Whose token it is. */
  readonly userId?: string | undefined;
  /** How long it is valid from now on, in seconds; `null` or left out where it has no end. */
  readonly expiresInSeconds?: number | null | undefined;
}

/** What is asked for. */
export interface FetchTokenRequest {
  /** The token that the chat server did not accept: it is to be replaced, unless it has been already. */
  readonly rejectedToken: string | undefined;
  /** Ends the call once its time is over, or nobody waits for it any more. */
  readonly signal: AbortSignal;
}

/** What every token source that fetches can be told. */
export interface TokenKeepingOptions {
  /** Who is logged in: a token of anybody else is refused, and kept apart. Default: whoever the answer is for. */
  readonly userId?: string | undefined;
  /** Where the token is kept beyond this run, and shared with other tabs. Default: in memory, for this run and tab. */
  readonly storage?: TokenStorage | (() => TokenStorage) | undefined;
  /** The name in the storage, and of this source among other tabs. Default: `nexconn-token`, with `:userId` if given. */
  readonly storageKey?: string | undefined;
  /** How long one attempt may take, in milliseconds. Default: 15000. */
  readonly timeoutMs?: number | undefined;
  /** How often the app server is asked before `get` gives up, 1 to 10. Default: 5. */
  readonly maxAttempts?: number | undefined;
  /** Takes what happens; never a token. */
  readonly onEvent?: ((event: TokenSourceEvent) => void) | undefined;
}

/** A token source that asks the token endpoint of the app server. */
export interface EndpointTokenOptions extends TokenKeepingOptions {
  /** Is sent `{ rejectedToken? }` by POST, and answers `{ userId, accessToken, expiresInSeconds }`. */
  readonly endpoint: string | URL;
  /** What the app's own log-in needs, or a function that gives it for each attempt. */
  readonly headers?: TokenRequestHeaders | (() => TokenRequestHeaders | Promise<TokenRequestHeaders>) | undefined;
  /** Whether cookies are sent. Default: `same-origin`. */
  readonly credentials?: RequestCredentials | undefined;
  /** Default: the global one. */
  readonly fetch?: typeof globalThis.fetch | undefined;
  readonly fetchToken?: never;
  readonly token?: never;
}

/** Names and values of HTTP headers. */
export type TokenRequestHeaders = Readonly<Record<string, string>>;

/** A token source that calls a function of the app's own. */
export interface FunctionTokenOptions extends TokenKeepingOptions {
  /** Gives a token. An error with a `status` is judged as that HTTP status; any other is tried again. */
  readonly fetchToken: (request: FetchTokenRequest) => Promise<FetchedToken>;
  readonly endpoint?: never;
  readonly headers?: never;
  readonly credentials?: never;
  readonly fetch?: never;
  readonly token?: never;
}

/** A token source that has one token and cannot get another, for trials. */
export interface LiteralTokenOptions {
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

/** Where the token comes from, and how it is kept. */
export type TokenSourceOptions = EndpointTokenOptions | FunctionTokenOptions | LiteralTokenOptions;

/** Something that happened; never holds a token. */
export type TokenSourceEvent =
  | { readonly type: 'fetched'; readonly attempts: number }
  /** An attempt failed. `waitMs` is how long until the next one; undefined where there is none. */
  | {
      readonly type: 'attempt-failed';
      readonly attempt: number;
      readonly waitMs: number | undefined;
      readonly error: TokenSourceError;
    }
  /** The token was taken from the storage, of an earlier run or another tab. */
  | { readonly type: 'taken' }
  /** The user logged out, here or in another tab. */
  | { readonly type: 'cleared' }
  | {
      readonly type: 'storage-failed';
      readonly operation: 'read' | 'write' | 'remove';
      readonly error: TokenSourceError;
    };

/** How one call waits. */
export interface TokenWaitOptions {
  /** Ends this wait; what others wait for goes on. */
  readonly signal?: AbortSignal | undefined;
}

/** Has the access token of the user who is logged in. Needs no `this`. */
export interface TokenSource {
  /**
   * Gives the kept token, or fetches one: one fetch for all who wait, in all tabs that share a storage.
   *
   * @throws {TokenSourceError} LOGIN_REQUIRED, UNAVAILABLE, REFUSED, MALFORMED_ANSWER, WRONG_USER, CLEARED, ABORTED
   */
  readonly get: (options?: TokenWaitOptions) => Promise<string>;
  /**
   * Gives another token in place of one that the chat server did not accept.
   *
   * @throws {TokenSourceError} as `get`, and TOKEN_FIXED where the source has a literal token
   */
  readonly reject: (token: string, options?: TokenWaitOptions) => Promise<string>;
  /**
   * Forgets the token on log-out: in memory, in the storage and in other tabs. Whoever waits for one gets `CLEARED`.
   *
   * @throws {TokenSourceError} STORAGE_FAILED where the stored token could not be removed; it is not used any more
   */
  readonly clear: () => Promise<void>;
  /** Has a function take what happens; gives what ends that. */
  readonly subscribe: (listener: (event: TokenSourceEvent) => void) => () => void;
  /** Stops listening to other tabs, and ends what is under way; what is kept stays. */
  readonly close: () => void;
}
