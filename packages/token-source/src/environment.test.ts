import { afterEach, expect, it, onTestFinished, vi } from 'vitest';
import { attempt, createEnvironment } from './environment.js';

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  vi.resetModules();
});

it('outside of a page there are no other tabs to listen to', () => {
  vi.stubGlobal('addEventListener', () => {});
  expect(createEnvironment()).not.toHaveProperty('openChannel');
  expect(createEnvironment()).not.toHaveProperty('events');
});

it('a page without BroadcastChannel and Web Locks does without', () => {
  vi.stubGlobal('document', {});
  vi.stubGlobal('navigator', {});
  vi.stubGlobal('BroadcastChannel', undefined);
  const environment = createEnvironment();
  expect(environment).toMatchObject({ locks: undefined, events: globalThis });
  expect(attempt(() => environment.openChannel?.('a'))).toBeUndefined();
});

it('a page in which reading BroadcastChannel and Web Locks throws does without', () => {
  const blocked = () => {
    throw new DOMException('The operation is insecure.', 'SecurityError');
  };
  vi.stubGlobal('document', {});
  vi.stubGlobal('navigator', Object.defineProperty({}, 'locks', { get: blocked }));
  const given = Object.getOwnPropertyDescriptor(globalThis, 'BroadcastChannel') as PropertyDescriptor;
  Object.defineProperty(globalThis, 'BroadcastChannel', { get: blocked, configurable: true });
  onTestFinished(() => void Object.defineProperty(globalThis, 'BroadcastChannel', given));
  const environment = createEnvironment();
  expect(environment.locks).toBeUndefined();
  expect(attempt(() => environment.openChannel?.('a'))).toBeUndefined();
});

it('a page has the tabs of its browser', () => {
  const locks = { request() {} };
  const opened: string[] = [];
  class BroadcastChannel {
    constructor(name: string) {
      opened.push(name);
    }
  }
  vi.stubGlobal('document', {});
  vi.stubGlobal('navigator', { locks });
  vi.stubGlobal('BroadcastChannel', BroadcastChannel);
  const environment = createEnvironment();
  expect(environment.locks).toBe(locks);
  expect(environment.openChannel?.('a')).toBeInstanceOf(BroadcastChannel);
  expect(opened).toEqual(['a']);
});

it('everywhere there is time, chance, and a timer that can be cancelled', async () => {
  const timers = new Map<unknown, () => void>();
  vi.resetModules();
  vi.stubGlobal('setTimeout', (run: () => void, ms: number) => {
    timers.set(ms, run);
    return ms;
  });
  vi.stubGlobal('clearTimeout', (timer: unknown) => timers.delete(timer));
  const performanceNow = vi.spyOn(performance, 'now').mockReturnValue(5);
  vi.spyOn(Date, 'now').mockReturnValue(7);
  vi.spyOn(Math, 'random').mockReturnValue(0.25);
  const { now, monotonicNow, random, after } = (await import('./environment.js')).createEnvironment();
  expect([now(), monotonicNow(), random()]).toEqual([7, 5, 0.25]);
  performanceNow.mockImplementation(() => {
    throw new Error('blocked');
  });
  expect(monotonicNow()).toBe(7);
  let runs = 0;
  const cancel = after(10, () => {
    runs += 1;
  });
  timers.get(10)?.();
  expect(runs).toBe(1);
  cancel();
  expect(timers.size).toBe(0);
  // The time of an attempt may be over where the body of its refusal is to be read, and Node warns of one below 0.
  after(-0.18, () => {});
  expect([...timers.keys()]).toEqual([0]);
});
