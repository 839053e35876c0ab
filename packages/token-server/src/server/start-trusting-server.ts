import { AsyncLocalStorage } from 'node:async_hooks';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { NexconnClient } from '@nexconn-kit/client';
import {
  createMemoryStore,
  createTokenHandler,
  createTokenService,
  type TokenServiceEvent,
  type TokenStore,
} from '@nexconn-kit/token-service';
import { toNodeListener } from '@nexconn-kit/token-service/node';
import type { TlsPair } from '../command-line/listen.js';
import { createAuthenticator } from '../login/authenticate.js';
import { ownAddressOf } from '../login/header.js';
import { admitLoopbackPages } from '../login/loopback-pages.js';
import { createUserIdCheck, refuseUserIds, type UserIdCheck } from '../login/refuse-user-ids.js';
import { performanceNow } from '../system-time.js';
import { withTimeout } from '../with-timeout.js';
import { createLog } from './log.js';
import { createMetrics } from './metrics.js';
import { startServeServer } from './server.js';

/** A server that runs until it is disposed of. */
export interface RunningServer extends AsyncDisposable {
  /** Such as `http://127.0.0.1:4020`. */
  readonly url: string;
}

/** A request for a token that was answered; holds no token. */
export interface AnsweredRequest {
  readonly method: string;
  readonly path: string;
  /** 499 where the caller went before. */
  readonly status: number;
  readonly durationMs: number;
  /** What the header said. */
  readonly userId: string | undefined;
  /** Why that user ID was refused, or that there is none. */
  readonly reason?: string | undefined;
}

/** What a server for development believes, and where it listens. */
export interface TrustingServerOptions {
  /** The header whose user ID it believes. */
  readonly userHeader: string;
  /** 0 takes any free port. */
  readonly port: number;
  /**
   * The address to listen on; requests to other host names than that, if it is one of a network, and those of this machine are
   * refused. Default: `127.0.0.1`.
   */
  readonly host?: string;
  /** The certificate to listen with `https:`. Default: none, plain HTTP. */
  readonly tls?: TlsPair | undefined;
  /** The key that makes opaque user IDs of those in the header. Default: they are the user IDs. */
  readonly userIdKey?: string | undefined;
  /** Where the tokens are kept; whoever passes it closes it. Default: in memory. */
  readonly store?: TokenStore | undefined;
  /** Called with what the token service does, beside the metrics. */
  readonly onEvent?: ((event: TokenServiceEvent) => void) | undefined;
  /** Called with each request for a token once it has been answered. */
  readonly onAnswered?: ((answered: AnsweredRequest) => void) | undefined;
  /** Answers the requests of other paths than those of the server, whose host is this machine; `false` leaves it a 404. */
  readonly page?: ((request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean>) | undefined;
  /** Holds the `X-Request-ID` of the request that is under way, for whoever tells what belongs to it. Default: one of its own. */
  readonly requestIds?: AsyncLocalStorage<string> | undefined;
}

/** For what goes on after the last request, before the store may be closed. */
const idleTimeoutMs = 500;

/** Far more than any page that is reloaded by hand or by a development server. */
const requestsPerMinute = 6_000;

/** Starts the server as `serve` does, with errors on stderr alone, for whoever sends the header, from any page of this machine. */
export async function startTrustingServer(
  client: NexconnClient,
  options: TrustingServerOptions,
): Promise<RunningServer> {
  const {
    userHeader,
    port,
    host = '127.0.0.1',
    tls,
    userIdKey,
    store = createMemoryStore(),
    onAnswered,
    page,
  } = options;
  const metrics = createMetrics();
  const tokens = createTokenService({
    client,
    store,
    // Whoever tries a rotation out does it right after a log-in.
    replaceCoolDownMs: 0,
    onEvent(event) {
      metrics.onEvent(event);
      options.onEvent?.(event);
    },
  });
  const authenticate = createAuthenticator({}, { NEXCONN_USER_ID_KEY: userIdKey }, userHeader, {
    onRefused() {},
    onNameless() {},
    onFitted() {},
  });
  const handler = toNodeListener(createTokenHandler(tokens, { authenticate, requestsPerMinute }));
  const checkUserId = createUserIdCheck(client, userHeader, userIdKey !== undefined);
  const ownAddress = ownAddressOf(host);
  const listener = admitLoopbackPages(refuseUserIds(handler, userHeader, checkUserId), ownAddress);
  const server = await startServeServer({
    host,
    port,
    tls,
    listener: onAnswered === undefined ? listener : tellAnswers(listener, userHeader, checkUserId, onAnswered),
    page,
    metrics,
    isThisMachineOnly: true,
    ownAddress,
    check: async () => {},
    // Why there is no token, the handler writes to stderr by itself.
    log: createLog(process.stderr, 'error'),
    requestIds: options.requestIds ?? new AsyncLocalStorage<string>(),
  });
  return {
    url: server.url,
    async [Symbol.asyncDispose]() {
      await server.drain({ delayMs: 0, timeoutMs: 200 });
      await withTimeout(tokens.idle(), idleTimeoutMs, 'Renewals are still under way.').catch(() => {});
    },
  };
}

function tellAnswers(
  listener: RequestListener,
  userHeader: string,
  checkUserId: UserIdCheck,
  onAnswered: (answered: AnsweredRequest) => void,
): RequestListener {
  function refusalOf(status: number, userId: string | undefined): string | undefined {
    if (userId !== undefined) return status === 400 ? checkUserId(userId) : undefined;
    return status === 401 ? `The header ${userHeader} is missing: it names the user here.` : undefined;
  }

  return function listenAndTell(request, response) {
    const startedAt = performanceNow();
    const given = request.headers[userHeader.toLowerCase()];
    const userId = typeof given === 'string' && given !== '' ? given : undefined;
    response.once('close', () => {
      const reason = refusalOf(response.statusCode, userId);
      onAnswered({
        method: request.method ?? '',
        path: '/access-token',
        // 499 is what nginx logs for a caller who did not wait.
        status: response.writableFinished ? response.statusCode : 499,
        durationMs: performanceNow() - startedAt,
        userId,
        ...(reason !== undefined && { reason }),
      });
    });
    return listener(request, response);
  };
}
