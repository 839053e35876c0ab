/** What a server did otherwise than its document says. */
export type FaultKind =
  /** It answered with a status of 5xx. */
  | 'server-error'
  /** It ended the connection, or took too long. */
  | 'no-answer'
  | 'status'
  | 'media-type'
  | 'body'
  | 'header'
  /** It carried out what breaks the document. */
  | 'accepted-invalid'
  /** It knows no credentials that the call was given. */
  | 'unauthorized';

/** A fault, with the smallest request that was found to show it. */
export interface Fault {
  readonly kind: FaultKind;
  /** A sentence: what was expected, and what came. */
  readonly message: string;
  /** As a command of curl, without secrets. */
  readonly request: string;
  /** The status, and the beginning of the body. */
  readonly answer: string;
}

/** What came of one operation. */
export interface OperationReport {
  readonly operationId: string;
  readonly method: string;
  readonly path: string;
  /** Requests that keep to the document: how many were sent, and how many of them were answered with a success. */
  readonly valid: { readonly sent: number; readonly accepted: number };
  /** Requests that break it: how many were sent, and how many of them were refused. */
  readonly invalid: { readonly sent: number; readonly refused: number };
  readonly faults: readonly Fault[];
  /** Why it proves less than it seems; left out where nothing does. */
  readonly note?: string;
}

/** What came of a run. */
export interface ContractReport {
  readonly title: string;
  readonly url: string;
  /** Draws the same requests again. */
  readonly seed: number;
  readonly operations: readonly OperationReport[];
}
