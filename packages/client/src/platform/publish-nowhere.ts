import type { NexconnEvent } from '../types.js';

/** Where there is no `diagnostics_channel`, nobody listens on it. */
export function hasSubscribers(_type: NexconnEvent['type']): boolean {
  return false;
}

export function publish(_event: NexconnEvent): void {}

/** There is nothing to listen on. */
export function subscribe(_listener: (event: NexconnEvent) => void): (() => void) | undefined {
  return undefined;
}
