/** What can go wrong on purpose; `fault-table.ts` describes each kind. */
export type FaultKind =
  | 'latency'
  | 'answer'
  | 'html'
  | 'not-json'
  | 'code-on-200'
  | 'truncate'
  | 'reset'
  | 'reset-after'
  | 'hang';

/** One fault. */
export interface Fault {
  readonly kind: FaultKind;
  /** A wait before it, in milliseconds, 0 to 600000. Default: 200 for `latency`, otherwise none. */
  readonly ms?: number;
  /** The wait differs by up to this, either way, in milliseconds. Default: 0. */
  readonly jitterMs?: number;
  /** For `answer` (no default) and `code-on-200` (default 1000): a business code of the error catalogue. */
  readonly code?: number;
  /** The HTTP status of `answer` (default: the catalogue's), `html` (default 502) and `not-json` (default 200). */
  readonly status?: number;
}

/** What happens to the requests that a rule matches, one after another. */
export type FaultSequence = readonly (Fault | 'success')[];

/** Which requests of an App Key get which faults. */
export interface FaultRule {
  /** Default: every operation. */
  readonly operationId?: string | undefined;
  /** Default: every user. */
  readonly userId?: string | undefined;
  readonly sequence: FaultSequence;
  /** How often the sequence is run through; 0 until it is cleared. Default: 1. */
  readonly times?: number | undefined;
}

/** A rule as the mock keeps it. */
export interface FaultRuleView {
  readonly id: string;
  readonly appKey: string;
  readonly operationId?: string;
  readonly userId?: string;
  readonly sequence: FaultSequence;
  readonly times: number;
  /** How many requests it has matched so far. */
  readonly taken: number;
}

/** The facts of a request that a fault is chosen by. */
export interface FaultContext {
  readonly appKey?: string | undefined;
  readonly operationId?: string | undefined;
  readonly userId?: string | undefined;
  /** The request header `X-Mock-Fault`. */
  readonly header?: string | undefined;
}

/** The faults that are set, by App Key. */
export interface Faults {
  /**
   * Adds a rule; of those that match a request the oldest decides, until it is used up.
   *
   * @throws {MockError} `INVALID_FAULT`
   */
  set(appKey: string, rule: FaultRule): { readonly id: string };
  /** Returns the rules that are not used up, oldest first. */
  list(appKey?: string): readonly FaultRuleView[];
  clear(appKey?: string): void;
  /**
   * Returns the fault of this request and counts it: that of its header, else of a rule, else of a magic `userId`.
   *
   * @throws {MockError} `INVALID_FAULT` where the header or the magic `userId` names none
   */
  next(context: FaultContext): Fault | undefined;
}
