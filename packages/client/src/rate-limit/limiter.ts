import type { Lane, RateStore } from '../types.js';
import { createLeast } from './least.js';
import type { Place } from './places.js';
import { createLanes, type Waiter } from './priority-queue.js';
import { createComeBacks } from './retry-times.js';
import { createSharedSlots } from './shared-limiter.js';
import { createTimers } from './timers.js';
import { createSlots, type Slots } from './window.js';

/** Who waits for a slot, and how long at the most. */
export interface Turn {
  readonly lane: Lane;
  readonly maxWaitMs: number;
  /** Makes the error for a wait that is, or would be, too long; `comeBackMs` books a time to come again, if asked. */
  readonly tooLong: (expectedWaitMs: number, comeBackMs: () => number) => Error;
  /** Makes the error for a pacer that is stopped. */
  readonly stopped: () => Error;
  /** Has the wait given up; gives back what calls that off. */
  readonly onGone: (giveUp: (error: Error) => void) => () => void;
}

/** Takes note of an answer, or that there will be none: the request was counted before. */
export type Answered = (isAnswer: boolean) => void;

/** Lets requests go in step with the limit. */
export interface Pacer {
  /** Gives what is called once the request has been answered; a promise only where there is something to wait for. */
  readonly take: (turn: Turn) => Answered | Promise<Answered>;
  /** Gives the error for a turn that would be refused now. */
  readonly refuse: (turn: Pick<Turn, 'lane' | 'maxWaitMs' | 'tooLong'>) => Error | undefined;
  /** Ends every wait and every timer. */
  readonly stop: () => void;
}

/** A limit, and who counts. */
export interface PacerOptions {
  readonly limit: number;
  readonly windowMs: number;
  /** Gives monotonic milliseconds. */
  readonly clock: () => number;
  /** Counts for a fleet; `share` of the limit, 0 to 1, is taken while it is lost. Default: this process alone counts. */
  readonly shared?: { readonly store: RateStore; readonly key: string; readonly share: number } | undefined;
  /** The store is lost, or found again. */
  readonly onStore?: (isLost: boolean, error?: unknown) => void;
}

/** The quickest of so many answers is the usual one, at full demand within five seconds; until then all that one took is late. */
const usualOf = 1000;

/** Makes a pacer; it holds a timer only while somebody waits, or while its store is lost. */
export function createPacer({ limit, windowMs, clock, shared, onStore }: PacerOptions): Pacer {
  const lanes = createLanes();
  const usualMs = createLeast(usualOf);
  const comeBacks = createComeBacks();
  const timers = createTimers(clock);
  // Of those who wait, whoever else goes.
  const bounds = createTimers(clock);
  const common =
    shared &&
    createSharedSlots({
      ...shared,
      limit,
      windowMs,
      clock,
      onSlot: grant,
      isWaitedFor: () => lanes.size() > 0,
      onRoom: pump,
      onLost,
      onFound,
    });
  /** Undefined while the store counts. */
  let own: Slots | undefined = shared ? undefined : createSlots(limit, windowMs);
  let isWaiting = false;

  /** What was answered later than usual may have been counted as late. */
  function watched(place: Place, sentAt: number): Answered {
    return (isAnswer) => {
      const tookMs = clock() - sentAt;
      place(isAnswer ? tookMs - usualMs(tookMs) : tookMs);
    };
  }

  function grant(shared?: Place): boolean {
    const waiter = lanes.first();
    if (!waiter) return false;
    const now = clock();
    // A slot of a store that has been lost since counts for the share, too.
    const place = own?.take(now, waiter.cameAt);
    leave(waiter);
    waiter.grant(
      watched((lateMs) => {
        place?.(lateMs);
        shared?.(lateMs);
      }, now),
    );
    return true;
  }

  function leave(waiter: Waiter): void {
    lanes.leave(waiter);
    if (lanes.size() === 0) comeBacks.forget();
  }

  function pump(): void {
    if (own) pumpOwn(own);
    else common?.reserveFor(lanes.size());
  }

  function pumpOwn(slots: Slots): void {
    if (isWaiting) return;
    for (let first = lanes.first(); first; first = lanes.first()) {
      const waitMs = slots.waitMs(clock(), first.cameAt);
      if (waitMs > 0) {
        wake(waitMs);
        return;
      }
      grant();
    }
  }

  function wake(waitMs: number): void {
    isWaiting = true;
    timers.after(waitMs, () => {
      isWaiting = false;
      pump();
    });
  }

  function rest(): void {
    timers.clear();
    isWaiting = false;
    common?.release();
  }

  function onLost(error: unknown): void {
    own = createSlots(Math.max(1, Math.floor(limit * (shared?.share ?? 1))), windowMs);
    onStore?.(true, error);
    pump();
  }

  function onFound(): void {
    own = undefined;
    timers.clear();
    isWaiting = false;
    onStore?.(false);
    pump();
  }

  /** What holds for those who come back: a store that is lost is mostly found again by then. */
  function comeBackTurnMs(): number {
    return common?.turnMs() ?? own?.spacingMs ?? windowMs / limit;
  }

  function expectedMs(ahead: number): number {
    const now = clock();
    if (own) return Math.max(0, own.waitMs(now, now)) + ahead * own.spacingMs;
    return (ahead + 1) * (common?.turnMs() ?? windowMs / limit);
  }

  function refusal(tooLong: Turn['tooLong'], ahead: number): Error {
    const queueMs = expectedMs(lanes.size());
    return tooLong(expectedMs(ahead), () => comeBacks.afterMs(clock(), queueMs, comeBackTurnMs()));
  }

  function wait({ lane, maxWaitMs, tooLong, stopped, onGone }: Turn): Promise<Answered> {
    return new Promise((resolve, reject) => {
      const giveUp = (error: Error): void => {
        end();
        leave(waiter);
        if (lanes.size() === 0) rest();
        reject(error);
      };
      const callOff = bounds.after(maxWaitMs, () => giveUp(refusal(tooLong, lanes.aheadOf(waiter))));
      const unwatch = onGone(giveUp);
      const end = (): void => {
        callOff();
        unwatch();
      };
      const waiter: Waiter = {
        lane,
        cameAt: clock(),
        grant(answered) {
          end();
          resolve(answered);
        },
        dismiss: () => giveUp(stopped()),
      };
      lanes.add(waiter);
      pump();
    });
  }

  function refuse({ lane, maxWaitMs, tooLong }: Parameters<Pacer['refuse']>[0]): Error | undefined {
    const ahead = lanes.ahead(lane);
    return expectedMs(ahead) > maxWaitMs ? refusal(tooLong, ahead) : undefined;
  }

  return {
    take(turn) {
      const now = clock();
      if (own && lanes.size() === 0 && own.waitMs(now, now) <= 0) {
        return watched(own.take(now, now), now);
      }
      const refused = refuse(turn);
      return refused ? Promise.reject(refused) : wait(turn);
    },
    refuse,
    stop() {
      for (let first = lanes.first(); first; first = lanes.first()) first.dismiss();
      common?.stop();
    },
  };
}
