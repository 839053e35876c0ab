import type { Dispatcher, Pool } from 'undici';
import {
  BodyTooLarge,
  bodyMaxBytes,
  joinChunks,
  type Landing,
  type OwnTransport,
  type WireRequest,
  type WireResponse,
} from './transport.js';

/** The provider asks for fewer than 80 requests over one connection, and for less than 55 s of idling. */
const requestsPerConnection = 79;
const idleMs = 50_000;

/** Enough for 200 calls a second that take a third of a second each; further ones wait for a connection. */
const connectionsPerHost = 64;

/** Makes a transport over undici, which keeps to the provider's rules for persistent connections. */
export function createTransport(): OwnTransport {
  // Loaded beside the start of the program, since it takes longer than all else of this package.
  let undici: typeof import('undici') | undefined;
  const loading = import('undici');
  // Told to those who wait for it.
  loading.catch(() => {});
  const pools = new Map<string, Pool>();

  function poolOf(origin: string, { Pool }: typeof import('undici')): Pool {
    const known = pools.get(origin);
    if (known) return known;
    const pool = new Pool(origin, {
      connections: connectionsPerHost,
      // With one more undici closes the connection.
      maxRequestsPerClient: requestsPerConnection - 1,
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
  let waiting: [WireRequest, Flight][] = [];
  function flush(): void {
    if (!undici) {
      loading.then(
        (loaded) => {
          undici = loaded;
          flush();
        },
        (error) => {
          for (const [, flight] of waiting.splice(0)) flight.fail(error);
        },
      );
      return;
    }
    const taken = waiting;
    waiting = [];
    for (const [{ origin, path, method, headers, body }, flight] of taken) {
      const request = { path, method: method as 'POST', headers, body };
      if (flight.cancelled) continue;
      try {
        poolOf(origin, undici).dispatch(request, flight);
      } catch (error) {
        flight.fail(error);
      }
    }
  }

  return {
    send(request, landing) {
      const flight = new Flight(landing);
      if (waiting.push([request, flight]) === 1) setImmediate(flush);
      return () => flight.cancel();
    },
    mayResend: false,
    close: async () => {
      const closing = [...pools.values()];
      // What is called later gets connections of its own.
      pools.clear();
      await Promise.all(closing.map((pool) => pool.close()));
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

  fail(error: unknown): void {
    this.#landing.failed(error);
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
