import type { Environment } from '../environment.js';
import type { Settings } from '../settings.js';
import { underSignal } from '../waiting.js';

/** What is called when another tab has logged out, or has another token. */
export interface TabListener {
  readonly onCleared: () => void;
  readonly onChanged: () => void;
}

const lockTimeoutMs = 15_000;

/** Creates the connection to the other tabs of the app, where there are any. No message holds a token. */
export function createTabs({ storageKey, storage }: Settings, environment: Environment, listener: TabListener) {
  const { locks, openChannel, events, after } = environment;
  const name = `nexconn-token-source:${storageKey}`;
  let channel = openChannel?.(name);
  if (channel) channel.onmessage = ({ data }) => (data === 'cleared' ? listener.onCleared() : listener.onChanged());
  const onStorage = (event: Event): void => {
    const { key, newValue, storageArea } = event as StorageEvent;
    if (key !== null && key !== storageKey) return;
    // Read again: a new token may have followed the removal.
    const removed = newValue === null && storageArea?.getItem(storageKey) == null;
    if (removed) listener.onCleared();
    else listener.onChanged();
  };
  if (storage) events?.addEventListener('storage', onStorage);

  return {
    post: (what: 'cleared' | 'changed'): void => channel?.postMessage(what),
    close(): void {
      channel?.close();
      channel = undefined;
      events?.removeEventListener('storage', onStorage);
    },
    /** Runs some work in one tab at a time where they share a storage, but waits 15 s at most; `waited` is whether another tab was first. */
    async exclusively<T>(outer: AbortSignal, work: (waited: boolean) => Promise<T>): Promise<T> {
      if (!locks || !storage) return work(false);
      return underSignal(outer, async (signal, giveUp) => {
        const cancel = after(lockTimeoutMs, giveUp);
        let begun = false;
        const run = (waited: boolean): Promise<T> => {
          begun = true;
          cancel();
          return work(waited);
        };
        try {
          const options = { ifAvailable: true };
          const immediate = await locks.request(name, options, async (lock) => lock && { done: await run(false) });
          return immediate ? immediate.done : await locks.request(name, { signal }, () => run(true));
        } catch (error) {
          if (begun || outer.aborted) throw error;
          // Another tab is stuck, or this page must not use locks.
          return await work(false);
        } finally {
          cancel();
        }
      });
    },
  };
}
