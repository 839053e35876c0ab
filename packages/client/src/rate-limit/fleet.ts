import type { RateFleet, RateMember, SharedLimit } from './rate-store.js';
import type { WindowOptions } from './window.js';

/** Slots are so much wider apart than the limit says: a few requests may come late without one being refused. */
const margin = 0.0075;
/** How often a process tells of itself; at once where it becomes busy, or is no longer. */
const tellEveryMs = 250;
/** A busy process that asks nothing for so long, and for two slots of each, counts as silent. */
const silentMs = 1_000;
/** How much later a process goes on alone: all others have seen by then that it is silent. */
const noticedMs = 2 * tellEveryMs;
/** Those who still have the store keep this part of the limit at the least. */
const leastPart = 0.05;

/** What a process knows of those who share its limit. */
export interface Fleet {
  /** Returns what the next question tells of this process; undefined where that is known. */
  readonly tell: (isBusy: boolean) => RateMember | undefined;
  /** Must be called with what the store answered to that. */
  readonly note: (told: RateMember, answered: RateFleet | undefined) => void;
  /** Whether the others take this process for a busy one. */
  readonly isKnownBusy: () => boolean;
  /** Returns the milliseconds between two slots by the limit in force. */
  readonly spacingMs: () => number;
  /** Returns the same, wider where others may go on without the store: what they may take is left out. */
  readonly distanceMs: () => number;
  /** Returns the milliseconds between two slots of this process where all others want as many; infinite while nobody counts them. */
  readonly evenShareMs: () => number;
  /** Returns what this process may take alone. */
  readonly share: () => Pick<WindowOptions, 'limit' | 'windowMs'>;
  /** Returns the milliseconds, from its last question on, until the others leave out what it may take alone. */
  readonly aloneAfterMs: () => number;
}

export function createFleet({ limit, windowMs, shareWithoutStore, monotonicNow, onLimit }: SharedLimit): Fleet {
  const own = (limit / windowMs) * 1_000;
  const id = Math.random().toString(36).slice(2) || '0';
  let known: RateFleet | undefined;
  let [isBusy, toldAt, inForce] = [false, Number.NEGATIVE_INFINITY, own];

  const spacingMs = (): number => (1_000 / inForce) * (1 + margin);
  const share = (): number => Math.min(shareWithoutStore, 1 / (known?.members ?? 1));
  const silentAfterMs = (): number => silentMs + 2 * (known?.members ?? 1) * spacingMs();

  const distanceMs = (): number => spacingMs() / Math.max(leastPart, 1 - (known?.silent ?? 0) * share());

  return {
    tell(isBusyNow) {
      if (isBusyNow === isBusy && monotonicNow() - toldAt < tellEveryMs) return undefined;
      return { id, isBusy: isBusyNow, perSecond: own, silentAfterMs: silentAfterMs() };
    },
    note(told, answered) {
      toldAt = monotonicNow();
      // A store that does not count them is told all the same: it may be one that fails to for once.
      isBusy = told.isBusy && answered !== undefined;
      if (answered) known = answered;
      const lowest = Math.min(own, answered?.perSecond ?? inForce);
      if (lowest === inForce) return;
      inForce = lowest;
      onLimit?.(inForce);
    },
    isKnownBusy: () => isBusy,
    spacingMs,
    distanceMs,
    evenShareMs: () => distanceMs() * (known?.members ?? Number.POSITIVE_INFINITY),
    share() {
      const portion = (inForce / 1_000) * windowMs * share();
      return portion < 1 ? { limit: 1, windowMs: windowMs / portion } : { limit: Math.floor(portion), windowMs };
    },
    aloneAfterMs: () => (known !== undefined && known.members > 1 ? silentAfterMs() + noticedMs : 0),
  };
}
