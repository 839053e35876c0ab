/** How a check came out; `not known` where it could not be made. */
export type FindingState = 'ok' | 'warning' | 'failed' | 'not known';

/** What a check has found, in words that hold neither the secret nor a password. */
export interface Finding {
  /** The name of the check, such as `clock`. */
  readonly check: string;
  readonly state: FindingState;
  /** One sentence. */
  readonly says: string;
  /** What to do; left out where there is nothing to do. */
  readonly advice?: string;
}

/** The states, the best first. */
export const findingStates: readonly FindingState[] = ['ok', 'warning', 'failed', 'not known'];

export function ok(check: string, says: string): Finding {
  return { check, state: 'ok', says };
}

export function warning(check: string, says: string, advice: string): Finding {
  return { check, state: 'warning', says, advice };
}

export function failed(check: string, says: string, advice: string): Finding {
  return { check, state: 'failed', says, advice };
}

export function notKnown(check: string, says: string, advice?: string): Finding {
  return { check, state: 'not known', says, ...(advice !== undefined && { advice }) };
}
