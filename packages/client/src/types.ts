import type { paths, Region } from '@nexconn-kit/contract';
import type { HeaderPrefix } from '@nexconn-kit/signing';
import type { Client } from 'openapi-fetch';
import type { OperationMethods } from './generated/nexconn/methods.gen.js';

/** Sends one request; the global `fetch` is one. */
export type Fetch = (request: Request) => Promise<Response>;

/** The options that hold for any host. */
export interface NexconnClientSettings {
  /** The App Key of the console (`NEXCONN_APP_KEY`). */
  readonly appKey: string;
  /** The App Secret of the console (`NEXCONN_APP_SECRET`); it never leaves the process. */
  readonly appSecret: string;
  /** Sends the requests. Default: the global `fetch`. */
  readonly fetch?: Fetch | undefined;
  /** How long an answer may take until its last byte, in milliseconds, 1 to 2147483647. Default: 5000. */
  readonly timeoutMs?: number | undefined;
  /** What a whole `userId` must match instead of the document's pattern. Default: letters and digits. */
  readonly userIdPattern?: RegExp | undefined;
  /** Whether requests are checked before they are sent. Default: true. */
  readonly validateRequests?: boolean | undefined;
  /** `RC-` sends the signature headers under the names that pass gateways which drop the plain ones. Default: `''`. */
  readonly headerPrefix?: HeaderPrefix | undefined;
  /**
   * Lets the client start in a browser. Default: false.
   * @deprecated Whoever opens the page can read the App Secret and act as your app.
   */
  readonly dangerouslyAllowBrowser?: boolean | undefined;
  /**
   * Lets `baseUrl` be `http:` on a host other than this machine. Default: false.
   * @deprecated Anybody on the way can read the tokens.
   */
  readonly dangerouslyAllowHttp?: boolean | undefined;
  /** Gives Unix time in whole milliseconds. Default: `Date.now`. */
  readonly now?: (() => number) | undefined;
  /** Gives 1 to 18 visible ASCII characters, new for each attempt. Default: 18 random hexadecimal digits. */
  readonly nonce?: (() => string) | undefined;
}

/** How a client is made: either for a region or for a base URL. */
export type NexconnClientOptions = NexconnClientSettings &
  (
    | {
        /** The region that the app lives in (`NEXCONN_REGION`). */
        readonly region: Region;
        readonly baseUrl?: undefined;
      }
    | {
        /** Where the API stands instead, such as a mock (`NEXCONN_BASE_URL`). */
        readonly baseUrl: string;
        readonly region?: undefined;
      }
  );

/** How one call is made. */
export interface CallOptions {
  /** Ends the call with a `NexconnAbortError`. */
  readonly signal?: AbortSignal | undefined;
  /** In milliseconds. Default: the client's. */
  readonly timeoutMs?: number | undefined;
  /** Sent as `X-Request-ID`, 1 to 36 visible ASCII characters. Default: a new UUID. */
  readonly requestId?: string | undefined;
}

/** The API as typed methods, and as the `openapi-fetch` client below them. */
export interface NexconnClient extends OperationMethods {
  /**
   * The `openapi-fetch` client, signed and checked in the same way.
   *
   * `error` is the API's own error body, whatever the HTTP status; whatever else goes wrong rejects with the
   * `NexconnError` that the named method throws. A call's init takes `CallOptions` too.
   */
  readonly http: Client<paths>;
}
