import { createFetchTransport } from '../transport/fetch-transport.js';
import type { OwnTransport } from '../transport/transport.js';

/** Makes a transport over the runtime's own `fetch`, which manages its connections by itself. */
export function createTransport(): OwnTransport {
  // Looked up at each call, so that a later replacement of the global one, as by instrumentation, counts.
  const send = createFetchTransport((request) => globalThis.fetch(request));
  // Deno does, and how others go about it is not documented.
  return { send, close: async () => {}, mayResend: true };
}
