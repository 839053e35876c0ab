import { setImmediate } from '../system-time.js';

let waiting: Promise<void> | undefined;

/**
 * Resolves once the other work of this iteration of the event loop is done, for all who wait at the same moment.
 *
 * Where they go on to write, as to the connections of a proxy, their reader is woken up once instead of once for each.
 */
export function endOfIteration(): Promise<void> {
  waiting ??= new Promise((resolve) => {
    setImmediate(() => {
      waiting = undefined;
      resolve();
    });
  });
  return waiting;
}
