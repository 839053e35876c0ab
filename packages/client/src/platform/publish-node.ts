import { channel } from 'node:diagnostics_channel';
import type { NexconnEvent } from '../types.js';

const channels = new Map(
  (['call-start', 'call-end', 'attempt', 'wait', 'failover', 'rotation', 'clock', 'rate-store'] as const).map(
    (type) => [type, channel(`nexconn:${type}`)],
  ),
);

/** Whether anybody listens; events need not be made where nobody does. */
export function hasSubscribers(type: NexconnEvent['type']): boolean {
  return channels.get(type)?.hasSubscribers ?? false;
}

/** Publishes an event on the channel of its type, such as `nexconn:attempt`. */
export function publish(event: NexconnEvent): void {
  channels.get(event.type)?.publish(event);
}

/** Listens on all channels; gives back what ends it. */
export function subscribe(listener: (event: NexconnEvent) => void): (() => void) | undefined {
  const onMessage = (message: unknown): void => listener(message as NexconnEvent);
  for (const each of channels.values()) each.subscribe(onMessage);
  return () => {
    for (const each of channels.values()) each.unsubscribe(onMessage);
  };
}
