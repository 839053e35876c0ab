import type { Socket } from 'node:net';
import type { buildConnector, Client, Dispatcher, Pool } from 'undici';
import { isLoopback } from '../failover.js';
import type { WholeUndici } from './load-undici.js';
import type { ProxyPlan } from './transport.js';
import { TunnelFailure } from './tunnel-failure.js';

/** What connections over a proxy are made of. */
export interface ProxyAgentOptions extends Client.Options {
  readonly proxy: ProxyPlan;
  /** How many there may be to a host. Default: any number. */
  readonly connections?: number;
  /** Opens the socket: to the proxy, or to the host where `NO_PROXY` has it. */
  readonly connect?: buildConnector.connector;
  /** Is given each socket to a host, once it is open, through the proxy or without it. Default: nothing is called. */
  readonly onOpen?: (socket: Socket) => void;
  /** How long a proxy may say nothing before that is a failure of its own. Default: as long as its caller waits. */
  readonly maxSilentMs?: number;
  /** Learns the origin of a proxy that is asked for a tunnel, and undefined once it has answered, or cannot be asked. */
  readonly onAsk?: (proxy: string | undefined) => void;
}

/** Returns an agent of undici whose connections go over the proxy of their host. */
export function createProxyAgent(
  { Client, EnvHttpProxyAgent, Pool }: WholeUndici,
  { proxy: { httpProxy, httpsProxy, noProxy }, connections, onOpen, maxSilentMs, onAsk, ...options }: ProxyAgentOptions,
): Dispatcher {
  return new EnvHttpProxyAgent({
    ...options,
    ...(connections !== undefined && { connections }),
    httpProxy,
    httpsProxy,
    noProxy,
    factory: (origin, given: Pool.Options) => new Pool(origin, onOpen ? withListener(given, onOpen) : given),
    clientFactory: ({ origin }, given) =>
      withOwnErrors(new Client(origin, { ...given, ...options }), origin, { maxSilentMs, onAsk }),
  });
}

/** Returns options whose connector tells of each socket that it has opened. */
function withListener(options: Pool.Options, onOpen: (socket: Socket) => void): Pool.Options {
  const connect = options.connect as buildConnector.connector;
  return {
    ...options,
    connect: (to, callback) =>
      connect(to, (...result) => {
        if (result[1]) onOpen(result[1]);
        callback(...result);
      }),
  };
}

/** Returns the proxies for a host; undefined where it is called without. One of the environment on this machine would look at itself. */
export function proxyFor(hostname: string, proxy: ProxyPlan | undefined): ProxyPlan | undefined {
  return proxy?.isOfEnvironment && isLoopback(hostname) ? undefined : proxy;
}

/** Less than a caller waits for an answer, so that a proxy which says nothing is told as what it is. */
const silentMs = 3_000;

/** Returns a `fetch` of undici that goes over a proxy; `maxSilentMs` is for tests. */
export function createFetchOverProxy(proxy: ProxyPlan, maxSilentMs: number = silentMs): typeof globalThis.fetch {
  let loading: Promise<(request: Request, signal: AbortSignal | null) => Promise<Response>> | undefined;
  const load = async () => {
    const undici = await import('undici');
    const dispatcher = createProxyAgent(undici, { proxy, maxSilentMs });
    const fetch = undici.fetch as unknown as (url: string, init: object) => Promise<Response>;
    // A request of Node's own fetch is none of undici's.
    return async (request: Request, signal: AbortSignal | null): Promise<Response> => {
      const { url, method, redirect, headers } = request;
      const body = request.body === null ? null : await request.arrayBuffer();
      return fetch(url, { method, redirect, signal, headers: [...headers], body, dispatcher }).catch(
        (error: unknown) => {
          // A `TypeError` around it would say no more than that something failed.
          const { cause } = Object(error) as { readonly cause?: unknown };
          throw cause instanceof TunnelFailure ? cause : error;
        },
      );
    };
  };
  return async function fetchOverProxy(input, init) {
    const isRequest = input instanceof Request;
    if (!proxyFor(new URL(isRequest ? input.url : input).hostname, proxy)) return globalThis.fetch(input, init);
    loading ??= load();
    // Not the signal of the new request, which aborts only as long as that is somewhere.
    const signal = init?.signal ?? (isRequest ? input.signal : null);
    return (await loading)(new Request(input, init), signal);
  };
}

/**
 * Has `CONNECT` to a proxy fail with a `TunnelFailure`. Undici's own error has the status in its text alone, and undici asks
 * again for ever where a proxy closes the connection without an answer.
 */
function withOwnErrors(
  client: Client,
  origin: string,
  { maxSilentMs, onAsk }: { readonly [Name in 'maxSilentMs' | 'onAsk']: ProxyAgentOptions[Name] | undefined },
): Client {
  const connectBy = client.connect.bind(client) as (
    options: Dispatcher.ConnectOptions,
  ) => Promise<Dispatcher.ConnectData>;
  const connect = async (options: Dispatcher.ConnectOptions): Promise<Dispatcher.ConnectData> => {
    onAsk?.(origin);
    const silent = maxSilentMs === undefined ? undefined : AbortSignal.timeout(maxSilentMs);
    const asking = connectBy(silent ? { ...options, signal: silent } : options).finally(() => onAsk?.(undefined));
    const tunnel = await asking.catch((cause: unknown) => {
      throw new TunnelFailure(origin, silent?.aborted ? {} : { cause });
    });
    const { statusCode: status, socket } = tunnel;
    if (status >= 200 && status < 300) return { ...tunnel, statusCode: 200 };
    socket.on('error', () => {}).destroy();
    throw new TunnelFailure(origin, { status });
  };
  return Object.assign(client, { connect });
}
