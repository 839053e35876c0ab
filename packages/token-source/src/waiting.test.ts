import { getEventListeners } from 'node:events';
import { expect, it, vi } from 'vitest';
import { makeEnvironment, settle } from '../test/support/make-environment.js';
import { failureOf } from '../test/support/make-source.js';
import { sleep, underSignal, untilAborted, withTimeout } from './waiting.js';

const never = () => new Promise<never>(() => {});
const aborted = { code: 'ABORTED' };

/** An event target that counts who listens. */
function countListeners(target: EventTarget = new EventTarget()) {
  const listening = new Map<string, number>();
  const add = target.addEventListener.bind(target);
  const remove = target.removeEventListener.bind(target);
  const count = (type: string, more: number) => void listening.set(type, (listening.get(type) ?? 0) + more);
  vi.spyOn(target, 'addEventListener').mockImplementation((type, listener) => {
    count(type, 1);
    add(type, listener);
  });
  vi.spyOn(target, 'removeEventListener').mockImplementation((type, listener) => {
    count(type, -1);
    remove(type, listener);
  });
  return { target, listening };
}

/** Work that is over when it is told so. */
function makeWork() {
  let resolve = (_: string): void => {};
  const promise = new Promise<string>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

/** A signal of the caller's own, which lives on. */
function makeSignal() {
  const controller = new AbortController();
  const { listening } = countListeners(controller.signal);
  return { signal: controller.signal, abort: () => controller.abort(), listening };
}

const waits: [name: string, wait: (work: Promise<string>, signal: AbortSignal) => Promise<unknown>][] = [
  ['untilAborted', untilAborted],
  ['underSignal', (work, signal) => underSignal(signal, () => work)],
];

it.each(waits)('%s comes to what the work comes to, and leaves no listener on the signal', async (_name, wait) => {
  const { signal, listening } = makeSignal();
  const failure = new Error('no');
  expect(await wait(Promise.resolve('a'), signal)).toBe('a');
  expect(await failureOf(wait(Promise.reject(failure), signal))).toBe(failure);
  await settle();
  expect([...listening]).toEqual([['abort', 0]]);
});

it('a wait ends with its signal, and is never begun where that has aborted already', async () => {
  const { signal, abort } = makeSignal();
  const wait = failureOf(untilAborted(never(), signal));
  abort();
  expect(await wait).toMatchObject(aborted);
  expect(await failureOf(untilAborted(never(), signal))).toMatchObject(aborted);
  expect(await untilAborted(Promise.resolve('a'), undefined)).toBe('a');
});

it('work under a signal has one of its own, which aborts with that, and once the work is over', async () => {
  const outer = makeSignal();
  const signals: AbortSignal[] = [];
  const begin = () =>
    underSignal(outer.signal, (signal) => {
      signals.push(signal);
      return untilAborted(never(), signal);
    });
  const ended = failureOf(begin());
  await settle();
  expect(signals.map((signal) => signal.aborted)).toEqual([false]);
  outer.abort();
  expect(await ended).toMatchObject(aborted);
  const other = makeSignal();
  await underSignal(other.signal, async (signal) => void signals.push(signal));
  expect(signals.map((signal) => signal.aborted)).toEqual([true, true]);
  expect(other.signal.aborted).toBe(false);
});

it('a time-out ends the wait at its time, and leaves no timer where the work is over before', async () => {
  const environment = makeEnvironment();
  const work = failureOf(withTimeout(never(), 100, environment));
  await environment.pass(99);
  expect(environment.timers()).toEqual([1]);
  await environment.pass(1);
  expect((await work).message).toContain('100 ms');
  expect(await withTimeout(Promise.resolve('a'), 100, environment)).toBe('a');
  const failure = new Error('no');
  expect(await failureOf(withTimeout(Promise.reject(failure), 100, environment))).toBe(failure);
  await settle();
  expect(environment.timers()).toEqual([]);
});

it.each<
  [end: string, act: (test: { pass: (ms: number) => unknown; online: () => unknown; abort: () => unknown }) => unknown]
>([
  ['its time', ({ pass }) => pass(100)],
  ['the event online', ({ online }) => online()],
  ['its signal', ({ abort }) => abort()],
])('a sleep ends with %s, and leaves neither timer nor listener', async (end, act) => {
  const { target, listening } = countListeners();
  const { signal, abort, listening: onSignal } = makeSignal();
  const environment = makeEnvironment({ events: target });
  let result = 'asleep';
  const slept = sleep(100, signal, environment).then(
    () => 'over',
    ({ code }) => code,
  );
  void slept.then((code) => {
    result = code;
  });
  await environment.pass(99);
  expect([result, [...listening], [...onSignal]]).toEqual(['asleep', [['online', 1]], [['abort', 1]]]);
  await act({ pass: environment.pass, online: () => target.dispatchEvent(new Event('online')), abort });
  expect(await slept).toBe(end === 'its signal' ? 'ABORTED' : 'over');
  await settle();
  expect([environment.timers(), [...listening]]).toEqual([[], [['online', 0]]]);
  // A signal that has aborted calls nobody again.
  if (!signal.aborted) expect([...onSignal]).toEqual([['abort', 0]]);
});

it('puts one listener on a signal for any number of waits, and takes it off after the last', async () => {
  const [works, { signal }] = [Array.from({ length: 40 }, makeWork), new AbortController()];
  const waits = works.map(({ promise }) => untilAborted(promise, signal));
  expect(getEventListeners(signal, 'abort')).toHaveLength(1);
  for (const { resolve } of works.slice(1)) resolve('token');
  await Promise.all(waits.slice(1));
  expect(getEventListeners(signal, 'abort')).toHaveLength(1);
  works[0]?.resolve('token');
  await waits[0];
  await settle();
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});
