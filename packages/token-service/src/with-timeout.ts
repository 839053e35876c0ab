/** Waits for what is started, but no longer than this; rejects then, with the sentence. Takes a value that is there at once. */
export async function within<T>(timeoutMs: number, sentence: string, start: () => T | Promise<T>): Promise<T> {
  const started = start();
  if (!isThenable(started)) return started;
  return new Promise((resolve, reject) => {
    const expire = (): void => reject(new Error(sentence));
    // One turn later: a process that was busy for that long has not looked yet at the answers that have come.
    const timer = setTimeout(() => setImmediate(expire), timeoutMs);
    started.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

function isThenable<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof (value as Promise<T> | undefined | null)?.then === 'function';
}
