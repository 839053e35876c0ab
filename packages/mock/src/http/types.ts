import type { Envelope, ErrorCatalogueEntry, Operation, ValidationIssue } from '@nexconn-kit/contract';
import type { Cut } from '../faults/types.js';
import type { AppOptions, NonceReplay } from '../state/types.js';

/** All that the mock knows of the API it plays; everything in it is made of the document. */
export interface Api {
  /** An OpenAPI document whose references are all local. */
  readonly document: JsonObject;
  readonly operations: Readonly<Record<string, Operation>>;
  readonly validators: Readonly<Record<string, (value: unknown) => readonly ValidationIssue[]>>;
  readonly errors: Readonly<Record<ApiErrorName, ErrorCatalogueEntry>>;
  readonly envelope: Envelope | null;
}

/** The errors that the mock finds by itself; all others come out of the document. */
export type ApiErrorName =
  | 'AppUnavailable'
  | 'BodyMissing'
  | 'CallRestricted'
  | 'EndpointNotFound'
  | 'InternalError'
  | 'ParameterInvalid'
  | 'ParameterTooLong'
  | 'RateLimitExceeded'
  | 'SignatureInvalid'
  | 'UserLimitReached';

/** A request, wherever it came from. */
export interface MockRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** Keys are lower-case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** A stream of Node is read by its events, anything else by iteration. */
  readonly body: AsyncIterable<Uint8Array> | null;
  /** Calls back once if the caller leaves before it is answered. */
  readonly onGone?: (listener: () => void) => void;
  /** What was sent in place of an answer, once the body went wrong: an HTTP status, or 0 where the caller has left. */
  readonly sentStatus?: () => number | undefined;
}

/** An answer, wherever it goes. */
export interface MockAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** How the transport departs from sending it whole. */
  readonly cut?: Cut;
}

/** An answer before it is put into bytes. */
export interface AnswerDraft {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly mediaType: string;
  /** `undefined` where the answer has no body. */
  readonly body: unknown;
  readonly cut?: Cut;
  /** Which fault made it what it is. */
  readonly fault?: string;
}

/** A JSON object whose members are looked at one by one. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Which operation a request is for. */
export interface Route {
  readonly operation: Operation;
  /** The operation as the document has it. */
  readonly definition: JsonObject;
  readonly pathParameters: Readonly<Record<string, string>>;
}

/** Which of the documented answers the caller asked for. */
export interface Preference {
  readonly code?: number;
  readonly exampleKey?: string;
}

/** Settings with every default in place. */
export interface Settings {
  readonly appKey: string;
  readonly appSecret: string;
  /** The apps to start with, the one of `appKey` first. */
  readonly apps: readonly AppOptions[];
  readonly journalSize: number;
  /** Matches whole user IDs. */
  readonly userIdPattern: RegExp | undefined;
  readonly clockToleranceMs: number;
  readonly nonceReplay: NonceReplay;
  readonly corsOrigins: 'loopback' | 'any' | readonly string[];
  /** `undefined` where nobody wants lines, so that none are made. */
  readonly log: ((line: string) => void) | undefined;
  readonly now: () => number;
  readonly random: (bytes: number) => Uint8Array;
  /** Gives milliseconds since whenever; it cannot be set back. */
  readonly stopwatch: () => number;
}
