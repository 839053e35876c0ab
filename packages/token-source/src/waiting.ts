import { attempt, type Environment } from './environment.js';
import { TokenSourceError } from './errors.js';
import { watchSignal } from './watch-signal.js';

/** Returns what `work` comes to, or rejects with ABORTED once the signal aborts; the work itself goes on. */
export function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      reject(new TokenSourceError('The signal ended the wait for a token.', { code: 'ABORTED' }));
    };
    if (signal.aborted) stop();
    work.then(resolve, reject).finally(watchSignal(signal, stop));
  });
}

/** Returns what `work` comes to, or rejects after `timeoutMs` of this environment; the work itself goes on. */
export function withTimeout<T>(work: Promise<T>, timeoutMs: number, { after }: Pick<Environment, 'after'>): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = after(timeoutMs, () => reject(new Error(`There was no answer within ${timeoutMs} ms.`)));
    work.then(resolve, reject).finally(cancel);
  });
}

/** Resolves after `ms`, or once the device is online again; rejects with ABORTED once the signal aborts. */
export function sleep(
  ms: number,
  signal: AbortSignal,
  { after, events }: Pick<Environment, 'after' | 'events'>,
): Promise<void> {
  let stop = (): void => {};
  const over = new Promise<void>((resolve) => {
    const cancel = after(ms, resolve);
    const wake = (): void => resolve();
    attempt(() => events?.addEventListener('online', wake));
    stop = () => {
      cancel();
      attempt(() => events?.removeEventListener('online', wake));
    };
  });
  return untilAborted(over, signal).finally(() => stop());
}

/** Runs some work under a signal of its own, which aborts with the given one and once the work is over. */
export async function underSignal<T>(outer: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  const unwatch = watchSignal(outer, abort);
  try {
    return await work(controller.signal);
  } finally {
    unwatch();
    abort();
  }
}
