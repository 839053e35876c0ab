import type { Emit } from './settings.js';

/** Tells, and lets others listen. */
export interface Emitter {
  readonly emit: Emit;
  readonly subscribe: (listener: Emit) => () => void;
}

/** Tells listeners what happened; one that throws disturbs nobody. */
export function createEmitter(first: Emit | undefined): Emitter {
  const listeners = new Set<readonly [Emit]>();
  const subscribe = (listener: Emit): (() => void) => {
    // In a list of its own, so that one function can listen twice.
    const entry = [listener] as const;
    listeners.add(entry);
    return () => void listeners.delete(entry);
  };
  if (first) subscribe(first);
  return {
    emit(event) {
      for (const [listener] of [...listeners]) {
        try {
          listener(event);
        } catch {}
      }
    },
    subscribe,
  };
}
