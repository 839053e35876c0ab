import type { NexconnClient } from '@nexconn-kit/client';

/** A user of the app, as its log-in knows them. */
export interface TokenUser {
  /** Letters and digits, at most 64 bytes; see `opaqueUserId` for making one of an internal ID. */
  readonly userId: string;
  /** For push notifications, at most 64 characters. */
  readonly name: string;
  /** For push notifications, at most 1024 bytes. Left out or empty: none. */
  readonly avatarUrl?: string | undefined;
}

/** A token that can be handed to the app. */
export interface HandedToken {
  readonly userId: string;
  readonly accessToken: string;
  /** How long it is valid from now on, in seconds; `null` where tokens have no end. */
  readonly expiresInSeconds: number | null;
}

/** What is kept of a token. */
export interface StoredToken {
  readonly userId: string;
  readonly name: string;
  /** Empty for none. */
  readonly avatarUrl: string;
  readonly accessToken: string;
  /** Of the App Secret that it was issued under; it is void once that secret is. */
  readonly secretId: string;
  /** In Unix milliseconds. */
  readonly issuedAt: number;
}

/** What a store knows when it is asked for a user. */
export interface StoreEntry {
  readonly token: StoredToken | undefined;
  /** The App Secret that the whole fleet has gone over to; undefined before the first token. */
  readonly switchedTo: string | undefined;
}

/** A user whose token is to be issued anew, as a store lists them. */
export type StoredUser = Pick<StoredToken, 'userId' | 'name' | 'avatarUrl'>;

/**
 * Keeps tokens, and lets one of several instances issue for a user.
 *
 * Every store passes `test/store-suite.ts`. A failing store rejects; it never answers that there is no token.
 */
export interface TokenStore {
  readonly read: (userId: string) => Promise<StoreEntry>;
  /**
   * Takes the right to issue for a user for `leaseMs`, unless somebody has it: then undefined. The text that it gives is
   * the proof. A right that is not given back ends by itself.
   */
  readonly claim: (userId: string, leaseMs: number) => Promise<string | undefined>;
  /** Keeps the right for another `leaseMs` from now on; one that has ended or went to somebody else stays as it is. */
  readonly prolong: (userId: string, proof: string, leaseMs: number) => Promise<void>;
  /** Keeps a token in place of the one before, and gives the right back, in one step. */
  readonly write: (token: StoredToken, proof: string) => Promise<void>;
  /** Gives the right back without a token. One that has ended or went to somebody else stays as it is. */
  readonly release: (userId: string, proof: string) => Promise<void>;
  readonly remove: (userId: string) => Promise<void>;
  /** Takes note that the fleet has gone over to an App Secret, unless another change than expected was noted meanwhile. */
  readonly switchTo: (secretId: string, insteadOf: string | undefined) => Promise<void>;
  /**
   * Lists users whose token is not of this App Secret, in the order of their IDs, after `after`; at most `limit`.
   * Those whose token changes meanwhile may be in it or not.
   */
  readonly listOutdated: (secretId: string, after: string | undefined, limit: number) => Promise<readonly StoredUser[]>;
  /** The App Secret that the whole fleet has gone over to; undefined before the first token. */
  readonly switchedTo: () => Promise<string | undefined>;
  /** How many users are kept, and how many of them have a token of another App Secret. */
  readonly count: (secretId: string) => Promise<{ readonly users: number; readonly outdated: number }>;
  /** Ends what the store opened itself. */
  readonly close: () => Promise<void>;
}

/** How a token service works. */
export interface TokenServiceOptions {
  /** Issues the tokens; it stays the caller's to close. */
  readonly client: Pick<NexconnClient, 'issueAccessToken' | 'secretIds'> &
    Partial<Pick<NexconnClient, 'checkTurn' | 'tryNextSecret'>>;
  readonly store: TokenStore;
  /** The validity period that is set in the console, in seconds. Default: none, tokens have no end. */
  readonly tokenTtlSeconds?: number | undefined;
  /** After a token was replaced, how long until the same user's can be replaced again, in milliseconds. Default: 10000. */
  readonly replaceCoolDownMs?: number | undefined;
  /** How long a caller waits for another instance to issue, in milliseconds. Default: 15000. */
  readonly maxWaitMs?: number | undefined;
  /**
   * How long the store may take to answer for one user, in milliseconds; then it counts as failed. What `reissueAll` asks
   * about all users takes its time. Default: 2000.
   */
  readonly storeTimeoutMs?: number | undefined;
  /** Gives Unix milliseconds. Default: `Date.now`. */
  readonly now?: (() => number) | undefined;
  /** Takes what happens; never a token or a secret. What it throws is dropped. */
  readonly onEvent?: ((event: TokenServiceEvent) => void) | undefined;
}

/** Why a token was issued. */
export type IssueReason = 'first' | 'changed' | 'rejected' | 'expired' | 'early' | 'secret';

/** Something that happened; never holds a token or a secret. */
export type TokenServiceEvent =
  | { readonly type: 'issued'; readonly userId: string; readonly reason: IssueReason; readonly durationMs: number }
  | { readonly type: 'issue-failed'; readonly userId: string; readonly reason: IssueReason; readonly error: Error }
  /** A token was issued and handed out, but could not be kept. */
  | { readonly type: 'store-failed'; readonly userId: string; readonly error: Error }
  /** A stored token was handed out. */
  | { readonly type: 'served'; readonly userId: string }
  /** User IDs of new users follow each other, so that they can be guessed. */
  | { readonly type: 'sequential-ids'; readonly examples: readonly string[] };

/** How far issuing anew has come. */
export interface ReissueProgress {
  /** Users that were to do at its start. */
  readonly total: number;
  /** Users with a new token. */
  readonly done: number;
  /** Users without a new token, each told as an event `issue-failed`; another `reissueAll` tries them again. */
  readonly failed: number;
  /** Reckoned from the pace so far; undefined until there is one. */
  readonly remainingMs: number | undefined;
}

/** How tokens are issued anew. */
export interface ReissueOptions {
  /** How many calls are under way at once, 1 to 256. The rate limit is the client's. Default: 32. */
  readonly concurrency?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called after each user. */
  readonly onProgress?: ((progress: ReissueProgress) => void) | undefined;
}

/** Hands out the access tokens of an app's users. Needs no `this`. */
export interface TokenService {
  /**
   * Gives the stored token of a user, or issues one: one call for all who wait for this user, on any instance.
   *
   * Issues anew where the token's time is over, its App Secret was rotated, or name or avatar changed. While the API cannot
   * be told of the latter, the stored token is given, and the next call tries again.
   *
   * @throws {TokenServiceError} ISSUE_FAILED, TRY_LATER, QUEUE_FULL, STORE_FAILED
   * @throws {NexconnRequestError} INVALID_REQUEST
   */
  readonly get: (user: TokenUser) => Promise<HandedToken>;
  /**
   * Issues a new token where the rejected one is the stored one; gives the stored one where another device has had it
   * replaced already.
   *
   * @throws {TokenServiceError} as `get`, and COOLING_DOWN
   */
  readonly replace: (user: TokenUser & { readonly rejectedToken: string }) => Promise<HandedToken>;
  /** Forgets a user: the next `get` issues. The API keeps its tokens valid. */
  readonly forget: (userId: string) => Promise<void>;
  /**
   * Issues anew for every stored user whose token is of an App Secret that has gone, behind all log-ins: it waits for as
   * long as they take all of the limit, and tries five times what the API or the store is too troubled for. After a break
   * it goes on where it was.
   *
   * @throws {TokenServiceError} INVALID_OPTION, STORE_FAILED, ABORTED; ISSUE_FAILED, TRY_LATER where there is not even a first token
   * @throws {NexconnRequestError} INVALID_REQUEST, where the API takes none of the first three users
   */
  readonly reissueAll: (options?: ReissueOptions) => Promise<ReissueProgress>;
  /** Waits for what was begun in the background. */
  readonly idle: () => Promise<void>;
}
