import { attempt, type Environment } from '../environment.js';
import type { Settings } from '../settings.js';
import { underSignal, untilAborted } from '../waiting.js';

/** What is called when another tab has logged out, or has another token. */
export interface TabListener {
  /** Called with the mark of the log-out, where the other tab has told it. */
  readonly onCleared: (mark?: string) => void;
  readonly onChanged: () => void;
}

const lockTimeoutMs = 15_000;

/**
 * Creates the connection to the other tabs of the app, where there are any. No message holds a token. A channel, events
 * and locks that throw are done without.
 */
export function createTabs({ storageKey, storage }: Settings, environment: Environment, listener: TabListener) {
  const { locks, openChannel, events, after } = environment;
  const name = `nexconn-token-source:${storageKey}`;
  const channel = attempt(() => openChannel?.(name));
  attempt(() => {
    if (!channel) return;
    channel.onmessage = ({ data }) => {
      // Whatever else runs on the page may post, too.
      const [what, mark] = typeof data === 'string' ? data.split(' ') : [];
      if (what === 'cleared') listener.onCleared(mark);
      else listener.onChanged();
    };
  });
  const onStorage = (event: Event): void => {
    const { key, newValue, storageArea } = event as StorageEvent;
    if (key !== null && key !== storageKey) return;
    // Read again: a new token may have followed the removal.
    const removed = newValue === null && attempt(() => storageArea?.getItem(storageKey)) == null;
    if (removed) listener.onCleared();
    else listener.onChanged();
  };
  // A page that was frozen for the Back button has heard nothing.
  const onShown = (event: Event): void => {
    if ((event as PageTransitionEvent).persisted) listener.onChanged();
  };
  const heard = { storage: onStorage, pageshow: onShown };
  for (const [type, hear] of Object.entries(storage ? heard : {})) attempt(() => events?.addEventListener(type, hear));

  return {
    post: (what: 'changed' | `cleared ${string}`): void => attempt(() => channel?.postMessage(what)),
    close(): void {
      attempt(() => channel?.close());
      for (const [type, hear] of Object.entries(heard)) attempt(() => events?.removeEventListener(type, hear));
    },
    /** Runs some work in one tab at a time where they share a storage, but waits 15 s at most; `waited` is whether another tab was first. */
    async exclusively<T>(outer: AbortSignal, work: (waited: boolean) => Promise<T>): Promise<T> {
      if (!locks || !storage) return work(false);
      return underSignal(outer, (signal) => {
        const result = new Promise<T>((resolve) => {
          let isOver = false;
          const begin = async (waited: boolean): Promise<void> => {
            // A lock may come after its time.
            if (isOver) return;
            end();
            const done = work(waited);
            resolve(done);
            await done.catch(() => {});
          };
          const cancel = after(lockTimeoutMs, () => void begin(false));
          const end = (): void => {
            isOver = true;
            cancel();
          };
          outer.addEventListener('abort', end);
          const immediately = async (): Promise<unknown> =>
            locks.request(name, { ifAvailable: true }, (lock) => lock && begin(false));
          const inTurn = (): unknown => isOver || locks.request(name, { signal }, () => begin(true));
          // Where locks are blocked, as where another tab is stuck, it begins without one.
          const without = (): Promise<void> => begin(false);
          immediately().then(inTurn).then(without, without);
        });
        return untilAborted(result, outer);
      });
    },
  };
}
