import type { Dispatcher } from 'undici';
import type { NexconnError } from '../errors.js';
import { setImmediate } from '../system-time.js';
import { acceptedEncodings, decodeBody } from './decode-body.js';
import { type Connection, createHostConnections, type HostConnections } from './host-connections.js';
import { loadUndici, type Undici } from './load-undici.js';
import { proxyFor } from './proxy-agent.js';
import {
  BodyTooLarge,
  bodyMaxBytes,
  ConnectionReset,
  type HttpRequest,
  type HttpResponse,
  type ProxyPlan,
  type Transport,
  type TransportHandler,
  TransportUnusable,
} from './transport.js';
import { TunnelFailure } from './tunnel-failure.js';

/** A host, and the requests that wait for a connection to it. */
interface Host {
  readonly connections: HostConnections;
  /** Those of calls that have been sent before, and the others. */
  readonly waiting: readonly [Set<RequestHandler>, Set<RequestHandler>];
}

/** Creates a transport over undici, which keeps to the provider's rules for persistent connections. */
export function createTransport(proxy?: ProxyPlan): Transport {
  // Loaded beside the start of the program, since it takes longer than all else of this package.
  let undici: Undici | undefined;
  const loading = (proxy ? import('undici') : loadUndici()).then((loaded) => {
    undici = loaded;
    return loaded;
  });
  // Those who wait for it get the error.
  loading.catch(() => {});
  const hosts = new Map<string, Host>();

  function hostOf(origin: string, loaded: Undici): Host {
    const isOnce = areTimersFaked();
    const key = isOnce ? `${origin} once` : origin;
    const known = hosts.get(key);
    if (known) return known;
    const host: Host = {
      connections: createHostConnections(origin, loaded, { isOnce, proxy: proxyFor(new URL(origin).hostname, proxy) }),
      waiting: [new Set(), new Set()],
    };
    hosts.set(key, host);
    return host;
  }

  function startOnceLoaded(handler: RequestHandler, { onWait, onSend }: TransportHandler): void {
    onWait?.();
    const start = (loaded: Undici): void => {
      if (handler.cancelled) return;
      onSend?.('transport');
      handler.startAt(hostOf(handler.request.origin, loaded));
    };
    loading.then(start).catch((error) => handler.fail(unusable(error)));
  }

  return {
    send(request, result) {
      const handler = new RequestHandler(request, result);
      // At once: undici itself writes over a kept connection at the end of an iteration of the event loop, all together.
      if (undici) handler.startAt(hostOf(request.origin, undici));
      else startOnceLoaded(handler, result);
      return (givenUpFor) => handler.cancel(givenUpFor);
    },
    mayResend: false,
    close: async () => {
      const closing = [...hosts.values()];
      // What is called later gets connections of its own.
      hosts.clear();
      const closed = Promise.all(closing.map(({ connections }) => connections.close()));
      if (!areTimersFaked()) await closed;
    },
  };
}

/** Returns the error for an undici without what it is made of, as in a bundle that leaves out modules of Node. */
function unusable(cause: unknown): TransportUnusable {
  const problem = `undici does not work here: ${Object(cause).message}.`;
  return new TransportUnusable(`${problem} Leave undici out of the bundle, or pass fetch.`, { cause });
}

/** Whether a test has replaced the global timers, which undici looks up at each call. */
function areTimersFaked(): boolean {
  return globalThis.setImmediate !== setImmediate;
}

/** Has those who wait use the connections that are free. */
function sendWaiting({ connections, waiting }: Host): void {
  for (const queue of waiting) {
    for (const handler of queue) {
      const connection = connections.take(handler.isOverNewConnection);
      if (!connection) return;
      queue.delete(handler);
      handler.sendOver(connection, true);
    }
  }
}

/** What undici reports of a connection that the other side has closed. */
const resetCodes: readonly unknown[] = ['UND_ERR_SOCKET', 'ECONNRESET', 'ECONNABORTED', 'EPIPE'];

/** One request on its way through undici; a class, since an object of closures would be made for every request. */
class RequestHandler implements Dispatcher.DispatchHandler {
  cancelled: Error | undefined;
  readonly request: HttpRequest;
  readonly #result: TransportHandler;
  readonly #chunks: Buffer[] = [];
  #host: Host | undefined;
  #connection: Connection | undefined;
  #abortedBy: Error | undefined;
  #size = 0;
  #controller: Dispatcher.DispatchController | undefined;
  #status = 0;
  #statusText = '';
  #headers: HttpResponse['headers'] = {};

  constructor(request: HttpRequest, result: TransportHandler) {
    this.request = request;
    this.#result = result;
  }

  get isOverNewConnection(): boolean {
    return this.request.isOverNewConnection === true;
  }

  get #queue(): Set<RequestHandler> | undefined {
    return this.#host?.waiting[this.request.isRepeated ? 0 : 1];
  }

  /** Sends it, or has it wait for a connection. */
  startAt(host: Host): void {
    if (this.cancelled) return;
    this.#host = host;
    const isFirst = host.waiting[0].size === 0 && (this.request.isRepeated || host.waiting[1].size === 0);
    const connection = isFirst ? host.connections.take(this.isOverNewConnection) : undefined;
    if (connection) {
      this.sendOver(connection, false);
    } else {
      this.#queue?.add(this);
      this.#result.onWait?.();
    }
  }

  sendOver(connection: Connection, hasWaited: boolean): void {
    this.#connection = connection;
    if (hasWaited) this.#result.onSend?.('connection');
    try {
      const { origin, path, method, headers: given, body } = this.request;
      const headers = ['accept-encoding', acceptedEncodings];
      for (const name of Object.keys(given)) headers.push(name, given[name] as string);
      connection.client.dispatch({ origin, path, method, headers, body } as Dispatcher.DispatchOptions, this);
    } catch (error) {
      this.fail(error);
    }
  }

  fail(error: unknown): void {
    this.#end();
    if (this.cancelled) return;
    // Errors of undici and of Node have a code; one of the engine is a mistake in what undici runs on.
    this.#result.onError(error instanceof TypeError && !('code' in error) ? unusable(error) : error);
  }

  cancel(givenUpFor: NexconnError | undefined): Error | undefined {
    const silent = this.#controller ? undefined : this.#connection?.asksProxy;
    this.cancelled = new Error('The attempt was cancelled.');
    this.#queue?.delete(this);
    if (this.#controller) this.#abort(this.#controller, this.cancelled);
    // It is still being opened, by a host that may never say anything.
    else if (this.#connection) this.#host?.connections.destroy(this.#connection, this.cancelled);
    return silent !== undefined && givenUpFor?.code === 'TIMEOUT' ? new TunnelFailure(silent, {}) : undefined;
  }

  /** Releases the connection. */
  #end(): void {
    const host = this.#host;
    const connection = this.#connection;
    this.#connection = undefined;
    if (!host || !connection) return;
    // Undici has closed the socket, and would open another one for the request that it has given up.
    if (this.#abortedBy) host.connections.destroy(connection, this.#abortedBy);
    else host.connections.release(connection);
    // Later, since undici still holds the connection while it reports.
    if (host.waiting[0].size + host.waiting[1].size > 0) setImmediate(() => sendWaiting(host));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#connection) {
      this.#connection.requests += 1;
      this.#connection.isAsked = true;
    }
    if (this.cancelled) this.#abort(controller, this.cancelled);
  }

  #abort(controller: Dispatcher.DispatchController, reason: Error): void {
    this.#abortedBy = reason;
    controller.abort(reason);
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: HttpResponse['headers'],
    statusText = '',
  ): void {
    if (this.#connection && status >= 200) this.#connection.isAsked = false;
    this.#status = status;
    this.#statusText = statusText;
    this.#headers = headers;
    if (Number(headers['content-length']) > bodyMaxBytes)
      this.#abort(controller, new BodyTooLarge({ status, headers }));
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#size += chunk.byteLength;
    if (this.#size > bodyMaxBytes)
      this.#abort(controller, new BodyTooLarge({ status: this.#status, headers: this.#headers }));
  }

  onResponseEnd(): void {
    this.#end();
    const [status, headers] = [this.#status, this.#headers];
    // An answer of the API comes in one piece.
    const whole = this.#chunks.length === 1 ? (this.#chunks[0] as Buffer<ArrayBuffer>) : Buffer.concat(this.#chunks);
    try {
      const bytes = headers['content-encoding'] === undefined ? whole : decodeBody(whole, status, headers);
      this.#result.onResponse({ status, statusText: this.#statusText, headers, bytes });
    } catch (error) {
      this.#result.onError(error);
    }
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    // It may have been closed before this request was written.
    const before = (this.#connection?.requests ?? 0) - (this.#controller ? 1 : 0);
    const isReset = before > 0 && this.#status === 0 && resetCodes.includes(Reflect.get(error, 'code'));
    this.fail(isReset ? new ConnectionReset('', { cause: error }) : error);
  }
}
