import type { Operation } from '@nexconn-kit/contract';
import type { NexconnErrorDetails } from '../errors.js';
import type { CallOptions, Fetch } from '../types.js';

/** One call as it passes through the pipeline. */
export interface Call extends CallOptions {
  /** Undefined where the document has no such method and path. */
  readonly operation: Operation | undefined;
  /** In upper case. */
  readonly method: string;
  /** How messages name the call: its operationId, else method and path. */
  readonly title: string;
  readonly fetch: Fetch;
  readonly timeoutMs: number;
  /** The `X-Request-ID` on the wire, once it is known. */
  sentRequestId?: string;
}

/** What every error of a call carries. */
export function detailsOf(call: Call): Pick<NexconnErrorDetails, 'operationId' | 'requestId'> {
  return { operationId: call.operation?.operationId, requestId: call.sentRequestId ?? call.requestId };
}
