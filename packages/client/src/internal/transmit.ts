import type { Fetch } from '../types.js';
import type { SignedMessage } from './sign-message.js';

/** Sends a signed message once; no redirect is followed, since it could carry the signature to another host. */
export async function transmit(message: SignedMessage, fetch: Fetch, signal: AbortSignal): Promise<Response> {
  const { request, headers, body } = message;
  const { url, method } = request;
  const response = await fetch(new Request(url, { method, headers, body, signal, redirect: 'manual' }));
  // An injected fetch may answer after the deadline, when nobody reads any more.
  if (signal.aborted) response.body?.cancel().catch(() => {});
  return response;
}
