import type { Operation } from '@nexconn-kit/contract';
import type { RefusalReason } from '@nexconn-kit/signing';
import type { Issue } from '../document/api.js';
import type { JsonObject } from '../document/lookup.js';

/** A request, wherever it came from. */
export interface MockRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** What is wrong with the query as a whole, where one parameter is all of it. */
  readonly wholeQuery?: { readonly name: string; readonly issues: readonly Issue[] };
  /** Keys are lower-case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** A stream of Node is read by its events, anything else by iteration. */
  readonly body: AsyncIterable<Uint8Array> | null;
  /** Calls the listener once if the caller leaves before it is answered. */
  readonly onGone?: (listener: () => void) => void;
  /** The HTTP status sent in place of an answer once the body could not be read; 0 where the caller has left. */
  readonly sentStatus?: () => number | undefined;
  /** Called with the id of the journal's entry once there is one. */
  readonly onRecorded?: (id: number) => void;
}

/** An answer, wherever it goes. */
export interface MockAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** What the transport does in place of sending it whole. */
  readonly cut?: Cut;
}

/** An answer before it is serialized. */
export interface AnswerDraft {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly mediaType: string;
  /** `undefined` where the answer has no body. */
  readonly body: unknown;
  readonly cut?: Cut;
  /** The fault that was played. */
  readonly fault?: string;
}

/** The operation that a request is for. */
export interface Route {
  readonly operation: Operation;
  /** The operation as the document has it. */
  readonly definition: JsonObject;
  readonly pathParameters: Readonly<Record<string, string>>;
  /** The path below that of one of the document's servers, where the request has both. */
  readonly pathBelowServer?: string;
}

/** The documented answer that the caller prefers. */
export interface Preference {
  readonly code?: number;
  readonly exampleKey?: string;
  /** Whether values are made up by the schema, in place of the examples. */
  readonly dynamic?: boolean;
}

/** What the transport does in place of sending the whole answer. */
export type Cut = 'truncate' | 'reset' | 'hang';

/** Why a signature was refused. */
export interface SignatureRefusal {
  readonly reason: RefusalReason;
  /** The mistake, or several joined by `+`, where it could be found out. */
  readonly cause?: string | undefined;
  /** With `clock-skew`: Timestamp minus now, in milliseconds. */
  readonly skewMs?: number | undefined;
  /** Whether it was made with the App Secret before the rotation. */
  readonly isOutdated?: boolean;
}
