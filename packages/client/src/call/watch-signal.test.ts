import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { watchSignal as watch } from './watch-signal.js';

function countListeners(signal: AbortSignal): () => number {
  let count = 0;
  const { addEventListener, removeEventListener } = signal;
  signal.addEventListener = (...given: Parameters<typeof addEventListener>) => {
    count += 1;
    addEventListener.apply(signal, given);
  };
  signal.removeEventListener = (...given: Parameters<typeof removeEventListener>) => {
    count -= 1;
    removeEventListener.apply(signal, given);
  };
  return () => count;
}

describe('watchSignal', () => {
  it('tells everyone who watches, and no one who has stopped', () => {
    const controller = new AbortController();
    const told: string[] = [];
    watch(controller.signal, () => told.push('first'));
    watch(controller.signal, () => told.push('stopped'))();
    watch(controller.signal, () => told.push('last'));
    controller.abort();
    expect(told).toEqual(['first', 'last']);
  });

  it('puts one listener on a signal for any number of calls, and none once they are over', () => {
    const { signal } = new AbortController();
    const count = countListeners(signal);
    const stops = Array.from({ length: 100 }, () => watch(signal, () => {}));
    expect(count()).toBe(1);
    for (const stop of stops) stop();
    expect(count()).toBe(0);
    watch(signal, () => {});
    expect(count()).toBe(1);
  });

  it('takes its listener off the signal', () => {
    const { signal } = new AbortController();
    const stop = watch(signal, () => {});
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    stop();
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});
