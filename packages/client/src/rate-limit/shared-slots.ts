import type { PermitOutcome, PermitSource } from './permit-source.js';
import type { RateReservation, RateStoreOptions, SharedLimit } from './rate-store.js';
import { createWindow } from './window.js';

/** Slots are so much wider apart than the limit says: a few requests may come late without one being refused. */
const margin = 0.0125;
/** Each refused request widens the spacing of slots by `step`, which decays within `lastsMs`; several of them by at most `most`. */
const penalty = { step: 0.015, lastsMs: 10_000, most: 0.25 };
/** An answer that comes so much later than usual tells of a late request; each one raises the bound, the others lower it. */
const lateAnswer = { leastMs: 8, upMs: 2, downMs: 0.02 };
/** The shortest latency seen lately counts as the usual one; it grows by this factor with each answer, so that it is unlearned. */
const forgotten = 1.001;
/** What timers and the event loop take, beside the way to the store. */
const spareMs = 3;
/** A fleet reserves at most this part of a window ahead, but one slot for each process: a call of an idle process waits that long. */
const aheadPart = 1 / 10;
/** A store that does not answer within this time is lost, and a lost one is asked again so soon. */
const [answerMs, searchMs] = [500, 1_000];
/** A store may count in whole microseconds. */
const roundingMs = 0.01;
/** The spacing of a process is the average over so many of its slots. */
const averagedOver = 12;

/** Creates the permits of one process: slots that it reserves in a store, or those of its share while the store is lost. */
export function createSharedSlots(reserve: RateStoreOptions['reserve'], options: SharedLimit): PermitSource {
  const { key, limit, windowMs, shareWithoutStore, monotonicNow, timers, onPermits, onLost, onFound } = options;
  const evenMs = (windowMs / limit) * (1 + margin);
  const share = createWindow({ limit: Math.max(1, Math.floor(limit * shareWithoutStore)), windowMs, monotonicNow });
  const lateness = createLateness(evenMs, windowMs);
  const usualWayMs = createLeast();
  let known = { aheadMs: 0, wayMs: 0, penaltyMs: 0, at: 0 };
  /** When the slots that this process has reserved are due. */
  let slots: number[] = [];
  let [spacingMs, lastDue] = [evenMs, Number.NaN];
  let [waiting, refused, unusedMs] = [0, 0, 0];
  // One question at a time, whatever becomes of it: each may hold a connection of the app's own pool.
  let isAsking = false;
  let isLost = false;
  let isStopped = false;
  let cancelSearch = (): void => {};

  function penaltyMs(): number {
    return Math.max(0, known.penaltyMs - (monotonicNow() - known.at));
  }

  function pacedMs(): number {
    return evenMs * (1 + Math.min(penalty.most, (penaltyMs() / penalty.lastsMs) * penalty.step));
  }

  /** As many as come due until a question asked now is answered, and fewer where the fleet has enough ahead. */
  function heldAtMost(): number {
    const needed = 1 + Math.ceil((known.wayMs + spareMs) / evenMs);
    return Math.max(1, Math.min(needed, Math.floor((windowMs * aheadPart - known.aheadMs) / evenMs)));
  }

  /** Gives back the slots that nobody waits for, or reserves more, or tells the store that requests were refused. */
  function refill(): void {
    if (isAsking || isLost || isStopped) return;
    if (waiting === 0) unusedMs += slots.splice(0).length * pacedMs();
    const count = Math.min(waiting, heldAtMost()) - slots.length;
    if (unusedMs > 0) void ask(-unusedMs);
    else if (count > 0) void ask(count * pacedMs(), count);
    else if (waiting === 0 && refused > 0) void ask(0);
  }

  async function ask(addedMs: number, count = 0): Promise<void> {
    isAsking = true;
    unusedMs = 0;
    const askedAt = monotonicNow();
    const delayMs = count > 0 ? lateness.takeDelay(askedAt) : 0;
    const added = { reservedMs: addedMs + delayMs, penaltyMs: takePenaltyMs() };
    const expire = (): void => lose(new Error(`There was no answer within ${answerMs} ms.`));
    // One turn of the event loop later: the answer may have come while it was busy.
    let cancel = timers.after(answerMs, () => (cancel = timers.after(0, expire)), { keepsAlive: false });
    try {
      const { reservedMs, penaltyMs } = await reserve(key, added);
      checkReservation({ reservedMs, penaltyMs }, added);
      const at = monotonicNow();
      known = { aheadMs: reservedMs - added.reservedMs, wayMs: usualWayMs(at - askedAt), penaltyMs, at };
      if (isLost) find(added.reservedMs);
      // What took longer than usual is mostly an event loop that was too busy to read the answer.
      else addSlots(Math.min(askedAt + known.wayMs / 2, at) + known.aheadMs + delayMs, addedMs / count, count);
    } catch (error) {
      lose(error);
      if (!isStopped) cancelSearch = timers.after(searchMs, () => void ask(0), { keepsAlive: false });
    }
    cancel();
    isAsking = false;
    refill();
  }

  function takePenaltyMs(): number {
    const addedMs = Math.min(refused * penalty.lastsMs, (penalty.most / penalty.step) * penalty.lastsMs - penaltyMs());
    refused = 0;
    return Math.max(0, addedMs);
  }

  function addSlots(firstDue: number, distanceMs: number, count: number): void {
    for (let nth = 0; nth < count; nth += 1) {
      const due = firstDue + nth * distanceMs;
      slots.push(due);
      // A pause of this process says nothing about how often its slots come.
      if (due > lastDue) spacingMs += (Math.min(due - lastDue, 4 * spacingMs) - spacingMs) / averagedOver;
      lastDue = due;
    }
    onPermits();
  }

  function lose(error: unknown): void {
    if (isLost || isStopped) return;
    isLost = true;
    slots = [];
    onLost(error);
    onPermits();
  }

  /** Slots reserved by a question that has timed out may be overdue by now; they are given back. */
  function find(reservedMs: number): void {
    if (isStopped) return;
    isLost = false;
    unusedMs = Math.max(0, reservedMs);
    onFound();
  }

  function release(due: number, usedAt: number, outcome: PermitOutcome): void {
    if (outcome === 'unused') {
      if (!isLost) slots.unshift(due);
      onPermits();
    } else if (outcome === 'refused') {
      refused += 1;
      refill();
    } else lateness.note(monotonicNow(), Math.max(0, usedAt - due), usedAt, outcome === 'answered');
  }

  return {
    waitMs(now, cameAt) {
      if (isLost) return share.waitMs(now, cameAt);
      return slots.length > 0 ? (slots[0] as number) - now : Number.POSITIVE_INFINITY;
    },
    take(now, cameAt) {
      const due = isLost ? undefined : slots.shift();
      if (due === undefined) return share.take(now, cameAt);
      return { release: (outcome) => release(due, now, outcome) };
    },
    spacingMs: () => (isLost ? share.spacingMs() : spacingMs),
    onQueueSize(size) {
      waiting = size;
      // A call that was under way as the client closed may come again for its next attempt.
      if (size > 0) isStopped = false;
      if (size === 0) lastDue = Number.NaN;
      refill();
    },
    stop() {
      isStopped = true;
      cancelSearch();
    },
  };
}

/** @throws {TypeError} where less is reserved than was added: the limit would not be kept */
function checkReservation(answer: RateReservation, added: RateReservation): void {
  const isReserved = Number.isFinite(answer.reservedMs) && answer.reservedMs >= added.reservedMs - roundingMs;
  if (isReserved && answer.reservedMs >= 0 && Number.isFinite(answer.penaltyMs) && answer.penaltyMs >= 0) return;
  throw new TypeError('The rate store answered with no reservation.');
}

/** Creates the record of requests that the service counted late: each delays the next slot, since the window after it holds one request more. */
function createLateness(evenMs: number, windowMs: number) {
  const usualMs = createLeast();
  let boundMs = lateAnswer.leastMs;
  let [delayMs, delayedAt] = [0, 0];

  return {
    /** Takes by how much a slot was used late, and when its request was sent. */
    note(now: number, usedLateMs: number, usedAt: number, isAnswer: boolean): void {
      const tookMs = now - usedAt;
      const lateMs = usedLateMs + (isAnswer ? tookMs - usualMs(tookMs) : tookMs);
      const isLate = lateMs > boundMs;
      boundMs = Math.max(lateAnswer.leastMs, boundMs + (isLate ? lateAnswer.upMs : -lateAnswer.downMs));
      if (isLate) [delayMs, delayedAt] = [delayMs + Math.min(lateMs, evenMs), now];
    },
    takeDelay(now: number): number {
      const takenMs = now - delayedAt < windowMs ? delayMs : 0;
      delayMs = 0;
      return takenMs;
    },
  };
}

/** Creates the function that takes a value and returns the least one of late. */
function createLeast(): (value: number) => number {
  let least = Number.POSITIVE_INFINITY;
  return (value) => {
    least = Math.min(least * forgotten, value);
    return least;
  };
}
