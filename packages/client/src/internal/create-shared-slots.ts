import type { RateStore } from '../types.js';
import { freeAgainAt, type Place } from './create-places.js';
import { slotSpacingMs } from './create-slots.js';
import { createStoreClock } from './create-store-clock.js';
import { createTimers } from './create-timers.js';
import { within } from './within.js';

/** The slots that a store gives to this process, out of those of a fleet. */
export interface SharedSlots {
  /** Reserves as many as these waiters can use soon. */
  readonly reserveFor: (waiters: number) => void;
  /** Gives the milliseconds between two slots of this process lately, while all of its fleet take theirs. */
  readonly turnMs: () => number;
  /** Lets go of what is reserved: nobody waits any more. */
  readonly release: () => void;
  /** Lets go of everything, the search for a lost store included. */
  readonly stop: () => void;
}

/** What is shared, and who is told. */
export interface SharedSlotsOptions {
  readonly store: RateStore;
  readonly key: string;
  readonly limit: number;
  readonly windowMs: number;
  /** Gives monotonic milliseconds. */
  readonly clock: () => number;
  /** The time of a slot has come; gives back whether anybody took it. */
  readonly onSlot: (place: Place) => boolean;
  /** More slots may be reserved now. */
  readonly onRoom: () => void;
  readonly onLost: (error: unknown) => void;
  readonly onFound: () => void;
}

/** A store that does not answer within this time is lost. */
const answerMs = 500;
/** How soon a lost store is asked again. */
const searchMs = 1_000;
/** Slots are reserved so far ahead that neither the way to the store nor a busy event loop costs one. */
const aheadMs = 30;
/** Whoever has fewer at a time than the others gets fewer of all; and what is foretold to who waits goes by equal parts. */
const leastHeld = 2;
/** Questions under way at the same time. */
const questions = 4;
/** Over so many slots this process's share is averaged; over few when a queue forms, since its end is foretold at once. */
const averaged = { first: 8, most: 32 };
/** A slot that is missed by more than this part of the window is given up. */
const missedPart = 1 / 4;
/** After this part of the window the store is told of a request without an answer: its place will soon be given away. */
const unansweredPart = 1 / 3;

/** Makes the slots of one key; they hold timers only while somebody waits, or while the store is lost. */
export function createSharedSlots(options: SharedSlotsOptions): SharedSlots {
  const { store, key, limit, windowMs, clock, onSlot, onRoom, onLost, onFound } = options;
  const spacingMs = slotSpacingMs(limit, windowMs);
  const storeClock = createStoreClock();
  const timers = createTimers(clock);
  const searchTimers = createTimers(clock);
  // When those slots are due whose place in the window was used late before; whoever reserves them needs to know.
  const delays = new Map<number, number>();
  // Those that were used and not answered yet, in that order.
  const open = new Map<number, { readonly usedAt: number; readonly place: Place }>();
  let asked = 0;
  let held = 0;
  let lastAt = Number.NEGATIVE_INFINITY;
  const sharer = Math.random().toString(36).slice(2);
  // So many processes take slots at present.
  let sharers = Number.POSITIVE_INFINITY;
  // How many slots of the fleet there are for one of this process, where some want fewer than others.
  let fleetSlots = 1;
  let averagedOver = averaged.first;
  let lastId = 0;
  let wasCalm = false;
  let isLost = false;
  let isTelling = false;
  // Whether the last slot that was reserved had to be waited for.
  let isContended = false;
  // What was asked for before a release comes too late for it.
  let round = 0;

  async function ask(
    owner = timers,
  ): Promise<{ readonly slotAt: number; readonly evenAt: number; readonly id: number }> {
    const askedAt = clock();
    for (const [id, { usedAt, place }] of open) {
      if (askedAt - usedAt < windowMs * unansweredPart) break;
      open.delete(id);
      place(windowMs);
    }
    const known = [...delays].map(([slot, dueMs]) => ({ id: slot, dueMs }));
    delays.clear();
    const reserved = await within(answerMs, store.reserve(key, spacingMs, known, sharer), owner);
    const { id, dueMs, evenMs, nowMs } = reserved;
    if (!Number.isFinite(id + dueMs + evenMs + nowMs))
      throw new TypeError('The rate store gave something else than a slot.');
    sharers = reserved.sharers || Number.POSITIVE_INFINITY;
    isContended = evenMs > nowMs;
    storeClock.learn(nowMs, askedAt, clock());
    return { id, slotAt: storeClock.toLocal(dueMs), evenAt: storeClock.toLocal(evenMs) };
  }

  function reserve(): void {
    const mine = round;
    const askedAt = clock();
    asked += 1;
    ask().then(
      ({ id, slotAt, evenAt }) => {
        if (mine !== round) return;
        asked -= 1;
        held += 1;
        lastAt = Math.max(lastAt, evenAt);
        const isPrompt = clock() - askedAt <= aheadMs;
        timers.after(slotAt - clock(), () => {
          learnShare(id, isPrompt && clock() - slotAt <= aheadMs);
          use(id, slotAt, evenAt);
        });
        onRoom();
      },
      (error) => {
        if (mine !== round) return;
        asked -= 1;
        lose(error);
      },
    );
  }

  function learnShare(id: number, isCalm: boolean): void {
    // What others took while this process stood still is not their share, nor is anything a store that starts again.
    if (isCalm && wasCalm && id > lastId) {
      fleetSlots += (Math.min(id - lastId, 4 * fleetSlots) - fleetSlots) / averagedOver;
      averagedOver = Math.min(averagedOver + 1, averaged.most);
    }
    [lastId, wasCalm] = [id, isCalm];
  }

  /** Those who wait elsewhere need to know, though nobody waits here; it costs a slot. */
  function tellSoon(): void {
    if (isTelling || isLost) return;
    isTelling = true;
    const tell = (): void => {
      isTelling = false;
      if (delays.size === 0) return;
      // Whoever goes on to reserve tells it by that.
      if (asked + held > 0) tellSoon();
      else ask(searchTimers).catch(() => {});
    };
    searchTimers.after(aheadMs, tell, { keepsAlive: false });
  }

  function use(id: number, slotAt: number, evenAt: number): void {
    held -= 1;
    const now = clock();
    let isTold = false;
    const place: Place = (lateMs) => {
      const freeAt = freeAgainAt(now, windowMs, lateMs);
      // What is told last is what the store knows, even where it has been told the worst before.
      if (!isTold && freeAt <= evenAt + limit * spacingMs) return;
      isTold = true;
      delays.set(id + limit, storeClock.toStore(freeAt));
      if (isContended) tellSoon();
    };
    const isMissed = now - slotAt > windowMs * missedPart;
    const answered: Place = (lateMs) => {
      open.delete(id);
      place(lateMs);
    };
    if (!isMissed && onSlot(answered)) {
      place(0);
      open.set(id, { usedAt: now, place });
    }
    onRoom();
  }

  function lose(error: unknown): void {
    if (isLost) return;
    isLost = true;
    delays.clear();
    onLost(error);
    search();
  }

  function search(): void {
    const again = (): void => {
      ask(searchTimers).then(() => {
        isLost = false;
        onFound();
      }, search);
    };
    // A process that has nothing else to do need not wait for the store.
    searchTimers.after(searchMs, again, { keepsAlive: false });
  }

  function release(): void {
    round += 1;
    [asked, held, lastAt] = [0, 0, Number.NEGATIVE_INFINITY];
    [wasCalm, averagedOver] = [false, averaged.first];
    timers.clear();
  }

  return {
    reserveFor(waiters) {
      while (asked + held < waiters) {
        const isEnough = asked >= questions || lastAt > clock() + aheadMs;
        if (asked + held >= leastHeld && isEnough) return;
        reserve();
      }
    },
    turnMs: () => Math.max(1, Math.min(fleetSlots, sharers)) * spacingMs,
    release,
    stop() {
      release();
      searchTimers.clear();
    },
  };
}
