import type { paths, Region, ValidationIssue } from '@nexconn-kit/contract';
import type { HeaderPrefix } from '@nexconn-kit/signing';
import type { Client } from 'openapi-fetch';
import type { CallOptions, Priority } from './call-options.js';
import type { NexconnErrorCode } from './errors.js';
import type { OperationMethods } from './generated/nexconn/methods.gen.js';
import type { RateStore } from './rate-limit/rate-store.js';

export type { AcceptedAttempt, CallOptions, Priority } from './call-options.js';

/** A function that sends one request, such as the global `fetch`. */
export type Fetch = (request: Request) => Promise<Response>;

/** An App Secret, and the one that replaces it. */
export interface AppSecretPair {
  /** Signs until the next one is accepted. */
  readonly current: string;
  /** Tried first; it is the only one from its first success on. */
  readonly next: string;
}

/** The names of App Secrets, 16 hexadecimal digits each, which do not show them. */
export interface SecretIds {
  /** The one that tokens are issued under as far as is known: of a pair the current one, until the next is accepted. */
  readonly inForce: string;
  /** All that are configured, the one that is to stay last. */
  readonly all: readonly string[];
}

/** One App Secret, a pair while it is rotated, or a provider of either, which is called at first use and after a refusal. */
export type AppSecret = string | AppSecretPair | (() => Promise<string | AppSecretPair>);

/** How a call that failed is retried; each attempt is signed anew. */
export interface RetryOptions {
  /** Attempts of one call, those at the backup host included, 1 to 20. Default: 4. */
  readonly maxAttempts?: number | undefined;
  /** The wait before the second attempt is a random part of it, in milliseconds; it doubles each time. Default: 200. */
  readonly baseDelayMs?: number | undefined;
  /** The most that it grows to, in milliseconds. Default: 5000. */
  readonly maxDelayMs?: number | undefined;
  /** The longest `Retry-After` that is followed, in milliseconds; a longer one is cut to it. Default: 60000. */
  readonly maxRetryAfterMs?: number | undefined;
}

/** How calls keep to the rate limit of the API. */
export interface RateLimitOptions {
  /** Requests a second for each operation. Default: the document's limit, 200 for issuing. */
  readonly perSecond?: number | undefined;
  /** How long a call may wait for a permit, in milliseconds. Default: 10000. */
  readonly maxQueueMs?: number | undefined;
  /** Shares the limit with other processes: a store over Redis, PostgreSQL, D1 or one's own. Default: none. */
  readonly store?: RateStore | undefined;
  /** How much of the limit this process takes at the most while the store is lost, 0 to 1; never more than its part. Default: 0.1. */
  readonly shareWithoutStore?: number | undefined;
}

/**
 * The options of a client: for a region, for a base URL, or for a primary one and its backup. What is left out comes from the
 * variable that is named, where there is a `process.env`.
 */
export type NexconnClientOptions = {
  /** The App Key of the console. Default: `NEXCONN_APP_KEY`. */
  readonly appKey?: string | undefined;
  /**
   * The App Secret of the console, which never leaves the process; both while it is rotated, or a function that resolves to it.
   * Default: `NEXCONN_APP_SECRET`.
   */
  readonly appSecret?: AppSecret | undefined;
} & (
  | {
      /** Where the app lives, such as `sg`: its primary host and its backup. Default: `NEXCONN_REGION`, unless `NEXCONN_BASE_URL` is set. */
      readonly region?: Region | undefined;
      readonly baseUrl?: undefined;
      readonly baseUrls?: undefined;
    }
  | {
      /** One other host, such as a mock; `https:` unless it is this machine. Default: `NEXCONN_BASE_URL`. */
      readonly baseUrl: string;
      readonly region?: undefined;
      readonly baseUrls?: undefined;
    }
  | {
      /** Two other hosts: the primary one and its backup. */
      readonly baseUrls: readonly [string, string];
      readonly region?: undefined;
      readonly baseUrl?: undefined;
    }
) & {
    /**
     * How long one attempt may take from when it is sent until the last byte of its answer, in milliseconds, 1 to 2147483647.
     * Default: 5000.
     */
    readonly timeoutMs?: number | undefined;
    /** How long a whole call may take, waits and retries included, in milliseconds. Default: 30000. */
    readonly deadlineMs?: number | undefined;
    /** How calls are retried; false for one attempt at each host. Default: on. */
    readonly retry?: RetryOptions | false | undefined;
    /** How the rate limit is kept; false for not at all. Default: on. */
    readonly rateLimit?: RateLimitOptions | false | undefined;
    /** For how long a host that failed is left alone, in milliseconds. Default: 30000. */
    readonly failoverCoolDownMs?: number | undefined;
    /**
     * Sent with every request, beside `Accept` and `User-Agent: nexconn-kit/VERSION node/VERSION`, which they may replace; those of
     * the signature and of the connection cannot be set. Default: none.
     */
    readonly headers?: Readonly<Record<string, string>> | Iterable<readonly [string, string]> | undefined;
    /**
     * Receives events as they happen; on Node they are on `diagnostics_channel`, too. What it throws is reported once and ignored.
     * Default: none.
     */
    readonly onEvent?: ((event: NexconnEvent) => void) | undefined;
    /** What a whole `userId` must match instead of the document's pattern; the length limits stay. Default: letters and digits. */
    readonly userIdPattern?: RegExp | undefined;
    /** Whether a request is checked before it is sent; `checkRequest` checks without sending. Default: true. */
    readonly validateRequests?: boolean | undefined;
    /**
     * Whether a result must repeat what the document says that it repeats of the request, such as `userId`; false is for servers
     * that answer with examples, such as Prism. Default: true.
     */
    readonly checkEchoes?: boolean | undefined;
    /** `'RC-'` where a gateway drops the plain names of the signature headers. Default: `''`. */
    readonly headerPrefix?: HeaderPrefix | undefined;
    /**
     * Whether the client may start in a browser, where whoever opens the page can read the App Secret. Default: false.
     * @deprecated Whoever opens the page can read the App Secret and act as your app.
     */
    readonly dangerouslyAllowBrowser?: boolean | undefined;
    /**
     * Whether a base URL may be `http:` on another machine, such as `http://mock:4010`. Default: whether
     * `NEXCONN_DANGEROUSLY_ALLOW_HTTP` is `true`.
     * @deprecated Anybody on the way can read the tokens.
     */
    readonly dangerouslyAllowHttp?: boolean | undefined;
    /** Sends the requests. Default: undici on Node, the global `fetch` elsewhere. */
    readonly fetch?: Fetch | undefined;
    /**
     * The proxy that requests go over, on Node: a URL such as `http://user:password@proxy:3128`, or `'environment'` for
     * `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`; false for none. Default: `'environment'` where `NODE_USE_ENV_PROXY` is `1`, else none.
     */
    readonly proxy?: 'environment' | (string & {}) | false | undefined;
    /** Returns Unix time in whole milliseconds. Default: `Date.now`. */
    readonly now?: (() => number) | undefined;
    /** Returns 1 to 18 visible ASCII characters, new for each attempt. Default: 18 random hexadecimal digits, the last one a letter. */
    readonly nonce?: (() => string) | undefined;
  };

/** The call that an event is about; the same object in all events of one call. */
export interface CallInfo {
  /** Undefined where the document has no such method and path. */
  readonly operationId: string | undefined;
  readonly method: string;
  /** The path of the document, with its `{…}` in place. */
  readonly path: string;
  readonly priority: Priority;
}

/** An event of a client; it holds no secret, token, signature or header. */
export type NexconnEvent =
  /** The client was created; it calls these hosts, the primary one first. */
  | { readonly type: 'client-start'; readonly hosts: readonly string[] }
  | { readonly type: 'call-start'; readonly call: CallInfo }
  | {
      readonly type: 'call-end';
      readonly call: CallInfo;
      readonly requestId: string | undefined;
      readonly attempts: number;
      readonly durationMs: number;
      /** Left out where the call succeeded. */
      readonly code?: NexconnErrorCode;
    }
  | {
      readonly type: 'attempt';
      readonly call: CallInfo;
      /** Counts from 1. */
      readonly attempt: number;
      /** Such as `https://api.sg-light-api.com`. */
      readonly host: string;
      readonly durationMs: number;
      /** Where a response arrived. */
      readonly status?: number;
      /** The API's own error code, where the API answered with one. */
      readonly apiCode?: number;
      /** Left out where the attempt succeeded. */
      readonly code?: NexconnErrorCode;
    }
  | {
      readonly type: 'wait';
      readonly call: CallInfo;
      /** For a permit of the rate limit, for a connection where all were in use, or before the next attempt. */
      readonly reason: 'rate' | 'connection' | 'retry';
      readonly durationMs: number;
    }
  /** Texts of a result are longer than documented, and were passed on; the issues do not hold them. */
  | { readonly type: 'long-text'; readonly call: CallInfo; readonly issues: readonly ValidationIssue[] }
  | { readonly type: 'failover'; readonly from: string; readonly to: string }
  /** The next secret was accepted for the first time: the current one can be taken out of the configuration. */
  | { readonly type: 'rotation' }
  /** The clock is off by so much; requests are signed with the corrected time from now on. */
  | { readonly type: 'clock'; readonly offsetMs: number }
  /** The shared limit is lost, and a share of it is kept without it; or it is found again. */
  | { readonly type: 'rate-store'; readonly state: 'lost' | 'found'; readonly cause?: Error }
  /**
   * Another limit is in force for an operation: the lowest one that a process of the fleet was told. It may be this one's own
   * again.
   */
  | {
      readonly type: 'rate-limit';
      readonly operationId: string;
      readonly perSecond: number;
      /** The limit of this process. */
      readonly ownPerSecond: number;
    };

/** The API as typed methods, and as the `openapi-fetch` client below them. */
export interface NexconnClient extends OperationMethods, AsyncDisposable {
  /** The App Key of the app whose calls it makes. */
  readonly appKey: string;
  /** The queue of calls that wait for the rate limit. */
  readonly rateLimit: {
    /**
     * Throws where a call made now would be refused by the queue, before work is done for it. It reserves nothing, so that
     * the call itself may be refused all the same.
     *
     * @throws {NexconnRateLimitError} QUEUE_TOO_LONG
     */
    readonly check: (operationId: keyof OperationMethods, options?: Pick<CallOptions, 'priority'>) => void;
  };
  /**
   * Throws where a call with this request would not be sent, since it breaks the document or `userIdPattern`. Sends nothing.
   *
   * @throws {NexconnRequestError} INVALID_REQUEST
   */
  readonly checkRequest: <Id extends keyof OperationMethods>(
    operationId: Id,
    request: Parameters<OperationMethods[Id]>[0],
  ) => void;
  /** The App Secrets, while they are rotated. */
  readonly appSecrets: {
    /**
     * Resolves to the names of the App Secrets, which do not show them; asks the provider, where there is one.
     *
     * @throws {NexconnConfigurationError} INVALID_OPTION, where the provider fails
     */
    readonly ids: () => Promise<SecretIds>;
    /** Has the next call signed with the next App Secret, even where that was refused less than ten seconds ago. */
    readonly tryNext: () => void;
  };
  /**
   * Waits for the calls under way, then ends all connections; those that wait for the rate limit reject with ABORTED.
   * A call made later opens a connection anew.
   */
  readonly close: () => Promise<void>;
  /**
   * The `openapi-fetch` client, signed and checked in the same way.
   *
   * `error` is the API's own error body, whatever the HTTP status; whatever else goes wrong rejects with the
   * `NexconnError` that the named method throws. A call's init takes `CallOptions` too.
   */
  readonly http: Client<paths>;
}
