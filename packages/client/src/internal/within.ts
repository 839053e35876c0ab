import type { Timers } from './create-timers.js';

/** Waits for some work that long; after that it is over for the one who waits, whatever it does. */
export function within<T>(ms: number, work: Promise<T>, timers: Timers): Promise<T> {
  return new Promise((resolve, reject) => {
    // Asked once more in the next turn: after a pause of the event loop, an answer may be there that nobody has read.
    let cancel = timers.after(ms, () => {
      cancel = timers.after(0, () => reject(new Error(`There was no answer within ${ms} ms.`)));
    });
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
