import { AsyncLocalStorage } from 'node:async_hooks';
import type { NexconnClient } from '@nexconn-kit/client';
import { createMemoryStore, createTokenHandler, createTokenService } from '@nexconn-kit/token-service';
import { toNodeListener } from '@nexconn-kit/token-service/node';
import { createAuthenticator } from '../login/authenticate.js';
import { createLog } from './log.js';
import { createMetrics } from './metrics.js';
import { startServeServer } from './server.js';

/** A server that runs until it is disposed of. */
export interface RunningServer extends AsyncDisposable {
  /** Such as `http://127.0.0.1:4020`. */
  readonly url: string;
}

/** What a server for development believes, and where it listens. */
export interface TrustingServerOptions {
  /** The header whose user ID it believes. */
  readonly userHeader: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** The address to listen on; requests to other host names than those of this machine are refused on each. Default: `127.0.0.1`. */
  readonly host?: string;
  /** The key that makes opaque user IDs of those in the header. Default: they are the user IDs. */
  readonly userIdKey?: string | undefined;
}

/** Starts the server as `serve` does, in memory, with errors on stderr alone, and for whoever sends the header. */
export async function startTrustingServer(
  client: NexconnClient,
  { userHeader, port, host = '127.0.0.1', userIdKey }: TrustingServerOptions,
): Promise<RunningServer> {
  const metrics = createMetrics();
  const tokens = createTokenService({ client, store: createMemoryStore(), onEvent: metrics.onEvent });
  const authenticate = createAuthenticator({}, { NEXCONN_USER_ID_KEY: userIdKey }, userHeader, {
    onRefused() {},
    onNameless() {},
    onFitted() {},
  });
  const server = await startServeServer({
    host,
    port,
    listener: toNodeListener(createTokenHandler(tokens, { authenticate })),
    metrics,
    isThisMachineOnly: true,
    check: async () => {},
    // Why there is no token, the handler writes to stderr by itself.
    log: createLog(process.stderr, 'error'),
    requestIds: new AsyncLocalStorage<string>(),
  });
  return { url: server.url, [Symbol.asyncDispose]: () => server.drain({ delayMs: 0, timeoutMs: 200 }) };
}
