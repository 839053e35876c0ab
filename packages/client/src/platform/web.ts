import type { SigningCredentials, SignRequestOptions } from '@nexconn-kit/signing/webcrypto';
import { signRequest } from '@nexconn-kit/signing/webcrypto';
import { createFetchTransport } from '../transport/fetch-transport.js';
import type { OwnTransport } from '../transport/transport.js';
import type { NexconnEvent } from '../types.js';

export { SigningError } from '@nexconn-kit/signing/webcrypto';

/** Signs by WebCrypto, which answers later. */
export function sign(
  credentials: SigningCredentials,
  options: SignRequestOptions,
): Record<string, string> | Promise<Record<string, string>> {
  return signRequest(credentials, options);
}

/** Creates a transport over the runtime's own `fetch`, which manages its connections by itself. */
export function createTransport(): OwnTransport {
  // Looked up at each call, so that a later replacement of the global one, as by instrumentation, counts.
  const send = createFetchTransport((request) => globalThis.fetch(request));
  // Deno does, and how others go about it is not documented.
  return { send, close: async () => {}, mayResend: true };
}

/** Without `diagnostics_channel` nobody listens. */
export function hasSubscribers(_type: NexconnEvent['type']): boolean {
  return false;
}

export function publish(_event: NexconnEvent): void {}

/** Returns undefined, since there is nothing to listen on. */
export function subscribe(_listener: (event: NexconnEvent) => void): (() => void) | undefined {
  return undefined;
}
