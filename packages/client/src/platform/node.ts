import { channel } from 'node:diagnostics_channel';
import type { SigningCredentials, SignRequestOptions } from '@nexconn-kit/signing/node';
import { signRequest } from '@nexconn-kit/signing/node';
import { callListener } from '../call-listener.js';
import type { NexconnEvent } from '../types.js';

export { SigningError } from '@nexconn-kit/signing/node';
/** As `User-Agent` names it. */
export const runtime: string = `node/${process.versions.node}`;

export { createFetchOverProxy } from '../transport/proxy-agent.js';
export { createTransport } from '../transport/undici-transport.js';
export { resolveProxy } from './resolve-proxy.js';

/** Signs at once. */
export function sign(
  credentials: SigningCredentials,
  options: SignRequestOptions,
): Record<string, string> | Promise<Record<string, string>> {
  return signRequest(credentials, options);
}

const channels = new Map(
  (
    [
      'client-start',
      'call-start',
      'call-end',
      'attempt',
      'wait',
      'long-text',
      'failover',
      'rotation',
      'clock',
      'rate-store',
      'rate-limit',
    ] as const
  ).map((type) => [type, channel(`nexconn:${type}`)]),
);

/** Whether anybody listens; events need not be made where nobody does. */
export function hasSubscribers(type: NexconnEvent['type']): boolean {
  return channels.get(type)?.hasSubscribers ?? false;
}

/** Publishes an event on the channel of its type, such as `nexconn:attempt`. */
export function publish(event: NexconnEvent): void {
  channels.get(event.type)?.publish(event);
}

/** Listens on all channels, and returns the function that ends it. */
export function subscribe(name: string, listener: (event: NexconnEvent) => void): (() => void) | undefined {
  // Node ends the process with what a subscriber of a channel throws (`uncaughtException`).
  const onMessage = (message: unknown): void => callListener(name, listener, message as NexconnEvent);
  for (const each of channels.values()) each.subscribe(onMessage);
  return () => {
    for (const each of channels.values()) each.unsubscribe(onMessage);
  };
}
