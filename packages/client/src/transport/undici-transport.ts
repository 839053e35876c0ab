import type { Dispatcher, Pool } from 'undici';
import { setImmediate } from '../system-time.js';
import {
  BodyTooLarge,
  bodyMaxBytes,
  type HttpRequest,
  type HttpResponse,
  type Transport,
  type TransportHandler,
} from './transport.js';

/** The provider asks for fewer than 80 requests over one connection, and for less than 55 s of idling. */
const requestsPerConnection = 79;
const idleMs = 50_000;

/** Enough for 200 calls a second that take a third of a second each; further ones wait for a connection. */
const connectionsPerHost = 64;

/** Creates a transport over undici, which keeps to the provider's rules for persistent connections. */
export function createTransport(): Transport {
  // Loaded beside the start of the program, since it takes longer than all else of this package.
  let undici: typeof import('undici') | undefined;
  const loading = import('undici');
  // Those who wait for it get the error.
  loading.catch(() => {});
  const pools = new Map<string, Pool>();

  function poolOf(origin: string, { Pool }: typeof import('undici')): Pool {
    const isFaked = areTimersFaked();
    const key = isFaked ? `${origin} once` : origin;
    const known = pools.get(key);
    if (known) return known;
    const pool = new Pool(origin, {
      connections: connectionsPerHost,
      // With one more undici closes the connection.
      maxRequestsPerClient: requestsPerConnection - 1,
      keepAliveTimeout: idleMs,
      keepAliveMaxTimeout: idleMs,
      // Under fake timers a connection for each request: undici uses one again by a timer, which would never come.
      ...(isFaked && { pipelining: 0 }),
      // Each attempt has a timeout of its own.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    pools.set(key, pool);
    return pool;
  }

  // Together at the end of an iteration of the event loop: each write wakes up who reads it, which costs more than the write.
  let waiting: [HttpRequest, RequestHandler][] = [];
  function flush(): void {
    if (!undici) {
      loading.then(
        (loaded) => {
          undici = loaded;
          flush();
        },
        (error) => {
          for (const [, handler] of waiting.splice(0)) handler.fail(error);
        },
      );
      return;
    }
    const taken = waiting;
    waiting = [];
    for (const [request, handler] of taken) {
      if (handler.cancelled) continue;
      try {
        poolOf(request.origin, undici).dispatch(request as Dispatcher.DispatchOptions, handler);
      } catch (error) {
        handler.fail(error);
      }
    }
  }

  return {
    send(request, result) {
      const handler = new RequestHandler(result);
      if (waiting.push([request, handler]) === 1) setImmediate(flush);
      return () => handler.cancel();
    },
    mayResend: false,
    close: async () => {
      const closing = [...pools.values()];
      // What is called later gets connections of its own.
      pools.clear();
      const closed = Promise.all(closing.map((pool) => pool.close()));
      if (!areTimersFaked()) await closed;
    },
  };
}

/** Whether a test has replaced the global timers, which undici looks up at each call. */
function areTimersFaked(): boolean {
  return globalThis.setImmediate !== setImmediate;
}

/** One request on its way through undici; a class, since an object of closures would be made for every request. */
class RequestHandler implements Dispatcher.DispatchHandler {
  cancelled: Error | undefined;
  readonly #result: TransportHandler;
  readonly #chunks: Buffer[] = [];
  #size = 0;
  #controller: Dispatcher.DispatchController | undefined;
  #status = 0;
  #statusText = '';
  #headers: HttpResponse['headers'] = {};

  constructor(result: TransportHandler) {
    this.#result = result;
  }

  fail(error: unknown): void {
    this.#result.onError(error);
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
    headers: HttpResponse['headers'],
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
    this.#result.onResponse({
      status: this.#status,
      statusText: this.#statusText,
      headers: this.#headers,
      // An answer of the API comes in one piece.
      bytes: this.#chunks.length === 1 ? (this.#chunks[0] as Buffer<ArrayBuffer>) : Buffer.concat(this.#chunks),
    });
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#result.onError(error);
  }
}
