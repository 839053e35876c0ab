import { describe, expect, it } from 'vitest';
import type { Permit } from './permit-source.js';
import type { RateAnswer, RateMember, RateReservation, SharedLimit } from './rate-store.js';
import { createSharedSlots } from './shared-slots.js';

/** Between two slots of 200 a second. */
const evenMs = 5 * 1.0075;

interface Question {
  readonly added: RateReservation;
  readonly member: RateMember | undefined;
  readonly resolve: (answer: RateAnswer) => void;
  readonly fail: (error: Error) => void;
}

/** The slots of one process, of which a test is the store, the time and the timers. */
function start(options: Partial<SharedLimit> = {}) {
  const seen = { now: 10_000, permits: 0 };
  const states: string[] = [];
  const lost: unknown[] = [];
  const questions: Question[] = [];
  const timers = new Set<{ readonly at: number; readonly run: () => void }>();
  const source = createSharedSlots(
    (_, added, member) => new Promise((resolve, fail) => questions.push({ added, member, resolve, fail })),
    {
      ...{ key: 'key', limit: 200, windowMs: 1_000, shareWithoutStore: 0.1, monotonicNow: () => seen.now },
      startTimer(ms, run) {
        const timer = { at: seen.now + ms, run };
        timers.add(timer);
        return () => timers.delete(timer);
      },
      onPermits: () => {
        seen.permits += 1;
      },
      onLost: (error) => {
        states.push((error as Error).message);
        lost.push(error);
      },
      onFound: () => states.push('found'),
      ...options,
    },
  );
  const last = () => questions.at(-1) as Question;
  const settled = () => new Promise<void>((resolve) => setImmediate(resolve));
  /** Sets the number of requests that wait. */
  const want = (size: number) => source.onQueueSize?.(size);
  return {
    source,
    seen,
    states,
    lost,
    questions,
    last,
    want,
    timers: () => [...timers].map(({ at }) => at - seen.now),
    /** Runs the next timer alone, as an event loop does that has been busy. */
    runNext() {
      const [next] = timers;
      if (!next) throw new Error('There is no timer.');
      timers.delete(next);
      next.run();
    },
    /** Lets the time pass with its timers, one after the other. */
    pass(ms: number) {
      const until = seen.now + ms;
      for (;;) {
        const [next] = [...timers].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at);
        if (!next) break;
        timers.delete(next);
        seen.now = Math.max(seen.now, next.at);
        next.run();
      }
      seen.now = until;
    },
    /** Answers the last question, as a store does that has so much reserved before it. */
    async answer(aheadMs = 0, penaltyMs = 0, fleet?: RateAnswer['fleet']) {
      const reservedMs = Math.max(0, last().added.reservedMs + aheadMs);
      last().resolve({ reservedMs, penaltyMs, ...(fleet && { fleet }) });
      await settled();
    },
    async fail(message = 'Closed') {
      last().fail(new Error(message));
      await settled();
    },
    waitMs: () => source.waitMs(seen.now, seen.now),
    take: (): Permit => source.take(seen.now, seen.now),
    slots: () => last().added.reservedMs / evenMs,
  };
}

describe('a question', () => {
  it.each([
    ['one that waits', 1, 1],
    ['two', 2, 2],
    ['more than come due until its answer', 3, 2],
  ])('reserves slots for %s', (_, size, count) => {
    const { want, last, questions, waitMs } = start();
    want(size);
    expect(last().added.reservedMs).toBeCloseTo(count * evenMs);
    expect(last().added.penaltyMs).toBe(0);
    expect(waitMs()).toBeCloseTo(evenMs);
    // No other is asked meanwhile.
    want(size + 5);
    expect(questions).toHaveLength(1);
  });

  it('has its slots due from the middle of its way on, behind those of others, and one after the other', async () => {
    const { want, answer, pass, waitMs, take, source, seen } = start();
    want(2);
    pass(4);
    expect(seen.permits).toBe(0);
    await answer(20);
    expect(seen.permits).toBe(1);
    expect(waitMs()).toBeCloseTo(18);
    // A twelfth of the way from what was known before to what it got: two slots until the last one is due.
    const present = (20 + evenMs) / 2;
    expect(source.spacingMs()).toBeCloseTo(evenMs + (present - evenMs) / 12);
    pass(18);
    take();
    expect(waitMs()).toBeCloseTo(evenMs);
  });

  it('counts for an even share of the limit at the most, however much is reserved before it', async () => {
    const { want, answer, pass, waitMs, take, source } = start();
    want(2);
    await answer(2_000, 0, { members: 3, silent: 0, perSecond: 200 });
    const spacingMs = evenMs + (3 * evenMs - evenMs) / 12;
    expect(source.spacingMs()).toBeCloseTo(spacingMs);
    pass(2_000 + evenMs);
    take();
    take();
    expect(waitMs()).toBeCloseTo(spacingMs);
  });

  it('that took longer than usual has been on its way for the usual time', async () => {
    const { want, answer, pass, waitMs, take } = start();
    want(1);
    pass(4);
    await answer(0);
    take();
    want(1);
    pass(60);
    await answer(100);
    expect(waitMs()).toBeCloseTo(2 + 100 - 60);
  });

  it.each([
    ['more where the store is far', 40, 0, 10],
    ['fewer where the fleet has much ahead', 40, 85, 2],
    ['one where it has all ahead that it may', 40, 97, 1],
    ['one where it has more than that', 40, 300, 1],
    ['as many as come due until its answer', 7, 0, 3],
    ['one more where that is a moment later', 7.1, 0, 4],
  ])('reserves %s', async (_, wayMs, aheadMs, count) => {
    const { want, answer, pass, take, slots } = start();
    want(1);
    pass(wayMs);
    await answer(aheadMs);
    take();
    want(50);
    expect(slots()).toBeCloseTo(count);
  });

  it('reserves no more than are missing, and none where enough are there', async () => {
    const { want, answer, pass, take, questions, slots } = start();
    want(2);
    pass(40);
    await answer();
    expect(questions).toHaveLength(1);
    want(2);
    expect(questions).toHaveLength(1);
    take();
    want(5);
    expect(slots()).toBeCloseTo(4);
  });

  it('gives back the slots that nobody waits for', async () => {
    const { want, answer, slots, waitMs, questions } = start();
    want(2);
    await answer();
    want(0);
    expect(slots()).toBeCloseTo(-2);
    expect(waitMs()).toBeCloseTo(evenMs);
    await answer(2 * evenMs);
    expect(questions).toHaveLength(2);
  });

  it('of no slots changes nothing of the pace', async () => {
    const { want, answer, source } = start();
    want(1);
    await answer();
    want(0);
    await answer(500);
    expect(source.spacingMs()).toBe(evenMs);
  });
});

describe('a request that was refused', () => {
  it('is told with the next question, or by one of its own where nobody waits', async () => {
    const { want, answer, take, questions, last } = start();
    want(2);
    await answer();
    const [first, second] = [take(), take()];
    want(1);
    await answer();
    first.release('refused');
    expect(questions).toHaveLength(2);
    want(2);
    expect(last().added.penaltyMs).toBe(8_000);
    await answer();
    want(0);
    await answer();
    second.release('refused');
    expect(last().added).toEqual({ reservedMs: 0, penaltyMs: 8_000 });
  });

  it.each([
    [0, 8_000, 1],
    [20_000, 8_000, 1.025],
    [171_000, 5_000, 1.21375],
    [176_000, 0, 1.22],
    [200_000, 0, 1.22],
  ])('with a penalty of %d ms adds %d, and slots are %d times as wide apart', async (penaltyMs, added, width) => {
    const { want, answer, take, last } = start();
    want(1);
    await answer(0, penaltyMs);
    const permit = take();
    want(1);
    expect(last().added.reservedMs).toBeCloseTo(width * evenMs);
    await answer(0, penaltyMs);
    take();
    want(0);
    permit.release('refused');
    expect(last().added.penaltyMs).toBe(added);
  });
});

describe('a request that was counted late', () => {
  /** Returns in slots what a question for one adds after a request that was answered so much later than usual. */
  async function after(lateMs: number, outcome: 'answered' | 'lost' = 'answered') {
    const { want, answer, pass, take, slots } = start();
    want(1);
    await answer();
    // The usual way of an answer: none.
    take().release('answered');
    want(1);
    await answer();
    const permit = take();
    pass(lateMs);
    permit.release(outcome);
    want(1);
    return slots();
  }

  it.each([
    [8, 1],
    [8.1, 2],
    [500, 2],
  ])('by %d ms has a slot left out, where that is too late', async (lateMs, count) => {
    expect(await after(lateMs)).toBeCloseTo(count);
    expect(await after(lateMs, 'lost')).toBeCloseTo(count);
  });

  it('by less than a slot has so much left out', async () => {
    const { want, answer, pass, take, last } = start({ limit: 10 });
    want(1);
    await answer();
    const permit = take();
    pass(30);
    permit.release('lost');
    want(1);
    expect(last().added.reservedMs).toBeCloseTo(100.75 + 30);
  });

  it('is no news where answers take as long by habit, and is where none came at all', async () => {
    for (const [outcome, count] of [
      ['answered', 1],
      ['lost', 2],
    ] as const) {
      const { want, answer, pass, take, slots } = start();
      want(1);
      await answer();
      const permit = take();
      pass(50);
      permit.release(outcome);
      want(1);
      expect(slots()).toBeCloseTo(count);
    }
  });

  it('raises the bound, which the others lower bit by bit, down to what it was', async () => {
    const { want, answer, pass, take, slots } = start();
    const call = async (lateMs: number): Promise<number> => {
      want(1);
      const count = slots();
      await answer();
      const permit = take();
      pass(lateMs);
      permit.release('lost');
      return Math.round(count);
    };
    const counts = [];
    for (const lateMs of [9, 9.5, 10.5, 8, 11.99, 0]) counts.push(await call(lateMs));
    // The slot that is left out is that of the next question; the bound is 8, then 10, 9.99, 11.99, 11.98, 13.98.
    expect(counts).toEqual([1, 2, 1, 2, 1, 2]);
    for (let count = 0; count < 700; count += 1) await call(0);
    expect([await call(8), await call(8.1), await call(0)]).toEqual([1, 1, 2]);
  });
});

describe('a permit that was not used', () => {
  it('is the next one again, and told', async () => {
    const { want, answer, take, waitMs, seen, questions } = start();
    want(2);
    await answer(30);
    const before = [waitMs(), seen.permits];
    take().release('unused');
    expect([waitMs(), seen.permits]).toEqual([before[0], 2]);
    expect(questions).toHaveLength(1);
  });

  it('is none any more once the store is lost', async () => {
    const { want, answer, take, fail, waitMs, pass, states, slots } = start();
    want(1);
    await answer(30);
    const permit = take();
    want(1);
    await fail();
    const before = waitMs();
    permit.release('unused');
    expect(waitMs()).toBe(before);
    take();
    expect(waitMs()).toBeCloseTo(1_004 / 20);
    pass(1_000);
    want(1);
    await answer();
    expect([states.at(-1), slots()]).toEqual(['found', 1]);
  });
});

describe('a store that says nothing', () => {
  it('is lost after 500 ms and one turn of the event loop, and its answer is how it is found', async () => {
    const { want, pass, states, lost, timers, questions, answer, last, waitMs, source } = start();
    want(1);
    expect(timers()).toEqual([500]);
    pass(499);
    expect(states).toEqual([]);
    pass(1);
    expect(states).toEqual(['There was no answer within 500 ms.']);
    // So that a log knows whose words they are.
    expect(lost).toMatchObject([{ name: 'TimeoutError', code: 'TIMED_OUT' }]);
    expect([waitMs() <= 0, source.spacingMs()]).toEqual([true, 1_004 / 20]);
    pass(5_000);
    want(2);
    expect(questions).toHaveLength(1);
    want(0);
    await answer(7);
    expect(states.at(-1)).toBe('found');
    expect(last().added.reservedMs).toBeCloseTo(-evenMs);
    await answer();
    expect([questions.length, timers(), source.spacingMs()]).toEqual([2, [], evenMs]);
  });

  it('that is found has given back first what it reserved meanwhile, also where requests wait', async () => {
    const { want, pass, answer, last, states } = start();
    want(1);
    pass(600);
    want(3);
    await answer();
    expect(states.at(-1)).toBe('found');
    expect(last().added.reservedMs).toBeCloseTo(-evenMs);
    await answer(evenMs);
    expect(last().added.reservedMs).toBeGreaterThan(evenMs);
  });

  it.each<[string, (question: Question) => void]>([
    ['answers', ({ resolve, added }) => resolve({ ...added, penaltyMs: 0 })],
    ['fails', ({ fail }) => fail(new Error('Closed'))],
  ])('is asked again a minute later, not sooner, and what it %s after that counts for nothing', async (_, settle) => {
    const { want, pass, answer, states, questions, timers, last } = start();
    want(1);
    pass(59_999);
    want(2);
    expect([questions.length, timers()]).toEqual([1, []]);
    pass(1);
    want(1);
    expect(questions).toHaveLength(2);
    settle(questions[0] as Question);
    await new Promise<void>((resolve) => setImmediate(resolve));
    want(3);
    expect([questions.length, states]).toEqual([2, ['There was no answer within 500 ms.']]);
    await answer();
    expect(states.at(-1)).toBe('found');
    expect([questions.length, last().added.reservedMs > 0]).toEqual([3, true]);
  });

  it('is asked at once by a call that comes after it failed as the limiter was stopped', async () => {
    const { want, source, fail, questions, states } = start();
    want(1);
    source.stop?.();
    await fail();
    want(1);
    expect([states, questions.length]).toEqual([[], 2]);
  });

  it('that does not answer in time is told by a code, which a log may show without the words', () => {
    const errors: unknown[] = [];
    const { want, pass } = start({ onLost: (error) => errors.push(error) });
    want(1);
    pass(600);
    expect(errors).toMatchObject([{ code: 'TIMED_OUT' }]);
  });

  it('is not told of as found by one that has ended', async () => {
    const { want, source, pass, answer, states } = start();
    want(1);
    pass(600);
    source.stop?.();
    await answer();
    expect(states).toEqual(['There was no answer within 500 ms.']);
  });

  it('is asked nothing more by one that has ended, where nothing comes', async () => {
    const { want, source, answer, questions } = start();
    want(2);
    await answer();
    source.stop?.();
    want(0);
    expect(questions).toHaveLength(1);
  });

  it('is not lost where its answer is read in that turn', async () => {
    const { want, seen, answer, states, timers, runNext } = start();
    want(1);
    seen.now += 600;
    runNext();
    expect(timers()).toEqual([0]);
    await answer();
    expect([states, timers()]).toEqual([[], []]);
  });

  it('is asked again a second after it failed, not sooner, and only while somebody wants something', async () => {
    const { want, fail, pass, questions, last, states, answer, timers } = start();
    want(1);
    await fail();
    expect([states, timers()]).toEqual([['Closed'], []]);
    pass(999);
    want(1);
    expect(questions).toHaveLength(1);
    pass(1);
    want(1);
    expect(questions).toHaveLength(2);
    expect(last().added).toEqual({ reservedMs: 0, penaltyMs: 0 });
    await fail('Closed again');
    expect(states).toEqual(['Closed']);
    pass(1_000);
    want(1);
    await answer(50);
    expect(states).toEqual(['Closed', 'found']);
    // What the lost question reserved was nothing, so the next one asks for a slot.
    expect([questions.length, last().added.reservedMs]).toEqual([4, evenMs]);
  });

  it('has its share counted from when it was lost, with the slots forgotten', async () => {
    const { want, answer, fail, take, waitMs, seen } = start();
    want(2);
    await answer();
    take();
    want(5);
    const told = seen.permits;
    await fail();
    expect(seen.permits).toBe(told + 1);
    expect(waitMs()).toBeLessThanOrEqual(0);
    take();
    expect(waitMs()).toBeCloseTo(1_004 / 20);
  });
});

describe('an answer', () => {
  it.each([
    ['that rounds', -0.009, 0, []],
    ['with less than was added', -0.011, 0, ['The rate store answered with no reservation.']],
    ['with a penalty below 0', 0, -1, ['The rate store answered with no reservation.']],
    ['that is an hour ahead', 3_600_000, 0, []],
    ['that is further ahead', 3_600_001, 0, ['The rate store answered with no reservation.']],
    ['without an end', Number.POSITIVE_INFINITY, 0, ['The rate store answered with no reservation.']],
    ['with a penalty without an end', 0, Number.POSITIVE_INFINITY, ['The rate store answered with no reservation.']],
  ])('%s is taken for what it is', async (_, aheadMs, penaltyMs, expected) => {
    const { want, answer, states } = start();
    want(1);
    await answer(aheadMs, penaltyMs);
    expect(states).toEqual(expected);
  });

  it('to slots that were given back may be 0, and no less', async () => {
    for (const [reservedMs, lost] of [
      [0, 0],
      [-0.001, 1],
    ] as const) {
      const { want, answer, last, states } = start();
      want(1);
      await answer();
      want(0);
      last().resolve({ reservedMs, penaltyMs: 0 });
      await new Promise((resolve) => setImmediate(resolve));
      expect(states).toHaveLength(lost);
    }
  });

  it('with a fleet that is none is no answer', async () => {
    const { want, answer, states } = start();
    want(1);
    await answer(0, 0, { members: 0, silent: 0, perSecond: 200 });
    expect(states).toEqual(['The rate store answered with no fleet.']);
  });
});

describe('a process of a fleet', () => {
  const fleet = { members: 2, silent: 0, perSecond: 200 };

  /** One that has told that it is busy. */
  async function startBusy() {
    const started = start();
    const { want, answer, take, pass, last, timers } = started;
    want(3);
    await answer(0, 0, fleet);
    // It says nothing of a rest while requests wait.
    expect(timers()).toEqual([]);
    expect(last().member).toMatchObject({ isBusy: true, perSecond: 200 });
    for (const _ of [1, 2]) take();
    pass(10);
    return started;
  }

  it('is busy where more wait than have slots, or where it has asked for some within 800 ms', async () => {
    const { want, answer, pass, take, last } = start();
    const ask = async (size: number) => {
      want(size);
      const busy = last().member?.isBusy;
      await answer();
      for (let count = 0; count < Math.min(size, 2); count += 1) take();
      want(0);
      return busy;
    };
    expect(await ask(2)).toBe(false);
    pass(799);
    expect(await ask(2)).toBe(true);
    pass(800);
    expect(await ask(2)).toBe(false);
    pass(800);
    expect(await ask(3)).toBe(true);
  });

  it('says that it rests 800 ms after it asked for the last time', async () => {
    const { want, pass, questions, last, answer, timers } = await startBusy();
    want(0);
    expect(timers()).toEqual([790]);
    pass(789);
    expect(questions).toHaveLength(1);
    pass(1);
    expect(questions).toHaveLength(2);
    expect(last()).toMatchObject({ added: { reservedMs: 0, penaltyMs: 0 }, member: { isBusy: false } });
    await answer(0, 0, fleet);
    want(0);
    expect(timers()).toEqual([]);
  });

  it('counts neither slots that it gives back as asked for, nor those that it holds as missing', async () => {
    const { want, answer, pass, questions, last, timers } = start();
    want(3);
    await answer(0, 0, fleet);
    pass(10);
    want(0);
    expect(last().added.reservedMs).toBeCloseTo(-2 * evenMs);
    expect(timers()).toEqual([500, 790]);
    const other = start();
    other.want(1);
    await other.answer(0, 0, fleet);
    other.pass(800);
    other.want(2);
    expect([other.slots(), other.last().member?.isBusy]).toEqual([1, false]);
    expect(questions).toHaveLength(2);
  });

  it('says so later where it has asked meanwhile, and not while requests wait', async () => {
    const { want, pass, questions, take, answer, timers } = await startBusy();
    want(0);
    pass(400);
    want(1);
    await answer(0, 0, fleet);
    take();
    want(0);
    pass(390);
    expect(questions).toHaveLength(2);
    expect(timers()).toEqual([410]);
    want(1);
    await answer(0, 0, fleet);
    pass(410);
    expect(questions).toHaveLength(3);
    expect(timers()).toEqual([]);
  });

  it('says nothing of it where a question is under way, or the store is lost', async () => {
    const { want, pass, fail, questions, timers } = await startBusy();
    want(0);
    pass(700);
    want(1);
    want(0);
    pass(90);
    expect(questions).toHaveLength(2);
    await fail();
    expect(timers()).toEqual([]);
    const other = await startBusy();
    other.want(0);
    other.pass(600);
    other.want(1);
    await other.fail();
    other.want(0);
    other.pass(900);
    expect([other.questions.length, other.timers()]).toEqual([2, []]);
  });

  it('says nothing of it to a store that has ceased to count', async () => {
    const { want, pass, answer, take, questions, timers } = await startBusy();
    want(0);
    pass(300);
    want(1);
    await answer();
    take();
    want(0);
    pass(2_000);
    expect([questions.length, timers()]).toEqual([2, []]);
  });

  it('says so at once where it ends, and nothing after that', async () => {
    const { want, source, questions, last, answer, timers, pass } = await startBusy();
    want(0);
    source.stop?.();
    expect(questions).toHaveLength(2);
    expect(last()).toMatchObject({ added: { reservedMs: 0 }, member: { isBusy: false } });
    expect(timers()).toEqual([500]);
    await answer(0, 0, fleet);
    expect([questions.length, timers()]).toEqual([2, []]);
    pass(2_000);
    source.stop?.();
    expect(questions).toHaveLength(2);
  });

  it('that ends while a question is under way says so after its answer', async () => {
    const { want, source, questions, last, answer, take } = await startBusy();
    want(3);
    source.stop?.();
    expect(questions).toHaveLength(2);
    await answer(0, 0, fleet);
    expect(questions).toHaveLength(3);
    expect(last()).toMatchObject({ added: { reservedMs: 0 }, member: { isBusy: false } });
    await answer(0, 0, fleet);
    expect(questions).toHaveLength(3);
    // A call that was under way comes again.
    want(1);
    take();
    want(2);
    expect(questions).toHaveLength(4);
  });

  it('that never was busy, or has lost the store, just ends', async () => {
    const { source, questions } = start();
    source.stop?.();
    expect(questions).toEqual([]);
    const lost = await startBusy();
    lost.want(3);
    await lost.fail();
    lost.source.stop?.();
    expect(lost.questions).toHaveLength(2);
    const failing = await startBusy();
    failing.want(3);
    failing.source.stop?.();
    await failing.fail();
    expect(failing.states).toEqual([]);
    expect(failing.questions.length).toBeLessThanOrEqual(3);
  });
});

describe('a process without the store', () => {
  it.each([
    ['answered', [1, 2, 4, 8, 16, 16]],
    ['lost', [1, 2, 4, 8, 16, 16]],
  ] as const)(
    'rests twice as long after each refused request, up to 16 windows, whatever is %s',
    async (other, expected) => {
      const { want, fail, take, waitMs, pass } = start();
      want(1);
      await fail();
      const rests: number[] = [];
      for (const _ of expected) {
        take().release('refused');
        rests.push(waitMs() / 1_000);
        pass(waitMs());
      }
      expect(rests).toEqual(expected);
      take().release(other);
      pass(waitMs());
      take().release('refused');
      expect(waitMs()).toBeCloseTo(other === 'answered' ? 15_984 : 16_000);
    },
  );

  it('rests no less than a window however many were answered, and begins anew each time', async () => {
    const { want, fail, take, waitMs, pass, answer, questions } = start();
    want(1);
    await fail();
    for (let count = 0; count < 50; count += 1) {
      take().release('answered');
      pass(waitMs());
    }
    take().release('refused');
    expect(waitMs()).toBe(1_000);
    take().release('refused');
    pass(4_000);
    want(0);
    await answer();
    want(1);
    expect(questions.length).toBeGreaterThan(2);
    await fail();
    pass(10);
    take().release('refused');
    expect(waitMs()).toBe(1_000);
  });

  it('has its part of the limit rounded down', async () => {
    const { want, fail, take, waitMs, pass } = start({ limit: 3, shareWithoutStore: 0.4 });
    want(1);
    await fail();
    take().release('answered');
    pass(1_000);
    expect(waitMs()).toBeCloseTo(4);
  });
});
