import { clearTimeout, setTimeout } from './system-time.js';

/**
 * Resolves to what `work` resolves to, or rejects with a `TimeoutError` of this message and the code `TIMED_OUT` after
 * `timeoutMs`; the work itself goes on.
 *
 * It rejects one iteration of the event loop after its time: a process that was busy for that long has not read yet what
 * came.
 * The same file stands in each package that waits for others; a test compares them.
 */
export function withTimeout<T>(work: PromiseLike<T> | T, timeoutMs: number, message: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const error = (): Error => Object.assign(new Error(message), { name: 'TimeoutError', code: 'TIMED_OUT' });
    let timer = setTimeout(() => {
      timer = setTimeout(() => reject(error()), 0);
    }, timeoutMs);
    const end = (): void => clearTimeout(timer);
    // `finally` would make three more promises for each question to a store.
    Promise.resolve(work).then(
      (value) => {
        end();
        resolve(value);
      },
      (error) => {
        end();
        reject(error);
      },
    );
  });
}
