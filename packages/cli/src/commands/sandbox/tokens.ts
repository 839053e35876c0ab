import { AsyncLocalStorage } from 'node:async_hooks';
import type { NexconnClient } from '@nexconn-kit/client';
import { createMemoryStore, createTokenHandler, createTokenService } from '@nexconn-kit/token-service';
import { toNodeListener } from '@nexconn-kit/token-service/node';
import { createLog } from '../serve/log.js';
import { createAuthenticator } from '../serve/login/authenticate.js';
import { createMetrics } from '../serve/metrics.js';
import { startServeServer } from '../serve/server.js';

/** The header whose user ID the sandbox believes. */
export const sandboxUserHeader = 'X-User-Id';

/**
 * Starts the token service as `nexconn serve` does, in memory, without a log, and for whoever sends the header. This is
 * the one place where a command imports another.
 *
 * @throws {CliError} PORT_IN_USE, LISTEN_FAILED
 */
export async function startSandboxTokens(
  client: NexconnClient,
  port: number,
): Promise<{ readonly url: string } & AsyncDisposable> {
  const metrics = createMetrics();
  const tokens = createTokenService({ client, store: createMemoryStore(), onEvent: metrics.onEvent });
  const authenticate = createAuthenticator({}, {}, sandboxUserHeader, {
    onRefused() {},
    onNameless() {},
    onFitted() {},
  });
  const server = await startServeServer({
    host: '127.0.0.1',
    port,
    listener: toNodeListener(createTokenHandler(tokens, { authenticate })),
    metrics,
    isThisMachineOnly: true,
    check: async () => {},
    log: createLog({ write: () => undefined }, 'silent'),
    requestIds: new AsyncLocalStorage<string>(),
  });
  return { url: server.url, [Symbol.asyncDispose]: () => server.drain({ delayMs: 0, timeoutMs: 200 }) };
}
