/** The prefix of the four header names: none, or `RC-` where a gateway filters the plain names. */
export type HeaderPrefix = '' | 'RC-';

/** One app's App Key and App Secret, as the Nexconn console shows them. */
export interface SigningCredentials<P extends HeaderPrefix = HeaderPrefix> {
  /** Visible ASCII without a comma. */
  readonly appKey: string;
  /**
   * Never leaves the process: only its hash is sent. One with white space or an invisible character, as of a file's line feed, is
   * refused.
   */
  readonly appSecret: string;
  /** `'RC-'` where a gateway filters the plain header names. Default: `''`. */
  readonly headerPrefix?: P | undefined;
}

/** The sources of time and nonce of `signRequest`. */
export interface SignRequestOptions {
  /** Returns Unix time in whole milliseconds. Default: `Date.now`. */
  readonly now?: (() => number) | undefined;
  /** Returns 1 to 18 visible ASCII characters, no comma. Default: 18 random hexadecimal digits, the last one a letter. */
  readonly nonce?: (() => string) | undefined;
}

/** The plain name of a signature header. */
export type SignatureHeaderName = 'App-Key' | 'Nonce' | 'Timestamp' | 'Signature';

/** The four headers of a signed request, ready for `fetch`. */
export type SignatureHeaders<P extends HeaderPrefix = HeaderPrefix> = P extends HeaderPrefix
  ? Record<`${P}${SignatureHeaderName}`, string>
  : never;

/** Request headers: `Headers`, a `Map`, Node's `IncomingHttpHeaders`, or any record. Case does not matter. */
export type RequestHeaders =
  | Iterable<readonly [string, string]>
  | Readonly<Record<string, string | readonly string[] | undefined>>;

/** One mistake that explains why a signature does not match. */
export type SigningMistake =
  | 'app-key-as-secret'
  | 'secret-not-trimmed'
  | 'order-secret-timestamp-nonce'
  | 'order-nonce-secret-timestamp'
  | 'order-nonce-timestamp-secret'
  | 'order-timestamp-secret-nonce'
  | 'order-timestamp-nonce-secret'
  | 'seconds'
  | 'trailing-newline'
  | 'hmac'
  | 'hmac-secret-as-message'
  | 'sha256'
  | 'base64'
  | 'upper-case';

/** A mistake, or several joined by `+`, as in `app-key-as-secret+base64`. */
export type MismatchCause = SigningMistake | `${SigningMistake}+${string}`;

/** A memory of the nonces that were seen, so that a request cannot be sent twice. */
export interface NonceStore {
  /**
   * Stores a text until `expiresAtMs` (Unix time in milliseconds); returns whether it was fresh: anything but `true`, such
   * as a promise, refuses the request. One that is accepted adds its nonce; where the clock
   * tolerance reaches back beyond the year 2001 also nonce and timestamp joined, as they are signed.
   */
  add(appKey: string, nonce: string, expiresAtMs: number): boolean;
}

/** What `verifySignature` decides by. */
export interface VerifySignatureOptions {
  /**
   * Returns the App Secret of an App Key. Whatever is no text or empty, such as a promise or an inherited property of a
   * record, counts as none.
   */
  readonly secretFor: (appKey: string) => string | undefined;
  /** How far the Timestamp may lie from now, either way, in milliseconds: 0 or more. Default: 300000. */
  readonly clockToleranceMs?: number | undefined;
  /**
   * Refuses a replay, a request that is sent twice, also with digits moved between nonce and timestamp. `createNonceStore` has one in
   * memory; whatever `add` returns but `true`, such as a promise, refuses. Default: none, a request can be sent again.
   */
  readonly nonceStore?: NonceStore | undefined;
  /** Returns Unix time in milliseconds. Default: `Date.now`. */
  readonly now?: (() => number) | undefined;
}

/** Why a request was refused. */
export type RefusalReason =
  | 'header-missing'
  | 'header-duplicated'
  | 'nonce-too-long'
  | 'timestamp-malformed'
  | 'app-key-unknown'
  | 'signature-mismatch'
  | 'clock-skew'
  | 'nonce-replayed';

/** A refused request. */
export interface Refusal {
  readonly ok: false;
  readonly reason: RefusalReason;
  /** For people; holds no secret and no signature. */
  readonly message: string;
  /** The plain name of the header that was the reason. */
  readonly header: SignatureHeaderName;
  /** With `clock-skew`: Timestamp minus now, in milliseconds. */
  readonly skewMs?: number;
  /** What the caller probably did wrong, where that could be found out. */
  readonly cause?: MismatchCause;
}

/** What `verifySignature` found. */
export type VerifyResult = { readonly ok: true; readonly appKey: string } | Refusal;

/** The middleware that `client.use()` of an `openapi-fetch` client accepts, without the dependency. */
export interface Middleware {
  onRequest(context: { request: { headers: { set(name: string, value: string): void } } }): void;
}
