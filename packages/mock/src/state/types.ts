import type { JournalEntry } from './journal.js';

/** The environment of an app; a development app has a limited number of users. */
export type Environment = 'development' | 'production';

/** The settings of an app; a new app has the defaults of those that are left out. */
export interface AppSettings {
  /** Default: `production`. */
  readonly environment?: Environment | undefined;
  /**
   * How long a token is valid from its issue, in seconds; `null` for ever. The present setting decides, for tokens that
   * were issued before it too: the service does not publish which one does. Default: `null`.
   */
  readonly tokenValiditySeconds?: number | null | undefined;
  /**
   * Requests per window for each operation; `null` is what the document says of the operation, `false` no limit.
   * Default: `null`.
   */
  readonly rateLimit?: number | false | null | undefined;
  /** How many users a development app may have; a production app may have any number. Default: 100. */
  readonly userLimit?: number | undefined;
}

/** How an app is created. */
export interface AppOptions extends AppSettings {
  /** Default: a fresh one. */
  readonly appKey?: string | undefined;
  /** Default: a fresh one. */
  readonly appSecret?: string | undefined;
}

/** The changes to an app; what is left out stays. */
export interface AppChanges extends AppSettings {
  /** A suspended app is answered `AppUnavailable`, and its tokens do not connect. */
  readonly suspended?: boolean | undefined;
}

/**
 * Whether a nonce may be used again; the service's own rule is not published. `refuse-identical` refuses it with the same
 * Timestamp alone.
 */
export type NonceReplay = 'refuse' | 'allow' | 'refuse-identical';

/** An app as it is now, without its secret. */
export interface App {
  readonly appKey: string;
  readonly environment: Environment;
  readonly suspended: boolean;
  readonly tokenValiditySeconds: number | null;
  readonly rateLimit: number | false | null;
  readonly userLimit: number;
  /** A rotated secret waits for its first use. */
  readonly rotationPending: boolean;
  readonly userCount: number;
  /** Tokens that were not voided; those that expired count. */
  readonly tokenCount: number;
}

/** When a rotated secret takes the place of the old one; both have been published. */
export type RotationEffect = 'at-once' | 'on-first-use';

/** How an App Secret is rotated. */
export interface RotationOptions {
  /** Default: a fresh one. */
  readonly appSecret?: string | undefined;
  /**
   * `at-once`: the old secret and every token are void now. `on-first-use`: the old secret still signs and the tokens
   * are valid until the new secret signs its first request. Default: `at-once`.
   */
  readonly takesEffect?: RotationEffect | undefined;
}

/** An App Key with its secret. */
export interface AppCredentials {
  readonly appKey: string;
  readonly appSecret: string;
}

/** A registered user. */
export interface User {
  readonly userId: string;
  readonly name: string;
  readonly avatarUrl?: string;
  /** Tokens that were not voided; those that expired count. */
  readonly tokenCount: number;
  /** When the last token was issued, or the user was registered where there is none yet, in Unix milliseconds. */
  readonly issuedAt: number;
}

/** The user that a token is issued for, as in the request of the operation. */
export interface IssuedUser {
  readonly userId: string;
  readonly name: string;
  /** Empty or left out: the user has none from now on. */
  readonly avatarUrl?: string | undefined;
}

/** What changes of a user; what is left out stays. */
export interface UserChanges {
  readonly name?: string | undefined;
  readonly avatarUrl?: string | undefined;
}

/** An issued token; the token itself is not kept. */
export interface IssuedToken {
  /** A fingerprint of the token: 16 hexadecimal digits. */
  readonly tokenId: string;
  readonly userId: string;
  /** In Unix milliseconds. */
  readonly issuedAt: number;
  /** In Unix milliseconds; `null` for never. */
  readonly expiresAt: number | null;
  /** Neither voided nor expired. */
  readonly valid: boolean;
}

/** The part of a list that is wanted. */
export interface PageOptions {
  /** The `next` of the page before. */
  readonly after?: string | undefined;
  /** Default: 100. */
  readonly limit?: number | undefined;
}

/** Which users are wanted, and in which order. */
export interface UserListOptions extends PageOptions {
  /** Default: the order in which they were registered. */
  readonly newestFirst?: boolean | undefined;
  /** Only those whose user ID or name has this text in it, in upper or lower case. */
  readonly search?: string | undefined;
}

/** Which tokens are wanted, and in which order. */
export interface TokenListOptions extends PageOptions {
  /** Default: the order in which they were issued. */
  readonly newestFirst?: boolean | undefined;
  readonly userId?: string | undefined;
}

/** A page of users. */
export interface UserPage {
  readonly users: readonly User[];
  /** Left out on the last page. */
  readonly next?: string;
}

/** A page of tokens. */
export interface TokenPage {
  readonly tokens: readonly IssuedToken[];
  /** Left out on the last page. */
  readonly next?: string;
}

/** What a client SDK would be answered when it connects with a token. */
export interface TokenCheck {
  /** 0, 31002 (no such App Key), 31004 (unknown or void), 31008 (app suspended) or 31020 (expired). */
  readonly code: 0 | 31002 | 31004 | 31008 | 31020;
  /** Whose token it is, with code 0 and 31020. */
  readonly userId?: string;
  readonly meaning: string;
}

/** A change of the clock by an amount, to a time, or back to real time; in milliseconds. */
export type ClockMove = { readonly byMs: number } | { readonly toMs: number } | { readonly reset: true };

/** The state of one app or of all, to go back to; it is kept in this process only and shows neither secret nor token. */
export interface Snapshot {
  /** In Unix milliseconds. */
  readonly takenAt: number;
  readonly appKeys: readonly string[];
}

/** The service that the mock plays: apps, their users and tokens, and a clock. Needs no `this`. */
export interface Service {
  /** @throws {MockError} `APP_EXISTS`, `INVALID_OPTION` */
  readonly createApp: (options?: AppOptions) => App;
  readonly apps: () => readonly App[];
  /** @throws {MockError} `APP_NOT_FOUND`, as every function below that takes an App Key */
  readonly app: (appKey: string) => App;
  /** Returns the secret that signs now; not the one that waits for its first use. */
  readonly secretOf: (appKey: string) => string;
  /** @throws {MockError} `INVALID_OPTION` */
  readonly updateApp: (appKey: string, changes: AppChanges) => App;
  /** Returns the new secret. @throws {MockError} `INVALID_OPTION` */
  readonly rotateSecret: (appKey: string, options?: RotationOptions) => AppCredentials;
  readonly users: (appKey: string, options?: UserListOptions) => UserPage;
  readonly tokens: (appKey: string, options?: TokenListOptions) => TokenPage;
  /** Voids the tokens of these users, or of all, that were issued before that time (Unix milliseconds), or all of them. */
  readonly voidTokens: (
    appKey: string,
    options?: { readonly userIds?: readonly string[] | undefined; readonly issuedBefore?: number | undefined },
  ) => { readonly voided: number };
  /** Never throws: an App Key that is not known is an answer too. */
  readonly checkToken: (request: { readonly appKey: string; readonly token: string }) => TokenCheck;
  /** Registers the user, or overwrites name and avatar, and keeps the token. @throws {ApiError} `UserLimitReached` */
  readonly issue: (appKey: string, user: IssuedUser, token: string) => void;
  /** Registers the user, or overwrites name and avatar, without a token. @throws {ApiError} `UserLimitReached` */
  readonly registerUser: (appKey: string, user: IssuedUser) => void;
  /** Overwrites what is given; false where there is no such user. */
  readonly changeUser: (appKey: string, userId: string, changes: UserChanges) => boolean;
  readonly hasUser: (appKey: string, userId: string) => boolean;
  /** Removes the user with all tokens; false where there is no such user. */
  readonly removeUser: (appKey: string, userId: string) => boolean;
  /** Returns the time of the service, in Unix milliseconds. */
  readonly now: () => number;
  /** Returns that time, and how far it was moved from real time. */
  readonly clock: () => { readonly now: number; readonly offsetMs: number };
  /** Moves the time of tokens; requests are still judged by real time, since their callers' clocks do not move. */
  readonly moveClock: (move: ClockMove) => { readonly now: number };
  /** Resets one app, or all and the clock, to how the mock was started or the app was created. */
  readonly reset: (appKey?: string) => void;
  readonly snapshot: (appKey?: string) => Snapshot;
  /** @throws {MockError} `SNAPSHOT_UNKNOWN` */
  readonly restore: (snapshot: Snapshot) => void;
}

/** The settings of an app, each of them. */
export type SavedAppSettings = Pick<
  App,
  'environment' | 'suspended' | 'tokenValiditySeconds' | 'rateLimit' | 'userLimit'
>;

/** The last is left out where the user has a token. */
export type SavedUser = readonly [userId: string, name: string, avatarUrl: string, registeredAt?: number];

/** A token by its fingerprint, and its user by the place in the list of them. */
export type SavedToken = readonly [tokenId: string, user: number, issuedAt: number, voided: 0 | 1];

/** An app with its users and tokens, as it is saved. */
export interface SavedApp {
  readonly appKey: string;
  /** As it was created, which a reset restores. */
  readonly made: { readonly appSecret: string; readonly settings: SavedAppSettings };
  readonly settings: SavedAppSettings;
  readonly appSecret: string;
  readonly nextSecret?: string;
  readonly previousSecret?: string;
  readonly users: readonly SavedUser[];
  /** Places in `users` of those who were removed; left out where there are none. */
  readonly removedUsers?: readonly number[];
  readonly tokens: readonly SavedToken[];
  /** How many of the tokens went with an App Secret that was rotated. */
  readonly voidBefore: number;
}

/**
 * What a mock is started with again: apps with their App Secrets, users, the fingerprints of their tokens, its clock, and the last
 * requests. Faults, snapshots and nonces are not part of it. It can be written as JSON; whoever keeps it keeps App Secrets.
 */
export interface SavedState {
  readonly version: 1;
  readonly apps: readonly SavedApp[];
  /** How far the clock of the service was moved, in milliseconds. */
  readonly clockOffsetMs: number;
  /** Oldest first. */
  readonly journal: readonly JournalEntry[];
}
