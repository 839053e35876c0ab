import type { Timers } from './timers.js';

/** In so many parts: a pause of the event loop, in which an answer may have come that nobody has read, ends one at most. */
const parts = 5;

/** Waits for some work that long; after that it is over for the one who waits, whatever it does. */
export function within<T>(ms: number, work: Promise<T>, timers: Timers): Promise<T> {
  return new Promise((resolve, reject) => {
    let left = parts;
    const waitOn = (): (() => void) =>
      timers.after(ms / parts, () => {
        left -= 1;
        if (left > 0) cancel = waitOn();
        else reject(new Error(`There was no answer within ${ms} ms.`));
      });
    let cancel = waitOn();
    work.then(
      (value) => {
        cancel();
        resolve(value);
      },
      (error) => {
        cancel();
        reject(error);
      },
    );
  });
}
