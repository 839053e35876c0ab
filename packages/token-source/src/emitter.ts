import { callListener } from './call-listener.js';
import { optionChecks } from './errors.js';
import type { Emit } from './settings.js';

/** The listeners of a source, and what calls them. */
export interface Emitter {
  readonly emit: Emit;
  readonly subscribe: (listener: Emit) => () => void;
}

/** Creates an emitter that calls `first`, and whoever subscribes. */
export function createEmitter(first: Emit | undefined): Emitter {
  const listeners = new Set<readonly [Emit]>();
  const subscribe = (listener: Emit): (() => void) => {
    // It may not be left out.
    optionChecks.checkFunction('listener', listener ?? null);
    // Wrapped, so that one function can subscribe twice.
    const entry = [listener] as const;
    listeners.add(entry);
    return () => void listeners.delete(entry);
  };
  if (first) subscribe(first);
  return {
    emit(event) {
      for (const [listener] of [...listeners]) callListener('onEvent', listener, event);
    },
    subscribe,
  };
}
