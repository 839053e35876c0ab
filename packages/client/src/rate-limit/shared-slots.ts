import { checkFleet, checkReservation } from './check-answer.js';
import { createFleet, type Fleet } from './fleet.js';
import { createPenalty } from './penalty.js';
import type { Permit, PermitOutcome, PermitSource } from './permit-source.js';
import type { RateStoreOptions, SharedLimit } from './rate-store.js';
import { createRunningMinimum, createWindow } from './window.js';

/** A request that is answered so much later than usual was counted late; each one raises the bound, the others lower it. */
const late = { minMs: 8, upMs: 2, downMs: 0.01 };
/** The quickest of so many answers is the usual one. */
const usualOf = 500;
/** What timers and the event loop take, beside the way to the store. */
const spareMs = 3;
/** A fleet reserves at most this part of a window ahead, but one slot for each process: a call of an idle process waits that long. */
const aheadPart = 1 / 10;
/** A store that does not answer within this time is lost, and a lost one is asked again so soon. */
const [answerMs, searchMs] = [500, 1_000];
/** A question without an answer for so long is given up: another may be asked, and an answer that comes after all is ignored. */
const giveUpMs = 60_000;
/** How long a process without the store sends nothing after a refused request: twice as long each time, and less as others are answered. */
const backOff = { leastWindows: 1, mostWindows: 16, decay: 0.999 };
/** A process that has asked for slots so lately is a busy one; sooner than the others would take it for a silent one. */
const busyForMs = 800;
/** The spacing of a process, and how long its questions take, are averaged over so many of these. */
const averagedOver = 12;

/** Creates the permits of one process: slots that it reserves in a store, or those of its share while the store is lost. */
export function createSharedSlots(reserve: RateStoreOptions['reserve'], options: SharedLimit): PermitSource {
  const { key, windowMs, monotonicNow, startTimer, onPermits, onLost, onFound } = options;
  const fleet = createFleet(options);
  const share = createShare(options, fleet.share);
  const usualLatencyMs = createRunningMinimum(usualOf, Number.POSITIVE_INFINITY);
  const usualRoundTripMs = createRunningMinimum(usualOf, Number.POSITIVE_INFINITY);
  const penalty = createPenalty(windowMs);
  let known = { aheadMs: 0, roundTripMs: 0 };
  /** How long a question takes at present: longer than the way to the store where the event loop is busy for a while. */
  let answerAfterMs: number | undefined;
  /** When the slots that this process has reserved are due. */
  let slots: number[] = [];
  let spacingMs = fleet.spacingMs();
  let [waiting, refused, boundMs, searchAt] = [0, 0, late.minMs, 0];
  /** What the next question adds beside its slots: time that is left out, or below 0 that of slots that were not used. */
  let correctionMs = 0;
  let [isLost, isStopped] = [false, false];
  /** When the question under way was asked: one at a time, since each may hold a connection of the app's own pool. */
  let underWay: number | undefined;
  /** When it last asked for slots. */
  let demandAt = Number.NEGATIVE_INFINITY;
  let cancelIdleReport: (() => void) | undefined;

  /** As many as come due until a question asked now is answered, and fewer where the fleet has enough ahead. */
  function heldAtMost(): number {
    const evenMs = fleet.spacingMs();
    const needed = 1 + Math.ceil(((answerAfterMs ?? 0) + spareMs) / evenMs);
    return Math.max(1, Math.min(needed, Math.floor((windowMs * aheadPart - known.aheadMs) / evenMs)));
  }

  const isAsking = (): boolean => underWay !== undefined && monotonicNow() - underWay < giveUpMs;

  /** Returns the slots that nobody waits for, or reserves more, reports refused requests, or looks for a lost store. */
  function refill(): void {
    if (isAsking() || isStopped || (isLost && monotonicNow() < searchAt)) return;
    if (waiting === 0) correctionMs = Math.min(0, correctionMs) - slots.splice(0).length * fleet.spacingMs();
    const count = isLost || correctionMs < 0 ? 0 : Math.min(waiting, heldAtMost()) - slots.length;
    if (isLost || correctionMs < 0 || count > 0 || (waiting === 0 && refused > 0)) void ask(count);
    if (waiting === 0 && fleet.isKnownBusy()) reportIdleLater();
  }

  async function ask(count: number): Promise<void> {
    const askedAt = monotonicNow();
    underWay = askedAt;
    const distanceMs = fleet.distanceMs() * penalty.factor();
    const added = { reservedMs: count * distanceMs + correctionMs, penaltyMs: penalty.change(refused, askedAt) };
    [correctionMs, refused] = [0, 0];
    const wasBusy = askedAt - demandAt < busyForMs;
    if (count > 0) demandAt = askedAt;
    const member = fleet.tell(!isStopped && (wasBusy || waiting > slots.length + count));
    const expire = (): void => lose(silentError(), askedAt);
    // One iteration of the event loop later: the answer may have come while it was busy.
    let cancel = startTimer(answerMs, () => (cancel = startTimer(0, expire)));
    try {
      const answer = await reserve(key, added, member);
      if (underWay !== askedAt) return;
      const { reservedMs, penaltyMs } = checkReservation(answer, added);
      if (member) fleet.note(member, checkFleet(answer.fleet));
      const at = monotonicNow();
      const tookMs = at - askedAt;
      known = { aheadMs: reservedMs - added.reservedMs, roundTripMs: usualRoundTripMs(tookMs) };
      answerAfterMs ??= tookMs;
      answerAfterMs += (tookMs - answerAfterMs) / averagedOver;
      penalty.note(penaltyMs, at);
      if (isLost) find(added.reservedMs);
      // What took longer than usual is mostly an event loop that was too busy to read the answer.
      else if (count > 0) addSlots(Math.min(askedAt + known.roundTripMs / 2, at) + known.aheadMs, distanceMs, count);
    } catch (error) {
      if (underWay !== askedAt) return;
      lose(error, askedAt);
      searchAt = monotonicNow() + searchMs;
    }
    cancel();
    underWay = undefined;
    refill();
    // Whoever has just said so, or failed to, says it no more.
    if (isStopped && member?.isBusy !== false) leave();
  }

  /** Reports to the others, once it has wanted nothing for a while, that this process is not busy: else it would seem silent. */
  function reportIdleLater(): void {
    cancelIdleReport ??= startTimer(demandAt + busyForMs - monotonicNow(), () => {
      cancelIdleReport = undefined;
      if (waiting > 0 || isAsking() || isLost || !fleet.isKnownBusy()) return;
      if (monotonicNow() - demandAt < busyForMs) reportIdleLater();
      else void ask(0);
    });
  }

  /** The same where it ends: its store may be closed next. */
  function leave(): void {
    cancelIdleReport?.();
    cancelIdleReport = undefined;
    if (!isAsking() && !isLost && fleet.isKnownBusy()) void ask(0);
  }

  function addSlots(firstDue: number, distanceMs: number, count: number): void {
    // Until the last one of its slots is due, a process has no others.
    const presentMs = (known.aheadMs + (count - 1) * distanceMs) / (slots.length + count);
    // At the start of a crowd, when event loops are busy, less comes of its share than will.
    const mostMs = fleet.evenShareMs() * penalty.factor();
    spacingMs += (Math.min(Math.max(fleet.spacingMs(), presentMs), mostMs) - spacingMs) / averagedOver;
    for (let nth = 0; nth < count; nth += 1) slots.push(firstDue + nth * distanceMs);
    onPermits();
  }

  function lose(error: unknown, askedAt: number): void {
    if (isLost || isStopped) return;
    isLost = true;
    slots = [];
    share.begin(askedAt + fleet.aloneAfterMs());
    onLost(error);
    onPermits();
  }

  /** Slots that a question reserved which has timed out may be overdue by now; they are given back. */
  function find(reservedMs: number): void {
    if (isStopped) return;
    isLost = false;
    correctionMs = Math.min(0, -reservedMs);
    onFound();
  }

  function release(due: number, usedAt: number, outcome: PermitOutcome): void {
    if (outcome === 'unused') {
      if (!isLost) slots.unshift(due);
      onPermits();
    } else if (outcome === 'refused') {
      refused += 1;
      refill();
    } else {
      const now = monotonicNow();
      const lateMs = now - due - (outcome === 'answered' ? usualLatencyMs(now - usedAt) : 0);
      const isLate = lateMs > boundMs;
      boundMs = Math.max(late.minMs, boundMs + (isLate ? late.upMs : -late.downMs));
      // The window after a request that was counted late holds one more: a slot is left out for it.
      if (isLate) correctionMs += Math.min(lateMs, fleet.spacingMs());
    }
  }

  return {
    waitMs(now, cameAt) {
      if (isLost) return share.waitMs(now, cameAt);
      return slots.length > 0 ? (slots[0] as number) - now : spacingMs;
    },
    take(now, cameAt) {
      // A call after the client was closed may find a permit of its share without waiting.
      isStopped = false;
      if (isLost) refill();
      const due = slots.shift();
      if (due === undefined) return share.take(now, cameAt);
      return { release: (outcome) => release(due, now, outcome) };
    },
    spacingMs: () => (isLost ? share.spacingMs() : spacingMs),
    onQueueSize(size) {
      waiting = size;
      // A call that was under way as the client closed may come again for its next attempt.
      if (size > 0) isStopped = false;
      refill();
    },
    stop() {
      isStopped = true;
      leave();
    },
  };
}

/** As `withTimeout` has it, so that a log knows whose words they are. */
function silentError(): Error {
  const message = `There was no answer within ${answerMs} ms.`;
  return Object.assign(new Error(message), { name: 'TimeoutError', code: 'TIMED_OUT' });
}

/** The permits of a process without the store. */
interface Share extends Pick<PermitSource, 'waitMs' | 'take' | 'spacingMs'> {
  /** Must be called where the store is lost; nothing is sent before that time. */
  readonly begin: (from: number) => void;
}

/**
 * Creates the permits of a process that has lost the store. Where one of its requests is refused, the limit is used up: some may
 * still have the store and not know of this process, so that it rests.
 */
function createShare({ windowMs, monotonicNow }: SharedLimit, part: Fleet['share']): Share {
  let window = createWindow({ ...part(), monotonicNow });
  let [backOffWindows, from] = [backOff.leastWindows, Number.NEGATIVE_INFINITY];

  function release(permit: Permit, outcome: PermitOutcome): void {
    permit.release(outcome);
    if (outcome === 'answered') backOffWindows = Math.max(backOff.leastWindows, backOffWindows * backOff.decay);
    if (outcome !== 'refused') return;
    from = Math.max(from, monotonicNow() + backOffWindows * windowMs);
    backOffWindows = Math.min(backOff.mostWindows, backOffWindows * 2);
  }

  return {
    begin(time) {
      from = time;
      backOffWindows = backOff.leastWindows;
      window = createWindow({ ...part(), monotonicNow });
    },
    waitMs: (now, cameAt) => Math.max(window.waitMs(now, cameAt), from - now),
    take(now, cameAt) {
      const permit = window.take(now, cameAt);
      return { release: (outcome) => release(permit, outcome) };
    },
    spacingMs: () => window.spacingMs(),
  };
}
