import type { RateSlot } from '../types.js';
import { freeAgainAt, type Place } from './places.js';

/** The places in the window of a fleet's slots: each is taken by every `limit`-th slot, whichever process has it. */
export interface FleetPlaces {
  /** Follows the place of a slot of this process; `evenMs` is when it would come if all came evenly, by the store. */
  readonly follow: (id: number, evenMs: number) => FleetPlace;
  /** Whether there are slots to come that must be later, as the store does not know yet. */
  readonly hasNews: (now: number) => boolean;
  /** Gives them, once. */
  readonly takeNews: (now: number) => readonly RateSlot[];
  /** Whether there are any, or may soon be. */
  readonly isPending: () => boolean;
  readonly forget: () => void;
}

/** The place of one slot. Whoever reserves the next slot in it needs to know where it is free later than usual. */
export interface FleetPlace {
  /** Nobody will use it, but it is not free before that time. */
  readonly skip: (at: number) => void;
  /** It will be used at that time. A slot that is delayed for long is used only after the next one has been reserved. */
  readonly expect: (at: number) => void;
  /** It is used now. */
  readonly use: (at: number) => Place;
}

/** What the places belong to. */
export interface FleetPlacesOptions {
  readonly limit: number;
  readonly windowMs: number;
  readonly spacingMs: number;
  /** Gives the time of the store, not too early. */
  readonly toStore: (localMs: number) => number;
  /** There may soon be news. */
  readonly onPending: () => void;
}

/** After this part of the window the store is told of a request without an answer: its place will soon be given away. */
const unansweredPart = 1 / 4;

/** Makes the places. */
export function createFleetPlaces({ limit, windowMs, spacingMs, toStore, onPending }: FleetPlacesOptions): FleetPlaces {
  // When those slots are due whose place was used late before.
  const delays = new Map<number, number>();
  // Those that were used and not answered yet, in that order.
  const open = new Map<number, { readonly usedAt: number; readonly place: Place }>();

  function follow(id: number, evenMs: number): FleetPlace {
    let isTold = false;

    function keepUntil(freeAt: number): void {
      const dueMs = toStore(freeAt);
      // What is told last is what the store knows, even where it has been told the worst before.
      if (!isTold && dueMs <= evenMs + limit * spacingMs) return;
      isTold = true;
      delays.set(id + limit, dueMs);
      onPending();
    }

    return {
      skip: keepUntil,
      expect: (at) => keepUntil(freeAgainAt(at, windowMs, 0)),
      use(usedAt) {
        const place: Place = (lateMs) => keepUntil(freeAgainAt(usedAt, windowMs, lateMs));
        place(0);
        open.set(id, { usedAt, place });
        onPending();
        return (lateMs) => {
          open.delete(id);
          place(lateMs);
        };
      },
    };
  }

  function giveUpUnanswered(now: number): void {
    for (const [id, { usedAt, place }] of open) {
      if (now - usedAt < windowMs * unansweredPart) return;
      open.delete(id);
      place(windowMs);
    }
  }

  return {
    follow,
    hasNews(now) {
      giveUpUnanswered(now);
      return delays.size > 0;
    },
    takeNews(now) {
      giveUpUnanswered(now);
      const told = [...delays].map(([id, dueMs]) => ({ id, dueMs }));
      delays.clear();
      return told;
    },
    isPending: () => delays.size + open.size > 0,
    forget: () => delays.clear(),
  };
}
