import { createFetchOverProxy, resolveProxy } from '#platform';
import type { NexconnClientOptions } from '../types.js';

/**
 * Returns a `fetch` that goes over the same proxy as a client with this option, for what else a server asks for, such as the JWK
 * set of an identity provider. Where a proxy refuses, it rejects with a `TypeError` whose `cause` says which one, and why.
 *
 * @throws {NexconnConfigurationError} INVALID_OPTION
 * @example
 * const fetch = createProxyFetch('environment');
 */
export function createProxyFetch(proxy?: NexconnClientOptions['proxy']): typeof globalThis.fetch {
  const plan = resolveProxy({ proxy });
  return plan ? createFetchOverProxy(plan) : globalThis.fetch;
}
