import { hasSubscribers, publish } from '#platform';
import type { NexconnEvent } from './types.js';

type EventOf<Type extends NexconnEvent['type']> = Omit<Extract<NexconnEvent, { type: Type }>, 'type'>;

/** Tells of an event; `make` is called only where somebody listens. */
export type Emit = <const Type extends NexconnEvent['type']>(type: Type, make: () => EventOf<Type>) => void;

/** Makes the function that tells `onEvent` and the diagnostics channels. */
export function createEmitter(onEvent: ((event: NexconnEvent) => void) | undefined): Emit {
  return function emit(type, make) {
    if (!onEvent && !hasSubscribers(type)) return;
    const event = Object.freeze({ type, ...make() }) as unknown as NexconnEvent;
    publish(event);
    try {
      onEvent?.(event);
    } catch (error) {
      // A listener's failure is not the call's; it is told where uncaught errors are.
      queueMicrotask(() => {
        throw error;
      });
    }
  };
}
