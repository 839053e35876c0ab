import type { Environment } from './environment.js';

/** Waits for some work that long; after that it is over for the one who waits, whatever the work does. */
export function within<T>(ms: number, work: Promise<T>, { after }: Pick<Environment, 'after'>): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = after(ms, () => reject(new Error(`There was no answer within ${ms} ms.`)));
    work.then(resolve, reject).finally(cancel);
  });
}
