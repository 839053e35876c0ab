import { refuseOption } from '../errors.js';
import { createFetchTransport } from '../transport/fetch-transport.js';
import type { ProxyPlan, Transport } from '../transport/transport.js';
import type { NexconnClientOptions, NexconnEvent } from '../types.js';

export { SigningError, signRequest as sign } from '@nexconn-kit/signing/webcrypto';

/** As `User-Agent` names it; workerd, Deno and Bun have a text for it. */
export const runtime: string = globalThis.navigator?.userAgent ?? '';

/**
 * Returns the proxies of a client; undefined for none. The variables of the process are read by the runtime's own `fetch`.
 *
 * @throws {NexconnConfigurationError} INVALID_OPTION
 */
export function resolveProxy({ proxy, fetch }: Pick<NexconnClientOptions, 'proxy' | 'fetch'>): ProxyPlan | undefined {
  if (proxy === undefined || proxy === false) return undefined;
  const plan = { httpProxy: '', httpsProxy: '', noProxy: '', isOfEnvironment: proxy === 'environment' && !fetch };
  refuseProxy(plan);
  return plan;
}

/** Returns the runtime's own `fetch`, which looks into the environment by itself where it can. @throws {NexconnConfigurationError} INVALID_OPTION */
export function createFetchOverProxy(proxy: ProxyPlan): typeof globalThis.fetch {
  refuseProxy(proxy);
  return globalThis.fetch;
}

/** That of Bun and of Deno looks into the environment by itself. */
function refuseProxy(proxy: ProxyPlan | undefined): void {
  if (!proxy || proxy.isOfEnvironment) return;
  refuseOption('proxy', 'works on Node only. Leave it out, or pass a fetch that goes over the proxy.');
}

/** Creates a transport over the runtime's own `fetch`. @throws {NexconnConfigurationError} INVALID_OPTION */
export function createTransport(proxy?: ProxyPlan): Transport {
  refuseProxy(proxy);
  // Looked up at each call, so that a later replacement of the global one, as by instrumentation, counts.
  // Deno's sends again by itself, and how others go about it is not documented.
  return createFetchTransport((request) => globalThis.fetch(request), true);
}

/** Without `diagnostics_channel` nobody listens. */
export function hasSubscribers(_type: NexconnEvent['type']): boolean {
  return false;
}

export function publish(_event: NexconnEvent): void {}

/** Returns undefined, since there is nothing to listen on. */
export function subscribe(_name: string, _listener: (event: NexconnEvent) => void): (() => void) | undefined {
  return undefined;
}
