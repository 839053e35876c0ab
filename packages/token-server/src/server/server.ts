import type { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { CliError } from '../command-line/errors.js';
import { limitPipelining, wasHeldBack } from '../command-line/limit-pipelining.js';
import { createHttpServer, listen, type TlsPair } from '../command-line/listen.js';
import { isForThisMachine } from '../login/header.js';
import { defaults, placesOf } from '../settings/serve-settings.js';
import { performanceNow, setImmediate } from '../system-time.js';
import { withTimeout } from '../with-timeout.js';
import type { ServeMetrics } from './metrics.js';
import { watchConnections } from './watch-connections.js';

/** The parts of a server. */
export interface ServeServerOptions {
  readonly host: string;
  readonly port: number;
  /** Default: none, plain HTTP. */
  readonly tls?: TlsPair | undefined;
  /** Answers `/access-token`. */
  readonly listener: RequestListener;
  /** Answers what is on none of its own paths; where it says `false`, that is a 404. Default: all of it is. */
  readonly page?: ((request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean>) | undefined;
  readonly metrics: ServeMetrics;
  /** How long an idle connection is kept, in milliseconds. Default: 65000. */
  readonly keepAliveTimeoutMs?: number | undefined;
  /** How long a caller may take to send. Default: 10 s for the headers, 30 s for all, looked at each second. */
  readonly patience?: {
    readonly headersTimeout: number;
    readonly requestTimeout: number;
    readonly connectionsCheckingInterval: number;
  };
  /** Whether requests to other hosts than this machine are refused, since whoever calls is believed. */
  readonly isThisMachineOnly: boolean;
  /** The address that names this machine as well, where others may call. Default: none. */
  readonly ownAddress?: string | undefined;
  /** Rejects where the store does not answer, or cannot be written. */
  readonly check: () => Promise<void>;
  readonly log: Logger;
  /** The ID of the request for everything that is done because of it. */
  readonly requestIds: AsyncLocalStorage<string>;
}

/** A server of the token service. */
export interface ServeServer {
  /** Such as `http://127.0.0.1:4020`. */
  readonly url: string;
  /** Stops accepting after the delay, and waits for the requests under way, but no longer than the timeout. */
  readonly drain: (limits: { readonly delayMs: number; readonly timeoutMs: number }) => Promise<void>;
}

const usualPatience = { headersTimeout: 10_000, requestTimeout: 30_000, connectionsCheckingInterval: 1_000 };

/** What Node itself answers to what is no request. */
const malformed: Readonly<Record<string, string>> = {
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: '413 Payload Too Large',
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
};

type Route = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

/**
 * Starts the server of the tokens, and of what operators ask: `/healthz`, `/readyz` and `/metrics`.
 *
 * @throws {CliError} PORT_IN_USE, LISTEN_FAILED
 */
export async function startServeServer(options: ServeServerOptions): Promise<ServeServer> {
  const { host, port, tls, listener, page, metrics, isThisMachineOnly, ownAddress, check, log, requestIds } = options;
  let isDraining = false;

  async function answerReady(response: ServerResponse): Promise<void> {
    if (isDraining) return answer(response, 503, { status: 'draining' });
    try {
      await check();
      answer(response, 200, { status: 'ready' });
    } catch (error) {
      log.warn({ error }, 'store does not answer');
      answer(response, 503, { status: 'store does not answer' });
    }
  }

  const routes: Readonly<Record<string, Route>> = {
    '/access-token': listener,
    '/healthz': forReading((_, response) => answer(response, 200, { status: 'alive' })),
    '/readyz': forReading((_, response) => answerReady(response)),
    '/metrics': forReading(async (_, response) => {
      send(response, 200, metrics.contentType, await metrics.write());
    }),
  };

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url?.split(/[?#]/, 1)[0] ?? '/';
    const route = Object.hasOwn(routes, path) ? path : 'other';
    follow(request, response, route);
    if (isDraining) response.setHeader('Connection', 'close');
    const run = routes[route];
    if (isThisMachineOnly && !isForThisMachine(request.headers.host, ownAddress)) {
      const others = ownAddress === undefined ? '' : `, ${ownAddress}`;
      const message = `With a trusted header only 127.0.0.1, [::1]${others} and localhost are answered. Call it by one of these.`;
      answer(response, 403, { code: 'ORIGIN_REFUSED', message });
    } else if (run) await run(request, response);
    else if (!(await page?.(request, response)))
      answer(response, 404, { code: 'ENDPOINT_UNKNOWN', message: 'There is no such endpoint.' });
  }

  /** Counts and logs how the request ends: with an answer, or with a caller who went. */
  function follow({ method }: IncomingMessage, response: ServerResponse, route: string): void {
    const startedAt = performanceNow();
    const end = metrics.begin();
    const requestId = requestIds.getStore() ?? '';
    response.setHeader('X-Request-ID', requestId);
    response.once('close', () => {
      // 499 is what nginx logs for a caller who did not wait.
      const status = response.writableFinished ? response.statusCode : 499;
      end(route, status);
      const durationMs = Math.round(performanceNow() - startedAt);
      const level = route === '/access-token' || route === 'other' ? 'info' : 'debug';
      // The path of an unknown route is the caller's own text.
      log[level]({ requestId, method, route, status, durationMs }, 'answered');
      // An idle connection, kept for another request, keeps the server from closing.
      if (isDraining) setImmediate(() => server.closeIdleConnections());
    });
  }

  const { patience = usualPatience, keepAliveTimeoutMs: keepAliveTimeout = defaults.keepAliveTimeoutMs } = options;
  const server = createHttpServer({ ...patience, keepAliveTimeout, tls }, (request, response) => {
    limitPipelining(request, response);
    requestIds.run(requestIdOf(request), () => {
      handle(request, response).catch((error) => {
        log.error({ error }, 'request failed');
        response.destroy();
      });
    });
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT' && wasHeldBack(socket)) return;
    if (socket.writable)
      socket.write(`HTTP/1.1 ${malformed[error.code ?? ''] ?? '400 Bad Request'}\r\nConnection: close\r\n\r\n`);
    socket.destroy();
  });
  const acceptWaiting = watchConnections(server);
  const url = await listen(server, port, host).catch((error: CliError) => {
    const { code } = Object(error.cause) as NodeJS.ErrnoException;
    const isHost = /^(ENOTFOUND|EAI_\w+|EADDRNOTAVAIL)$/.test(code ?? '');
    const advice = isHost
      ? `Set ${placesOf('host')} to an address of this machine, such as 127.0.0.1 or 0.0.0.0.`
      : `Choose another with ${placesOf('port')}; 0 takes any free one.`;
    const message = `${error.message} ${advice}`;
    throw new CliError(message, { code: error.code, cause: error });
  });

  async function drain({ delayMs, timeoutMs }: Parameters<ServeServer['drain']>[0]): Promise<void> {
    isDraining = true;
    await delay(delayMs);
    await acceptWaiting(timeoutMs);
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeIdleConnections();
    await withTimeout(closed, timeoutMs, 'Requests are still under way.').catch(() => {
      log.warn({ underWay: metrics.inFlight() }, 'requests cut off: they took longer than the drain timeout');
      server.closeAllConnections();
    });
  }

  return { url, drain };
}

function requestIdOf({ headers }: IncomingMessage): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && /^[\w.-]{1,36}$/.test(given) ? given : randomUUID();
}

function forReading(route: Route): Route {
  return (request, response) => {
    if (request.method === 'GET' || request.method === 'HEAD') return route(request, response);
    response.setHeader('Allow', 'GET, HEAD');
    answer(response, 405, { code: 'METHOD_REFUSED', message: 'Only GET and HEAD.' });
  };
}

function answer(response: ServerResponse, status: number, body: object): void {
  send(response, status, 'application/json; charset=utf-8', JSON.stringify(body));
}

function send(response: ServerResponse, status: number, contentType: string, body: string): void {
  response.writeHead(status, {
    'Content-Type': contentType,
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  });
  // Node leaves the body of an answer to HEAD out.
  response.end(body);
}
