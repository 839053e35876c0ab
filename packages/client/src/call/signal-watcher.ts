/** Calls back when the signal is aborted; returns the function that cancels this. */
export type WatchSignal = (signal: AbortSignal, onAbort: () => void) => () => void;

/**
 * Creates a watcher that puts one listener on a signal, however many calls share it.
 *
 * A signal that ends a whole process is shared by every call, and Node warns of a leak from the eleventh listener on.
 */
export function createSignalWatcher(): WatchSignal {
  const watched = new WeakMap<AbortSignal, { readonly watchers: Set<() => void>; readonly stop: () => void }>();

  function start(signal: AbortSignal) {
    const watchers = new Set<() => void>();
    const abortAll = (): void => {
      for (const watcher of [...watchers]) watcher();
    };
    signal.addEventListener('abort', abortAll);
    const stop = (): void => {
      signal.removeEventListener('abort', abortAll);
      watched.delete(signal);
    };
    const entry = { watchers, stop };
    watched.set(signal, entry);
    return entry;
  }

  return function watchSignal(signal, onAbort) {
    const { watchers, stop } = watched.get(signal) ?? start(signal);
    // A function of its own, since the same one may be passed twice.
    const watcher = (): void => onAbort();
    watchers.add(watcher);
    return () => {
      if (watchers.delete(watcher) && watchers.size === 0) stop();
    };
  };
}
