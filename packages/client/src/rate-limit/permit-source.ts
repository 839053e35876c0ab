/** What became of a request: an answer, one that says the rate limit was exceeded, none at all, or it was never sent. */
export type PermitOutcome = 'answered' | 'refused' | 'lost' | 'unused';

/** The right to send one request. */
export interface Permit {
  /** Must be called once it is known what became of the request: only then is it known when it was counted. */
  readonly release: (outcome: PermitOutcome) => void;
}

/** Where a limiter has its permits from: a window of this process, or the slots of a fleet. */
export interface PermitSource {
  /**
   * Returns the milliseconds until there is a permit for a request that came at `cameAt`: 0 or less where there is one.
   */
  readonly waitMs: (now: number, cameAt: number) => number;
  /** Returns the permit that `waitMs` said is there. */
  readonly take: (now: number, cameAt: number) => Permit;
  /** Returns the milliseconds between two permits of this process at full demand. */
  readonly spacingMs: () => number;
  /** Must be called with how many requests wait, each time that this may have changed. */
  readonly onQueueSize?: (size: number) => void;
  /** Ends what goes on beside the requests: nothing is asked or reported from now on. */
  readonly stop?: () => void;
}
