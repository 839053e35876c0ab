import { createFetchOverProxy, resolveProxy } from '#platform';
import type { NexconnClientOptions } from '../types.js';

/**
 * Returns a `fetch` that goes over the same proxy as a client with this option, for what else a server asks for, such as the JWK
 * set of an identity provider. Where a proxy refuses, or says nothing for 3 s, it rejects with an error that says which one.
 *
 * @throws {NexconnConfigurationError} INVALID_OPTION
 * @example
 * const fetch = createProxyFetch('environment');
 */
export function createProxyFetch(proxy?: NexconnClientOptions['proxy']): typeof globalThis.fetch {
  const plan = resolveProxy({ proxy });
  return plan ? createFetchOverProxy(plan) : globalThis.fetch;
}
