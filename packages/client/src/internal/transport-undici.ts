import { type Dispatcher, Pool } from 'undici';
import {
  BodyTooLarge,
  bodyMaxBytes,
  joinChunks,
  type Landing,
  type OwnTransport,
  type Transport,
  type WireResponse,
} from './wire.js';

/** The provider asks for fewer than 80 requests over one connection, and for less than 55 s of idling. */
const requestsPerConnection = 79;
const idleMs = 50_000;

/** Enough for 200 calls a second that take a third of a second each; further ones wait for a connection. */
const connectionsPerHost = 64;

/** Makes a transport over undici, which keeps to the provider's rules for persistent connections. */
export function createTransport(): OwnTransport {
  const pools = new Map<string, Pool>();

  function poolOf(origin: string): Pool {
    const known = pools.get(origin);
    if (known) return known;
    const pool = new Pool(origin, {
      connections: connectionsPerHost,
      maxRequestsPerClient: requestsPerConnection,
      keepAliveTimeout: idleMs,
      keepAliveMaxTimeout: idleMs,
      // Each attempt has a clock of its own.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    pools.set(origin, pool);
    return pool;
  }

  // Together at the end of a turn of the event loop: each write wakes up who reads it, which costs more than the write.
  let waiting: (() => void)[] = [];
  function soon(dispatch: () => void): void {
    if (waiting.push(dispatch) > 1) return;
    setImmediate(() => {
      const dispatches = waiting;
      waiting = [];
      for (const each of dispatches) each();
    });
  }

  const send: Transport = ({ origin, path, method, headers, body }, landing) => {
    const flight = new Flight(landing);
    soon(() => {
      const request = { path, method: method as 'POST', headers, body };
      if (!flight.cancelled) poolOf(origin).dispatch(request, flight);
    });
    return () => flight.cancel();
  };

  return {
    send,
    close: async () => {
      await Promise.all([...pools.values()].map((pool) => pool.close()));
    },
  };
}

/** One request on its way through undici; a class, since an object of closures would be made for every request. */
class Flight implements Dispatcher.DispatchHandler {
  cancelled: Error | undefined;
  readonly #landing: Landing;
  readonly #chunks: Buffer[] = [];
  #size = 0;
  #controller: Dispatcher.DispatchController | undefined;
  #status = 0;
  #statusText = '';
  #headers: WireResponse['headers'] = {};

  constructor(landing: Landing) {
    this.#landing = landing;
  }

  cancel(): void {
    this.cancelled = new Error('The attempt was cancelled.');
    this.#controller?.abort(this.cancelled);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // It was waiting for a connection when it was cancelled.
    if (this.cancelled) controller.abort(this.cancelled);
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: WireResponse['headers'],
    statusText = '',
  ): void {
    this.#status = status;
    this.#statusText = statusText;
    this.#headers = headers;
    if (Number(headers['content-length']) > bodyMaxBytes) controller.abort(new BodyTooLarge(status));
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#size += chunk.byteLength;
    if (this.#size > bodyMaxBytes) controller.abort(new BodyTooLarge(this.#status));
  }

  onResponseEnd(): void {
    this.#landing.arrived({
      status: this.#status,
      statusText: this.#statusText,
      headers: this.#headers,
      bytes: joinChunks(this.#chunks, this.#size),
    });
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#landing.failed(error);
  }
}
