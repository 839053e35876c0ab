/** Lets work start: at once, or in a later turn of the event loop. */
export type Turnstile = (start: () => void) => void;

/** How much starts in one turn of the event loop. */
export interface TurnstileOptions {
  /** So many at the most. */
  readonly most: number;
  /** Fewer, down to one, where a turn takes longer than this. */
  readonly turnMs: number;
  /** Gives monotonic milliseconds. Default: `performance.now`. */
  readonly clock?: () => number;
}

/**
 * Makes what lets a few start in each turn of the event loop: a crowd whose requests are there all at once would else keep
 * it from all other work for seconds, such as sending requests to the API in step with its rate limit.
 *
 * Whoever waits holds a connection, so that the server's limit of these is the limit of the queue.
 */
export function createTurnstile({ most, turnMs, clock = () => performance.now() }: TurnstileOptions): Turnstile {
  let waiting: (() => void)[] = [];
  let head = 0;
  let started = 0;
  let perTurn = most;
  let turnAt = 0;
  let isArmed = false;

  function arm(): void {
    if (isArmed) return;
    isArmed = true;
    turnAt = clock();
    setImmediate(next);
  }

  /** What starts in a turn is carried on in later ones, so that only their length tells what it costs. */
  function learn(): void {
    if (clock() - turnAt > turnMs) perTurn = Math.ceil(perTurn / 2);
    else if (started >= perTurn) perTurn = Math.min(most, perTurn + 1);
  }

  function next(): void {
    learn();
    [isArmed, started] = [false, 0];
    if (head === waiting.length) return;
    // First, so that one that throws holds up no other.
    arm();
    while (started < perTurn && head < waiting.length) {
      started += 1;
      head += 1;
      waiting[head - 1]?.();
    }
    if (head === waiting.length) [waiting, head] = [[], 0];
  }

  return function startInTurn(start) {
    arm();
    if (waiting.length > 0 || started >= perTurn) {
      waiting.push(start);
      return;
    }
    started += 1;
    start();
  };
}
