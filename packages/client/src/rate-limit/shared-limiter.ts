import type { RateStore } from '../types.js';
import { createLeast } from './least.js';
import type { Place } from './places.js';
import { createFleetShare } from './process-share.js';
import { createFleetPlaces, type FleetPlace } from './shared-window.js';
import { createStoreClock } from './store-clock.js';
import { createTimers } from './timers.js';
import { slotSpacingMs } from './window.js';
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
  /** Whether anybody waits for a slot. */
  readonly isWaitedFor: () => boolean;
  /** More slots may be reserved now. */
  readonly onRoom: () => void;
  readonly onLost: (error: unknown) => void;
  readonly onFound: () => void;
}

/** A slot of this process. */
interface Slot {
  readonly id: number;
  /** When it would come if all came evenly. */
  readonly evenAt: number;
  readonly dueAt: number;
  readonly place: FleetPlace;
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
/** Where each of so many slots comes later than evenly spaced, none could come earlier: the even pace has run ahead. */
const behindOf = 64;
/**
 * Parts of the window. Until the next slot of a place is reserved, a little before a window has passed, the store must have
 * been told of what this one was used for: a slot that is delayed by more than `late` is left out, one whose time is over
 * by more than `missed` is given up, and who has asked for none for `quiet` does so to tell its news.
 */
const parts = { late: 1 / 4, missed: 3 / 8, quiet: 1 / 8 };

/** Makes the slots of one key; they hold timers only while somebody waits, or while the store is lost. */
export function createSharedSlots(options: SharedSlotsOptions): SharedSlots {
  const { store, key, limit, windowMs, clock, onSlot, isWaitedFor, onRoom, onLost, onFound } = options;
  const spacingMs = slotSpacingMs(limit, windowMs);
  const storeClock = createStoreClock();
  const timers = createTimers(clock);
  const searchTimers = createTimers(clock);
  const share = createFleetShare();
  const toStore = (localMs: number): number => storeClock.toStore(localMs, clock());
  const places = createFleetPlaces({ limit, windowMs, spacingMs, toStore, onPending: tellSoon });
  const leastBehindMs = createLeast(behindOf);
  // By how much slots come later than evenly spaced, since their places were used late before.
  let behindMs = 0;
  let asked = 0;
  let askedAt = Number.NEGATIVE_INFINITY;
  let held = 0;
  let lastAt = Number.NEGATIVE_INFINITY;
  const sharer = Math.random().toString(36).slice(2);
  // So many processes take slots at present.
  let sharers = Number.POSITIVE_INFINITY;
  let isLost = false;
  let isTelling = false;
  // Whether the last slot that was reserved had to be waited for.
  let isContended = false;
  // What was asked for before a release comes too late for it.
  let round = 0;

  /** One that ran ahead of the places for good would hand out ever later slots, and ever more of them. */
  function pacedMs(): number {
    return spacingMs * (1 + behindMs / windowMs);
  }

  async function ask(owner = timers): Promise<Slot> {
    askedAt = clock();
    const startedAt = askedAt;
    const news = places.takeNews(startedAt);
    const reserved = await within(answerMs, store.reserve(key, pacedMs(), news, sharer), owner);
    const { id, dueMs, evenMs, nowMs } = reserved;
    if (!Number.isFinite(id + dueMs + evenMs + nowMs))
      throw new TypeError('The rate store gave something else than a slot.');
    const answeredAt = clock();
    storeClock.learn(nowMs, startedAt, answeredAt);
    sharers = reserved.sharers || Number.POSITIVE_INFINITY;
    isContended = evenMs > nowMs;
    behindMs = leastBehindMs(dueMs - evenMs);
    const [evenAt, dueAt] = [storeClock.toLocal(evenMs, answeredAt), storeClock.toLocal(dueMs, answeredAt)];
    return { id, evenAt, dueAt, place: places.follow(id, evenMs) };
  }

  /** Asks for a slot that nobody waits for. */
  async function askInVain(): Promise<void> {
    const { dueAt, place } = await ask(searchTimers);
    place.skip(dueAt);
  }

  function reserve(): void {
    const mine = round;
    const startedAt = clock();
    asked += 1;
    ask().then(
      (slot) => {
        const isLate = slot.dueAt - slot.evenAt > windowMs * parts.late;
        if (isLate) slot.place.skip(slot.dueAt);
        else slot.place.expect(slot.dueAt);
        if (mine !== round) return;
        asked -= 1;
        lastAt = Math.max(lastAt, slot.evenAt);
        if (isLate) return onRoom();
        held += 1;
        const isPrompt = clock() - startedAt <= aheadMs;
        timers.after(slot.dueAt - clock(), () => {
          share.note(slot.id, isPrompt && clock() - slot.dueAt <= aheadMs);
          use(slot);
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

  function use({ evenAt, place }: Slot): void {
    held -= 1;
    const now = clock();
    const isMissed = now - evenAt > windowMs * parts.missed;
    let answered: Place = () => {};
    if (!isMissed && onSlot((lateMs) => answered(lateMs))) answered = place.use(now);
    onRoom();
  }

  /** Those who wait elsewhere need to know, though nobody waits here, and the store is told by asking for a slot. */
  function tellSoon(): void {
    if (isTelling || !isContended) return;
    isTelling = true;
    searchTimers.after(aheadMs, tell, { keepsAlive: false });
  }

  function tell(): void {
    isTelling = false;
    if (isLost || !places.isPending()) return;
    const now = clock();
    // Whoever has asked lately asks again soon.
    const isAsking = asked > 0 || now - askedAt < windowMs * parts.quiet;
    if (!isAsking && places.hasNews(now)) {
      if (isWaitedFor()) reserve();
      else askInVain().catch(() => {});
    }
    tellSoon();
  }

  function lose(error: unknown): void {
    if (isLost) return;
    isLost = true;
    places.forget();
    onLost(error);
    search();
  }

  function search(): void {
    const again = (): void => {
      askInVain().then(() => {
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
    share.rest();
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
    turnMs: () => Math.max(1, Math.min(share.slotsForOne(), sharers)) * pacedMs(),
    release,
    stop() {
      release();
      searchTimers.clear();
    },
  };
}
