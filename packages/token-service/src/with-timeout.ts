import { clearTimeout, setTimeout } from './system-time.js';
/**
 * Returns what `work` comes to, or rejects with an error of this message after `timeoutMs`; the work itself goes on.
 *
 * It rejects one turn of the event loop after its time: a process that was busy for that long has not read yet what came.
 * The same file stands in each package that waits for others; a test compares them.
 */
export function withTimeout<T>(work: PromiseLike<T> | T, timeoutMs: number, message: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const expire = (): void => reject(new Error(message));
    let timer = setTimeout(() => {
      timer = setTimeout(expire, 0);
    }, timeoutMs);
    Promise.resolve(work)
      .then(resolve, reject)
      .finally(() => clearTimeout(timer));
  });
}
