/** A process whose event loop may be busy: what is due meanwhile happens afterwards. */
export interface SimulatedProcess {
  busyUntil: number;
}

/** What an event belongs to: after a pause an event loop runs its timers before it reads what has come. */
export type Phase = 'timers' | 'poll';

/** Time that goes on by events alone, so that a minute takes as long as what happens in it. */
export interface VirtualTime {
  readonly now: () => number;
  /** Runs a function at a time, in the event loop of a process if one is given; returns what cancels it. */
  readonly at: (time: number, run: () => void, process?: SimulatedProcess, phase?: Phase) => () => void;
  /** Runs everything up to a time, the promises between two events included. */
  readonly runUntil: (time: number) => Promise<void>;
}

interface Event {
  time: number;
  readonly order: number;
  readonly phase: Phase;
  readonly process: SimulatedProcess | undefined;
  readonly run: () => void;
  isCancelled: boolean;
}

/** Creates a time that stands at 0. */
export function createVirtualTime(): VirtualTime {
  const events = createHeap();
  let now = 0;
  let count = 0;

  return {
    now: () => now,
    at(time, run, process, phase = 'poll') {
      const event = { time: Math.max(time, now), order: count, phase, process, run, isCancelled: false };
      count += 1;
      events.push(event);
      return () => {
        event.isCancelled = true;
      };
    },
    async runUntil(time) {
      for (let event = events.popUntil(time); event; event = events.popUntil(time)) {
        now = event.time;
        if (event.isCancelled) continue;
        if (event.process && event.process.busyUntil > now) {
          event.time = event.process.busyUntil;
          events.push(event);
          continue;
        }
        event.run();
        // All promises are settled before the next tick, which takes a fraction of a turn of the real event loop.
        await new Promise<void>((resolve) => process.nextTick(resolve));
      }
      now = time;
    },
  };
}

/** Creates numbers from 0 to 1 that are the same for a seed. */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function createHeap() {
  const heap: Event[] = [];
  const get = (index: number): Event => heap[index] as Event;

  function swap(a: number, b: number): void {
    [heap[a], heap[b]] = [get(b), get(a)];
  }

  function sink(): void {
    for (let index = 0, least = 0; ; index = least) {
      for (const child of [2 * index + 1, 2 * index + 2]) {
        if (child < heap.length && isBefore(get(child), get(least))) least = child;
      }
      if (least === index) return;
      swap(index, least);
    }
  }

  return {
    push(event: Event): void {
      heap.push(event);
      for (let index = heap.length - 1; index > 0; ) {
        const parent = (index - 1) >> 1;
        if (!isBefore(get(index), get(parent))) return;
        swap(index, parent);
        index = parent;
      }
    },
    popUntil(time: number): Event | undefined {
      const first = heap[0];
      if (!first || first.time > time) return undefined;
      const last = heap.pop() as Event;
      if (heap.length === 0) return first;
      heap[0] = last;
      sink();
      return first;
    },
  };
}

function isBefore(a: Event, b: Event): boolean {
  if (a.time !== b.time) return a.time < b.time;
  return a.phase === b.phase ? a.order < b.order : a.phase === 'timers';
}
