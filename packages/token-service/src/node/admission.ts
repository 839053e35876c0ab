/** Starts work: at once, or in a later turn of the event loop. */
export type Admit = (start: () => void) => void;

/** How much starts in one turn of the event loop. */
export interface AdmissionOptions {
  readonly maxStarts: number;
  /** Fewer start, down to one, where a turn takes longer than this. */
  readonly maxTurnMs: number;
  /** Returns milliseconds that never go back. Default: `performance.now`. */
  readonly monotonicNow?: () => number;
}

/**
 * Creates an admission that starts a few in each turn of the event loop. A crowd whose requests are there all at once would
 * keep the loop from all other work for seconds, such as sending requests to the API in step with its rate limit.
 *
 * Whoever waits holds a connection, so that the server's limit of these is the limit of the queue.
 */
export function createAdmission({
  maxStarts,
  maxTurnMs,
  monotonicNow = () => performance.now(),
}: AdmissionOptions): Admit {
  let waiting: (() => void)[] = [];
  let head = 0;
  let started = 0;
  let perTurn = maxStarts;
  let turnAt = 0;
  let isArmed = false;

  function arm(): void {
    if (isArmed) return;
    isArmed = true;
    turnAt = monotonicNow();
    setImmediate(next);
  }

  /** What starts in a turn continues in later ones, so that only their length shows what it costs. */
  function learn(): void {
    if (monotonicNow() - turnAt > maxTurnMs) perTurn = Math.ceil(perTurn / 2);
    else if (started >= perTurn) perTurn = Math.min(maxStarts, perTurn + 1);
  }

  function next(): void {
    learn();
    [isArmed, started] = [false, 0];
    if (head === waiting.length) return;
    // First, so that a start that throws holds up no other.
    arm();
    while (started < perTurn && head < waiting.length) {
      started += 1;
      head += 1;
      waiting[head - 1]?.();
    }
    if (head === waiting.length) [waiting, head] = [[], 0];
  }

  return function admit(start) {
    arm();
    if (waiting.length > 0 || started >= perTurn) {
      waiting.push(start);
      return;
    }
    started += 1;
    start();
  };
}
