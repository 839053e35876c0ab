/** What watches a signal, and what takes our listener off it. */
interface Watched {
  readonly watchers: Set<() => void>;
  readonly stop: () => void;
}

/** It belongs to no instance: a signal that ends a whole process is shared by all of them. */
const known = new WeakMap<AbortSignal, Watched>();

/**
 * Calls back once a signal aborts, unless it has done so already; returns the function that cancels this.
 *
 * One listener is put on a signal, however many watch it: Node 20 warns of a leak from the eleventh on. The same file stands in
 * each package that takes signals; a test compares them.
 */
export function watchSignal(signal: AbortSignal, onAbort: () => void): () => void {
  const { watchers, stop } = known.get(signal) ?? start(signal);
  // A function of its own, since the same one may be passed twice.
  const watcher = (): void => onAbort();
  watchers.add(watcher);
  return () => {
    if (watchers.delete(watcher) && watchers.size === 0) stop();
  };
}

function start(signal: AbortSignal): Watched {
  const watchers = new Set<() => void>();
  const tellAll = (): void => {
    for (const watcher of [...watchers]) watcher();
  };
  const stop = (): void => {
    signal.removeEventListener('abort', tellAll);
    known.delete(signal);
  };
  const watched = { watchers, stop };
  known.set(signal, watched);
  signal.addEventListener('abort', tellAll);
  return watched;
}
