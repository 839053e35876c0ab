import { type Dispatcher, Pool } from 'undici';
import {
  BodyTooLarge,
  bodyMaxBytes,
  joinChunks,
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

  const send: Transport = ({ origin, path, method, headers, body }) => {
    let end: ((reason: Error) => void) | undefined;
    let cancelled: Error | undefined;
    const response = new Promise<WireResponse>((resolve, reject) => {
      const chunks: Buffer[] = [];
      let size = 0;
      let head: Omit<WireResponse, 'bytes'> | undefined;
      const request = { path, method: method as 'POST', headers, body };
      const handler: Dispatcher.DispatchHandler = {
        onRequestStart(controller) {
          end = (reason) => controller.abort(reason);
          // It was waiting for a connection when it was cancelled.
          if (cancelled) end(cancelled);
        },
        onResponseStart(controller, status, received, statusText = '') {
          head = { status, statusText, headers: received };
          if (Number(received['content-length']) > bodyMaxBytes) controller.abort(new BodyTooLarge(status));
        },
        onResponseData(controller, chunk) {
          chunks.push(chunk);
          size += chunk.byteLength;
          if (size > bodyMaxBytes) controller.abort(new BodyTooLarge(head?.status ?? 0));
        },
        onResponseEnd() {
          if (head) resolve({ ...head, bytes: joinChunks(chunks, size) });
        },
        onResponseError: (_, error) => reject(error),
      };
      soon(() => {
        if (!cancelled) poolOf(origin).dispatch(request, handler);
      });
    });
    const cancel = (): void => {
      cancelled = new Error('The attempt was cancelled.');
      end?.(cancelled);
    };
    return { response, cancel };
  };

  return {
    send,
    close: async () => {
      await Promise.all([...pools.values()].map((pool) => pool.close()));
    },
  };
}
