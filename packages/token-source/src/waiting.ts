import type { Environment } from './environment.js';
import { TokenSourceError } from './errors.js';

/** Waits for some work until a signal ends the wait, whatever the work does. */
export function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(new TokenSourceError('ABORTED', 'The signal ended the wait for a token.'));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop);
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

/** Waits for some work that long; after that it is over for the one who waits, whatever the work does. */
export function within<T>(ms: number, work: Promise<T>, { after }: Pick<Environment, 'after'>): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = after(ms, () => reject(new Error(`There was no answer within ${ms} ms.`)));
    work.then(resolve, reject).finally(cancel);
  });
}

/** Waits that long, or until the device is online again. */
export function wait(
  ms: number,
  signal: AbortSignal,
  { after, events }: Pick<Environment, 'after' | 'events'>,
): Promise<void> {
  let stop = (): void => {};
  const over = new Promise<void>((resolve) => {
    const cancel = after(ms, resolve);
    const wake = (): void => resolve();
    events?.addEventListener('online', wake);
    stop = () => {
      cancel();
      events?.removeEventListener('online', wake);
    };
  });
  return untilAborted(over, signal).finally(() => stop());
}

/** Does some work under a signal of its own, which ends with the given one and with the work. */
export async function underSignal<T>(
  outer: AbortSignal,
  work: (signal: AbortSignal, end: () => void) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const end = (): void => controller.abort();
  outer.addEventListener('abort', end);
  try {
    return await work(controller.signal, end);
  } finally {
    outer.removeEventListener('abort', end);
    end();
  }
}
