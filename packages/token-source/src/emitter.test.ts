import { expect, it, vi } from 'vitest';
import { createEmitter } from './emitter.js';

const event = { type: 'taken' } as const;

it('an event goes to all listeners, in the order in which they subscribed', () => {
  const seen: string[] = [];
  const { emit, subscribe } = createEmitter(({ type }) => seen.push(`first ${type}`));
  subscribe(({ type }) => seen.push(`second ${type}`));
  emit(event);
  expect(seen).toEqual(['first taken', 'second taken']);
  createEmitter(undefined).emit(event);
});

it('a function that subscribes twice is called twice, until each is ended', () => {
  const { emit, subscribe } = createEmitter(undefined);
  const listener = vi.fn();
  const [one, other] = [subscribe(listener), subscribe(listener)];
  emit(event);
  expect(listener).toHaveBeenCalledTimes(2);
  one();
  one();
  emit(event);
  expect(listener).toHaveBeenCalledTimes(3);
  other();
  emit(event);
  expect(listener).toHaveBeenCalledTimes(3);
});

it('whoever subscribes in a listener hears of the next event', () => {
  const { emit, subscribe } = createEmitter(undefined);
  const late = vi.fn();
  const stop = subscribe(() => {
    stop();
    subscribe(late);
  });
  emit(event);
  expect(late).not.toHaveBeenCalled();
  emit(event);
  expect(late).toHaveBeenCalledOnce();
});

it('a listener that throws is reported by the name of the option, and the others are called', () => {
  const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
  const { emit, subscribe } = createEmitter(() => {
    throw new Error('no');
  });
  const other = vi.fn();
  subscribe(other);
  emit(event);
  expect(warned.mock.calls[0]?.[0]).toBe('onEvent failed: no');
  expect(other).toHaveBeenCalledOnce();
  warned.mockRestore();
});
