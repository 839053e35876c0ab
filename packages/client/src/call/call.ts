import type { NexconnErrorDetails } from '../errors.js';
import type { Operation } from '../table-types.js';
import type { Transport } from '../transport/transport.js';
import type { CallInfo, CallOptions, Lane } from '../types.js';

/** One call as it passes through the pipeline. */
export interface Call {
  /** Undefined where the document has no such method and path. */
  readonly operation: Operation | undefined;
  /** In upper case. */
  readonly method: string;
  /** How messages name the call: its operationId, else method and path. */
  readonly title: string;
  readonly info: CallInfo;
  readonly send: Transport;
  readonly timeoutMs: number;
  readonly deadlineMs: number;
  readonly lane: Lane;
  readonly signal: AbortSignal | undefined;
  readonly requestId: string | undefined;
  readonly onAccepted: CallOptions['onAccepted'];
  /** Where it goes instead of the client's hosts. */
  readonly baseUrl: string | undefined;
  /** The `X-Request-ID` on the wire, once it is known. */
  sentRequestId: string | undefined;
  attempts: number;
  /** Is told that the present attempt has an answer, or will have none. */
  answered: ((isAnswer: boolean) => void) | undefined;
}

/** What every error of a call carries. */
export function detailsOf(call: Call): Pick<NexconnErrorDetails, 'operationId' | 'requestId' | 'attempts'> {
  const { operation, sentRequestId, requestId, attempts } = call;
  return { operationId: operation?.operationId, requestId: sentRequestId ?? requestId, attempts };
}
