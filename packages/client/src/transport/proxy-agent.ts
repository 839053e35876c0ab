import type { buildConnector, Client, Dispatcher } from 'undici';
import { isLoopback } from '../failover.js';
import type { ProxyPlan } from './transport.js';
import { TunnelFailure } from './tunnel-failure.js';

/** What connections over a proxy are made of. */
export interface ProxyAgentOptions extends Client.Options {
  readonly proxy: ProxyPlan;
  /** How many there may be to a host. Default: any number. */
  readonly connections?: number;
  /** Opens the socket: to the proxy, or to the host where `NO_PROXY` has it. */
  readonly connect?: buildConnector.connector;
}

/** Returns an agent of undici whose connections go over the proxy of their host. */
export function createProxyAgent(
  { Client, EnvHttpProxyAgent }: typeof import('undici'),
  { proxy: { httpProxy, httpsProxy, noProxy }, connections, ...options }: ProxyAgentOptions,
): Dispatcher {
  return new EnvHttpProxyAgent({
    ...options,
    ...(connections !== undefined && { connections }),
    httpProxy,
    httpsProxy,
    noProxy,
    clientFactory: ({ origin }, given) => withOwnErrors(new Client(origin, { ...given, ...options }), origin),
  });
}

/** Returns the proxies for a host; undefined where it is called without. One of the environment on this machine would look at itself. */
export function proxyFor(hostname: string, proxy: ProxyPlan | undefined): ProxyPlan | undefined {
  return proxy?.isOfEnvironment && isLoopback(hostname) ? undefined : proxy;
}

/** Returns a `fetch` of undici that goes over a proxy. */
export function createFetchOverProxy(proxy: ProxyPlan): typeof globalThis.fetch {
  let loading: Promise<(input: Request) => Promise<Response>> | undefined;
  const load = async () => {
    const undici = await import('undici');
    const dispatcher = createProxyAgent(undici, { proxy });
    const fetch = undici.fetch as unknown as (url: string, init: object) => Promise<Response>;
    // A request of Node's own fetch is none of undici's.
    return async (request: Request): Promise<Response> => {
      const { url, method, redirect, signal, headers } = request;
      const body = request.body === null ? null : await request.arrayBuffer();
      return fetch(url, { method, redirect, signal, headers: [...headers], body, dispatcher });
    };
  };
  return async function fetchOverProxy(input, init) {
    const request = new Request(input, init);
    if (!proxyFor(new URL(request.url).hostname, proxy)) return globalThis.fetch(request);
    loading ??= load();
    return (await loading)(request);
  };
}

/**
 * Has `CONNECT` to a proxy fail with a `TunnelFailure`. Undici's own error has the status in its text alone, and undici asks
 * again for ever where a proxy closes the connection without an answer.
 */
function withOwnErrors(client: Client, origin: string): Client {
  const connectBy = client.connect.bind(client) as (
    options: Dispatcher.ConnectOptions,
  ) => Promise<Dispatcher.ConnectData>;
  const connect = async (options: Dispatcher.ConnectOptions): Promise<Dispatcher.ConnectData> => {
    const tunnel = await connectBy(options).catch((cause: unknown) => {
      throw new TunnelFailure(origin, { cause });
    });
    const { statusCode: status, socket } = tunnel;
    if (status >= 200 && status < 300) return { ...tunnel, statusCode: 200 };
    socket.on('error', () => {}).destroy();
    throw new TunnelFailure(origin, { status });
  };
  return Object.assign(client, { connect });
}
