import type { ApiDescription } from '@nexconn-kit/contract';
import type { MockConsole } from './console/types.js';
import type { ServiceRules } from './profile/rules.js';
import type { MockLink } from './settings.js';
import type { JournalDraft } from './state/journal.js';
import type { AppOptions, Environment, NonceReplay, SavedState } from './state/types.js';

/** The options of a mock; each has a default. */
export interface MockOptions {
  /**
   * The API to play, as `loadDocument()` of `@nexconn-kit/document` returns it. Default: the Nexconn Server API as it was
   * when this package was built.
   */
  readonly document?: ApiDescription | undefined;
  /** The App Key that callers sign with. Default: the published example, `uwd1c0sxdlx2`. */
  readonly appKey?: string | undefined;
  /** The App Secret of that App Key. Default: the published example. */
  readonly appSecret?: string | undefined;
  /** More apps beside that one, each with options as these; they do not see each other. Default: none. */
  readonly apps?: readonly AppOptions[] | undefined;
  /** The environment of the first app; a development app may have 100 users. Default: `production`. */
  readonly environment?: Environment | undefined;
  /** How many users the first app may have in the development environment. Default: 100. */
  readonly userLimit?: number | undefined;
  /** How long the first app's tokens are valid from their issue, in seconds; `null` for ever. Default: `null`. */
  readonly tokenValiditySeconds?: number | null | undefined;
  /**
   * How many requests the first app may make to each operation in the window that the document names (a second); `false` for any
   * number. Default: `null`, what the document says of the operation.
   */
  readonly rateLimit?: number | false | null | undefined;
  /**
   * What a whole `userId` must match instead of the document's pattern; the length limits stay. No flags other than
   * `u`. Default: letters and digits.
   */
  readonly userIdPattern?: RegExp | undefined;
  /** How far a request's Timestamp may lie from now, either way, in milliseconds. Default: 300000. */
  readonly clockToleranceMs?: number | undefined;
  /**
   * Whether a nonce may be used again while its Timestamp is good: `refuse`, `allow`, or `refuse-identical`, which refuses it with
   * the same Timestamp alone. Default: `refuse`.
   */
  readonly nonceReplay?: NonceReplay | undefined;
  /** What the service does where nothing is published, as a profile of `nexconn probe` says it. Default: what the mock guesses. */
  readonly rules?: ServiceRules | undefined;
  /** How many requests the journal keeps, but no more than 32 MiB of their texts. Default: 10000. */
  readonly journalSize?: number | undefined;
  /**
   * How many of the last requests are kept whole, with headers and bodies, for the console to show them masked; no more than
   * 4 MiB in all, and 16 KiB of a body; 0 keeps none. Default: 1000.
   */
  readonly keptExchanges?: number | undefined;
  /**
   * Which pages may call it: `loopback` for those of this machine, `any`, or a list of origins such as
   * `https://app.example.com`. Default: `loopback`.
   */
  readonly allowedOrigins?: 'loopback' | 'any' | readonly string[] | undefined;
  /**
   * Called with one line for each answer, without a line end. What it throws is reported once, as a warning of the process.
   * Default: nothing is logged.
   */
  readonly log?: ((line: string) => void) | undefined;
  /**
   * What `exportState()` of a mock before has returned, App Secrets with it: its apps, users, tokens, clock and last 200 requests
   * are there again. Default: a mock without users.
   */
  readonly state?: SavedState | undefined;
  /**
   * Called where `exportState()` returns another state than before, such as after a request. What it throws is reported once, as
   * a warning of the process. Default: nothing is called.
   */
  readonly onChange?: (() => void) | undefined;
  /**
   * Called with each request once it has been answered, as the journal keeps it. What it throws is reported once, as a warning
   * of the process. Default: nothing is called.
   */
  readonly onRequest?: ((request: JournalDraft) => void) | undefined;
  /** More pages that the one at `/` links to, beside its console; read each time somebody opens it in a browser. Default: none. */
  readonly links?: readonly MockLink[] | undefined;
  /** Returns Unix time in milliseconds. Default: `Date.now`. */
  readonly now?: (() => number) | undefined;
  /** Returns that many random bytes for a token; fix it for the same tokens each time. Default: `crypto.randomBytes`. */
  readonly random?: ((bytes: number) => Uint8Array) | undefined;
}

/** The options of a mock on a port. */
export interface StartMockOptions extends MockOptions {
  /** 0 takes any free port. Default: 4010. */
  readonly port?: number | undefined;
  /** The address to listen on. Default: `127.0.0.1`, which other machines cannot reach. */
  readonly host?: string | undefined;
  /** A certificate and its key, in PEM, to listen with `https:`; `nexconn mock --tls` makes one. Default: none. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
}

/** A mock without a port. */
export interface Mock {
  /** The App Key to sign with. */
  readonly appKey: string;
  /** The App Secret to sign with at first; not enumerable, so that printing the mock does not print it. */
  readonly appSecret: string;
  /**
   * Resolves to the App Secret that signs now, after rotations too; to both while a rotated one waits for its first use. A
   * client that takes it as its option `appSecret` survives each rotation. Needs no `this`.
   */
  readonly currentAppSecret: () => Promise<string | { readonly current: string; readonly next: string }>;
  /**
   * Returns apps with their App Secrets, users, fingerprints of tokens, the clock and the last 200 requests, for the option
   * `state` of a mock to come. Needs no `this`.
   */
  readonly exportState: () => SavedState;
  /** The console, which reads and changes the state; over HTTP it is at `/_console`. Needs no `this`. */
  readonly console: MockConsole;
  /**
   * Switches to another document for every later request; those under way end as they began. Apps, users, tokens, journal,
   * faults and nonces stay. Needs no `this`.
   *
   * @throws {MockError} `INVALID_DOCUMENT`, `INVALID_OPTION`; the document before stays then
   */
  readonly useDocument: (document: ApiDescription) => Promise<void>;
  /** Answers a request as the service would; the host of its URL does not matter. Needs no `this`. */
  readonly fetch: (request: Request) => Promise<Response>;
}

/** A mock that listens on a port. */
export interface RunningMock extends AsyncDisposable {
  /**
   * The URL that it can be called by, without a slash at the end, such as `http://127.0.0.1:4010`: where it listens on all
   * addresses, that of this machine.
   */
  readonly url: string;
  /** The App Key to sign with. */
  readonly appKey: string;
  /** The App Secret to sign with at first; not enumerable, so that printing the mock does not print it. */
  readonly appSecret: string;
  /**
   * Resolves to the App Secret that signs now, after rotations too; to both while a rotated one waits for its first use. A
   * client that takes it as its option `appSecret` survives each rotation. Needs no `this`.
   */
  readonly currentAppSecret: () => Promise<string | { readonly current: string; readonly next: string }>;
  /**
   * Returns apps with their App Secrets, users, fingerprints of tokens, the clock and the last 200 requests, for the option
   * `state` of a mock to come. Needs no `this`.
   */
  readonly exportState: () => SavedState;
  /** The console, which reads and changes the state; over HTTP it is at `/_console`. Needs no `this`. */
  readonly console: MockConsole;
  /**
   * Switches to another document for every later request; those under way end as they began. Apps, users, tokens, journal,
   * faults and nonces stay. Needs no `this`.
   *
   * @throws {MockError} `INVALID_DOCUMENT`, `INVALID_OPTION`; the document before stays then
   */
  readonly useDocument: (document: ApiDescription) => Promise<void>;
  /** Stops listening and ends every connection; resolves once the port is free. Can be called twice. */
  readonly close: () => Promise<void>;
}
