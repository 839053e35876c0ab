import type { NexconnClient, NexconnRequestError, Priority } from '@nexconn-kit/client';
import type { TokenServiceError } from './errors.js';

/** A user of the app, as its log-in knows them. */
export interface TokenUser {
  /** Letters and digits, at most 64 bytes; `opaqueUserId` makes one of an internal ID. */
  readonly userId: string;
  /** For push notifications, at most 64 characters. */
  readonly name: string;
  /** For push notifications, at most 1024 bytes. Default: none, as with an empty text. */
  readonly avatarUrl?: string | undefined;
}

/** A token that can be handed to the app. */
export interface HandedToken {
  readonly userId: string;
  readonly accessToken: string;
  /** How long it is valid from now on, in seconds; `null` where tokens do not expire. */
  readonly expiresInSeconds: number | null;
}

/** A token as a store keeps it. */
export interface StoredToken {
  readonly userId: string;
  readonly name: string;
  /** Empty for none. */
  readonly avatarUrl: string;
  readonly accessToken: string;
  /** The App Secret that it was issued under; once that is revoked, so is the token. */
  readonly secretId: string;
  /** In Unix milliseconds. */
  readonly issuedAt: number;
}

/** What a store returns for a user. */
export interface StoreEntry {
  readonly token: StoredToken | undefined;
  /**
   * The App Secret that the whole fleet has switched to; undefined before the first token, and empty where it was lost: no
   * stored token is vouched for then, and the next one that is issued records it.
   */
  readonly currentSecret: string | undefined;
  /** Whether there is a token that cannot be read here, as without its encryption key. Default: false. */
  readonly isUnreadable?: boolean;
}

/** A user whose token is outdated, as a store lists them. */
export type StoredUser = Pick<StoredToken, 'userId' | 'name' | 'avatarUrl'>;

/**
 * A store of tokens, and of the leases by which one of several instances issues for a user.
 *
 * Every store passes `test/store-suite.ts`. A store that fails rejects; it never answers that there is no token.
 */
export interface TokenStore {
  /**
   * Returns the part of the store that holds the rows of one app, with the methods below. A store without it keeps the rows
   * of all apps as those of one, and is for one App Key alone.
   */
  readonly forApp?: (appKey: string) => TokenStore;
  readonly read: (userId: string) => Promise<StoreEntry>;
  /**
   * Acquires the lease to issue for a user, for `leaseMs`. Resolves to its ID, or to undefined while somebody else holds
   * it. A lease that is not released expires.
   */
  readonly acquireLease: (userId: string, leaseMs: number) => Promise<string | undefined>;
  /** Extends a lease to `leaseMs` from now; does nothing where it has expired or is somebody else's. */
  readonly extendLease: (userId: string, leaseId: string, leaseMs: number) => Promise<void>;
  /** Releases a lease without a token; does nothing where it has expired or is somebody else's. */
  readonly releaseLease: (userId: string, leaseId: string) => Promise<void>;
  /** Replaces the user's token, whoever holds the lease by now, and releases this lease, in one step. */
  readonly write: (token: StoredToken, leaseId: string) => Promise<void>;
  readonly remove: (userId: string) => Promise<void>;
  /** The App Secret that the whole fleet has switched to; undefined before the first token. */
  readonly currentSecret: () => Promise<string | undefined>;
  /** Records that the fleet has switched to an App Secret; does nothing unless the current one is the expected one. */
  readonly setCurrentSecret: (secretId: string, change: SecretChange) => Promise<void>;
  /**
   * Lists users whose token is not of this App Secret, in the order of their IDs, after `after`; at most `limit`.
   * Those whose token changes meanwhile may be in it or not.
   */
  readonly listOutdated: (secretId: string, after: string | undefined, limit: number) => Promise<readonly StoredUser[]>;
  /** How many users are stored, and how many of them have a token of another App Secret. */
  readonly count: (secretId: string) => Promise<{ readonly users: number; readonly outdated: number }>;
  /**
   * Rejects where no token could be written now: writes a row that is no app's, and removes it. Left out where acquiring a lease
   * is a write to the same place.
   */
  readonly checkWrite?: (() => Promise<void>) | undefined;
  /** Closes what the store itself has opened. */
  readonly close: () => Promise<void>;
}

/** What an App Secret takes the place of. */
export interface SecretChange {
  /** The App Secret that is current so far; undefined before the first token. */
  readonly expected: string | undefined;
}

/** The options of a token service. */
export interface TokenServiceOptions {
  /** The client that issues the tokens. It is not closed here. One that wraps another passes on all options of `issueAccessToken`. */
  readonly client: Pick<NexconnClient, 'issueAccessToken'> &
    Partial<Pick<NexconnClient, 'appKey' | 'checkRequest' | 'rateLimit' | 'expireAccessToken' | 'updateUser'>> & {
      readonly appSecrets: Pick<NexconnClient['appSecrets'], 'ids'> & Partial<NexconnClient['appSecrets']>;
    };
  /** Where tokens are kept: one of the stores of this package, or of your own. */
  readonly store: TokenStore;
  /** The validity period that is set in the console, in seconds. Default: none, tokens do not expire. */
  readonly tokenValiditySeconds?: number | undefined;
  /** After a token was replaced, how long until the same user's can be replaced again, in milliseconds. Default: 10000. */
  readonly replaceCoolDownMs?: number | undefined;
  /** How long a caller waits for another instance to issue, in milliseconds. Default: 15000. */
  readonly maxWaitMs?: number | undefined;
  /**
   * After how long a call of the client that has not ended is given up, in milliseconds: for clients that have no deadline of
   * their own, which is 30000 by default; keep it above that. The next log-in calls anew. Default: 60000.
   */
  readonly callTimeoutMs?: number | undefined;
  /**
   * After how long a question to the store about one user times out, in milliseconds. The questions of `reissueAll` about
   * all users have five minutes. Default: 2000.
   */
  readonly storeTimeoutMs?: number | undefined;
  /**
   * What becomes of a stored token that is encrypted under a key that is not given here, or was changed in its store: another
   * one is issued in its place, or `get` and `replace` fail with STORE_FAILED. It is never handed out. Default: `reissue`.
   */
  readonly unreadableTokens?: 'reissue' | 'refuse' | undefined;
  /**
   * How the API is told of a changed name or avatar: by issuing another token, or by `updateUser`, after which the stored token
   * stays as it is. An avatar that is taken away, a user whom the API does not know (its code 400, which is inferred) and a switch of
   * App Secrets need another token all the same. Default: `reissue`.
   */
  readonly changedUsers?: 'reissue' | 'update' | undefined;
  /**
   * After the API was told of a changed name or avatar, how long until it is told of another one of the same user, in milliseconds.
   * Until then the stored token is handed out. Default: 3600000.
   */
  readonly changeCoolDownMs?: number | undefined;
  /** Returns Unix time in milliseconds. Default: `Date.now`. */
  readonly now?: (() => number) | undefined;
  /**
   * Called with `issued`, `updated`, `issue-failed`, `store-failed`, `served`, `expired` and `sequential-ids`; never with a token or a
   * secret. One that throws takes nobody's token away, and is reported once, as a warning of the process. Default: none.
   */
  readonly onEvent?: ((event: TokenServiceEvent) => void) | undefined;
}

/** Why a token was issued. */
export type IssueReason = 'first' | 'changed' | 'rejected' | 'expired' | 'early' | 'secret';

/** Something that happened; never holds a token or a secret. */
export type TokenServiceEvent =
  | { readonly type: 'issued'; readonly userId: string; readonly reason: IssueReason; readonly durationMs: number }
  | {
      readonly type: 'issue-failed';
      readonly userId: string;
      readonly reason: IssueReason;
      readonly error: TokenServiceError | NexconnRequestError;
    }
  /** The API was told of a changed name or avatar by `updateUser`; the stored token has stayed. Where it could not be: `issue-failed`. */
  | { readonly type: 'updated'; readonly userId: string; readonly durationMs: number }
  /** The user's tokens were made void at the API, by `forget`. */
  | { readonly type: 'expired'; readonly userId: string }
  /** A token was issued and handed out, or a name changed, but could not be stored. */
  | { readonly type: 'store-failed'; readonly userId: string; readonly error: TokenServiceError }
  /** A stored token was handed out. */
  | { readonly type: 'served'; readonly userId: string }
  /** The IDs of new users are consecutive, so that they can be guessed. */
  | { readonly type: 'sequential-ids'; readonly examples: readonly string[] };

/** The options of `forget`. */
export interface ForgetOptions {
  /** Whether the user's tokens are made void at the API too, by `expireAccessToken`. Default: false. */
  readonly expire?: boolean | undefined;
}

/** How far `reissueAll` has come. */
export interface ReissueProgress {
  /**
   * Users with an outdated token when it started. Of these, nothing is issued for who has logged in meanwhile, nor for those whose
   * encrypted row no key opens: their next log-in issues.
   */
  readonly total: number;
  /** Users with a new token. */
  readonly done: number;
  /** Users without a new token, each with an event `issue-failed`; another `reissueAll` tries them again. */
  readonly failed: number;
  /** Estimated from the pace so far; undefined until there is one. */
  readonly remainingMs: number | undefined;
}

/** The options of `reissueAll`. */
export interface ReissueOptions {
  /** How many calls are under way at once, 1 to 256. The client keeps the rate limit. Default: 32. */
  readonly concurrency?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called after each user. One that throws is reported once, as a warning of the process. */
  readonly onProgress?: ((progress: ReissueProgress) => void) | undefined;
}

/** The access tokens of an app's users. Its methods need no `this`. */
export interface TokenService {
  /**
   * Resolves to the stored token of a user, or to a new one: one call (single-flight) for all who wait for this user, on
   * any instance.
   *
   * A new one is issued where the token has expired, its App Secret was rotated, or name or avatar changed. While the API
   * cannot be told of the latter, it resolves to the stored token; a call that has failed is not repeated for a minute.
   *
   * `priority: 'bulk'` is for users who do not wait, as in a job over all of them: what is issued waits behind all log-ins, and
   * where it cannot be stored, that is a `STORE_FAILED`.
   *
   * @throws {TokenServiceError} ISSUE_FAILED, TRY_LATER, QUEUE_FULL, STORE_FAILED; INVALID_OPTION where `priority` is none
   * @throws {NexconnRequestError} INVALID_REQUEST
   */
  readonly get: (user: TokenUser & { readonly priority?: Priority | undefined }) => Promise<HandedToken>;
  /**
   * Resolves to a new token where the rejected one is the stored one, and to the stored one where another device has had
   * it replaced already.
   *
   * @throws {TokenServiceError} as `get`, and COOLING_DOWN; INVALID_OPTION where `rejectedToken` is no text
   */
  readonly replace: (user: TokenUser & { readonly rejectedToken: string }) => Promise<HandedToken>;
  /**
   * Removes a user's stored token, and has nothing stored of what this instance is issuing for them: the next `get` issues. What
   * another instance is just issuing, it stores. At the API the old one stays valid, unless `expire` is true.
   *
   * With `expire` the API comes first, then the store: tokens that were issued until now, by the clock of this server, do not connect
   * any more; connections that are open stay open. Nobody is left with a token that is taken for ended and is not:
   *
   * - Where the API fails, it rejects with EXPIRE_FAILED, and the stored token stays as it was.
   * - Where the store fails after that, it rejects with STORE_FAILED, and where the process is killed in between, nobody is told: the
   *   stored token is void, and still handed out. The app is refused with it, and `replace` issues another, as for any rejected token.
   *
   * In each case the same call, made again, does the rest. What is issued from now on is valid, so log the user out first. Which
   * status an app is refused with (31004), that an unknown user is passed over, and that only tokens that were issued before the
   * time are void, is inferred of the API.
   *
   * @throws {TokenServiceError} EXPIRE_FAILED, STORE_FAILED; INVALID_OPTION where the client has no `expireAccessToken`
   */
  readonly forget: (userId: string, options?: ForgetOptions) => Promise<void>;
  /**
   * Issues anew for every stored user whose token is of an App Secret that was rotated out, at a lower priority than all
   * log-ins: it waits for as long as they use up the rate limit, and makes five attempts where the API or the store is in
   * trouble. Where the store fails three users in a row, it rejects. After an interruption the next call continues.
   *
   * @throws {TokenServiceError} INVALID_OPTION, STORE_FAILED, ABORTED; ISSUE_FAILED, TRY_LATER where not even the first token can be issued
   * @throws {NexconnRequestError} INVALID_REQUEST, where the API accepts none of the first three users
   */
  readonly reissueAll: (options?: ReissueOptions) => Promise<ReissueProgress>;
  /** Resolves once no call of `get`, `replace` or of a renewal in the background is under way. */
  readonly idle: () => Promise<void>;
}
