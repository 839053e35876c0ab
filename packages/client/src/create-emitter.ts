import { hasSubscribers, publish } from '#platform';
import { callListener } from './call-listener.js';
import type { NexconnEvent } from './types.js';

type EventOf<Type extends NexconnEvent['type']> = Omit<Extract<NexconnEvent, { type: Type }>, 'type'>;

/** Emits an event; `make` is called only where somebody listens. */
export type Emit = <const Type extends NexconnEvent['type']>(type: Type, make: () => EventOf<Type>) => void;

/** Creates the function that passes events on to `onEvent` and to the diagnostics channels. */
export function createEmitter(onEvent: ((event: NexconnEvent) => void) | undefined): Emit {
  return function emit(type, make) {
    if (!onEvent && !hasSubscribers(type)) return;
    const event = Object.freeze({ type, ...make() }) as unknown as NexconnEvent;
    publish(event);
    if (onEvent) callListener('onEvent', onEvent, event);
  };
}
