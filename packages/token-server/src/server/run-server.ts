import { AsyncLocalStorage } from 'node:async_hooks';
import { createNexconnClient, type NexconnClient } from '@nexconn-kit/client';
import { createTokenHandler, createTokenService, type TokenService } from '@nexconn-kit/token-service';
import { toNodeListener } from '@nexconn-kit/token-service/node';
import type { Command } from 'commander';
import { isBlockedPort } from '../command-line/blocked-ports.js';
import { CliError } from '../command-line/errors.js';
import type { CliContext, LogSink } from '../command-line/types.js';
import { untilAborted } from '../command-line/until-aborted.js';
import { createUserIdCheck, refuseUserIds } from '../login/refuse-user-ids.js';
import { readServeSettings } from '../settings/read-settings.js';
import { defaults, knownVariables, placesOf, type ServeSettings } from '../settings/serve-settings.js';
import { unknownVariables } from '../settings/unknown-variables.js';
import { openStoreUnlessStopped } from '../stores/open-store.js';
import { withTimeout } from '../with-timeout.js';
import { checkApi } from './check-api.js';
import { createLog, logClientEvent, logFailure, logRefusedUserIds, logServiceEvent } from './log.js';
import { createMetrics } from './metrics.js';
import { readParts } from './read-parts.js';
import { startServeServer } from './server.js';

const loopback = '127.0.0.1';
/** For what goes on after the last request, such as a renewal ahead of time. */
const closeTimeoutMs = 2_000;

/**
 * Runs the token service until the command is to stop.
 *
 * @throws {CliError} USAGE, MISSING_CONFIGURATION, PACKAGE_MISSING, STORE_UNAVAILABLE, PORT_IN_USE, LISTEN_FAILED
 */
export async function runServe(command: Command, context: CliContext): Promise<void> {
  const output = context.openLog?.() ?? { write: (text) => void context.stdout.write(text), flush: async () => {} };
  try {
    await runTokenServer(command, context, output);
  } finally {
    await withTimeout(output.flush(), closeTimeoutMs, 'The log is still being written.').catch(() => {});
  }
}

async function runTokenServer(command: Command, context: CliContext, output: LogSink): Promise<void> {
  const { env, stderr } = context;
  const stop = context.stopSignal();
  const settings = readServeSettings(command, env);
  const { keepAliveTimeoutMs, allowedOrigins } = settings;
  const { drainDelayMs, drainTimeoutMs, port, requestsPerMinute } = { ...defaults, ...settings };
  const { unreadableTokens, changedUsers, changeCoolDownMs, logLevel } = { ...defaults, ...settings };
  const trustedHeader: string | undefined = command.opts().dangerouslyTrustUserHeader;
  const host = chooseHost(settings, trustedHeader);
  const requestIds = new AsyncLocalStorage<string>();
  const log = createLog(output, logLevel, () => {
    const requestId = requestIds.getStore();
    return requestId === undefined ? {} : { requestId };
  });
  for (const found of unknownVariables(env, knownVariables())) log.warn(found, 'variable that serve does not know');
  if (isBlockedPort(port)) {
    log.warn({ port }, 'port that fetch and browsers never call: take another, or have a proxy in front');
  }
  const { storeSetting, encryptionKeys, authenticate, clientOptions, refused, hasUserIdKey } = readParts(
    settings,
    env,
    trustedHeader,
    {
      onRefused: (reason) => log.info({ reason }, 'log-in not accepted'),
      onNameless() {
        const { nameClaim = defaults.nameClaim } = settings;
        log.warn({ nameClaim }, 'log-in without a name: users without that claim are named by their user ID');
      },
      onFitted: (field) => log.warn({ field }, fittedWarnings[field]),
    },
  );
  const opened = await openStoreUnlessStopped(stop, storeSetting, encryptionKeys, (error) => {
    log.warn({ error }, 'store connection in trouble');
  });
  if (!opened) {
    log.info('stopped');
    return;
  }

  const metrics = createMetrics();
  try {
    let apiHosts: readonly string[] = [];
    const client = createNexconnClient({
      ...clientOptions,
      rateLimit: { store: opened.rateStore },
      onEvent(event) {
        if (event.type === 'client-start') apiHosts = event.hosts;
        logClientEvent(log, event);
      },
    });
    const tokens = createTokenService({
      client,
      store: opened.store,
      tokenValiditySeconds: settings.tokenValiditySeconds,
      unreadableTokens,
      changedUsers,
      changeCoolDownMs,
      onEvent(event) {
        metrics.onEvent(event);
        logServiceEvent(log, event);
      },
    });
    const handler = createTokenHandler(tokens, {
      authenticate,
      challenge: trustedHeader === undefined ? 'Bearer' : undefined,
      allowedOrigins,
      requestsPerMinute,
      onFailure: (failure) => logFailure(log, failure),
    });
    const listener =
      trustedHeader === undefined
        ? toNodeListener(handler)
        : refuseUserIds(toNodeListener(handler), trustedHeader, createUserIdCheck(client, trustedHeader, hasUserIdKey));
    const server = await startServeServer({
      ...{ host, port, listener, metrics, log, requestIds, keepAliveTimeoutMs },
      isThisMachineOnly: trustedHeader !== undefined,
      check: opened.check,
    });
    if (trustedHeader !== undefined) stderr.write(`${warningOf(trustedHeader)}\n`);
    logRefusedUserIds(log, refused);
    log.info({ url: server.url, host, store: opened.description, apiHosts }, 'listening');
    // Log-ins whose token is stored are served all the same.
    const checked = checkApi(clientOptions).then(({ verdict, reason }) => {
      if (verdict === 'refused') log.error({ reason }, 'the API does not accept this app: no token can be issued');
    });
    await untilAborted(stop);
    log.info({ underWay: metrics.inFlight() }, 'draining');
    await server.drain({ delayMs: drainDelayMs, timeoutMs: drainTimeoutMs });
    await withTimeout(
      Promise.all([finish(tokens, client), checked]),
      closeTimeoutMs,
      'Renewals are still under way.',
    ).catch((error) => {
      log.warn({ error }, 'not all was finished');
    });
  } finally {
    await withTimeout(opened.close(), closeTimeoutMs, 'The store is still closing.').catch((error) => {
      log.warn({ error }, 'store not closed');
    });
  }
  log.info('stopped');
}

const fittedWarnings = {
  name: 'name longer than the API takes: such names are cut',
  avatarUrl: 'avatar longer than the API takes: such avatars are left out',
};

async function finish(tokens: TokenService, client: NexconnClient): Promise<void> {
  await tokens.idle();
  await client.close();
}

function chooseHost({ host = defaults.host }: ServeSettings, trustedHeader: string | undefined): string {
  if (trustedHeader === undefined || host === loopback) return host;
  const message = `${placesOf('host')} is "${host}". With --dangerously-trust-user-header leave it out: only ${loopback} is possible.`;
  throw new CliError(message, { code: 'USAGE' });
}

function warningOf(header: string): string {
  return (
    `Warning: whoever sends the header ${header} gets the token of any user. ` +
    'This is for development on this machine alone.'
  );
}
