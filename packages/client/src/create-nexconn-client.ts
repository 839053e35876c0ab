import type { paths } from '@nexconn-kit/contract';
import createClient from 'openapi-fetch';
import { createTransport } from '#transport';
import { createCall, findNamed } from './internal/create-call.js';
import { createClock } from './internal/create-clock.js';
import { createEmitter } from './internal/create-emitter.js';
import { createExchange } from './internal/create-exchange.js';
import { createFetchTransport } from './internal/create-fetch-transport.js';
import { createHosts, toHost } from './internal/create-hosts.js';
import { createHttp } from './internal/create-http.js';
import { createMethods } from './internal/create-methods.js';
import { createPipeline } from './internal/create-pipeline.js';
import { createSecretId } from './internal/create-secret-id.js';
import { createSecrets } from './internal/create-secrets.js';
import { createTally } from './internal/create-tally.js';
import { createTurns } from './internal/create-turns.js';
import { refuseBrowser } from './internal/refuse-browser.js';
import { checkSecret, resolveSettings } from './internal/resolve-settings.js';
import type { NexconnClient, NexconnClientOptions, SecretIds } from './types.js';

/**
 * Makes a client of the Nexconn Server API for one app.
 *
 * Belongs on an app server: it holds the App Secret, and refuses to start in a browser.
 *
 * @throws {NexconnConfigurationError} INVALID_CONFIGURATION, BROWSER_REFUSED
 * @example
 * const nexconn = createNexconnClient({ appKey, appSecret, region: 'sg' });
 * const { accessToken } = await nexconn.issueAccessToken({ userId: 'jlk456j5', name: 'Ada' });
 */
export function createNexconnClient(options: NexconnClientOptions): NexconnClient {
  refuseBrowser(options, globalThis);
  const settings = resolveSettings(options);
  const { appKey, appSecret, baseUrls, failoverCoolDownMs: coolDownMs, fetch, now, onEvent } = settings;
  const emit = createEmitter(onEvent);
  const stopwatch = () => performance.now();
  const secrets = createSecrets(appSecret, {
    clock: stopwatch,
    check: (value) => checkSecret(value, appKey),
    onSwitched: () => emit('rotation', () => ({})),
  });
  const onFailover = (from: string, to: string) => emit('failover', () => ({ from, to }));
  const tally = createTally();
  const secretIdOf = createSecretId(appKey);
  const secretIds = async (): Promise<SecretIds> => {
    const { all, inForce } = await secrets.configured();
    return { inForce: await secretIdOf(inForce), all: await Promise.all(all.map(secretIdOf)) };
  };
  const turns = createTurns(settings, stopwatch, emit);
  const given = fetch && { send: createFetchTransport(fetch), close: async () => {}, mayResend: false };
  const transport = given ?? createTransport();
  const pipeline = createPipeline({
    settings,
    hosts: createHosts(baseUrls.map(toHost), { coolDownMs, clock: stopwatch, onFailover }),
    secrets,
    clock: createClock(now, (offsetMs) => emit('clock', () => ({ offsetMs }))),
    turns,
    emit,
    stopwatch,
    random: Math.random,
    tally,
    secretIdOf,
    mayResend: transport.mayResend,
  });
  const { send } = transport;
  // A call that waits for its next attempt holds no connection, but will need one.
  const close = async (): Promise<void> => {
    turns.stop();
    await tally.idle();
    // Those under way may have waited for turns of their own.
    turns.stop();
    await transport.close();
  };
  const openapi = createClient<paths>({ baseUrl: baseUrls[0] ?? '' });
  const exchange = createExchange(openapi, pipeline, settings, send, secrets.known);
  const { client: http, hasMiddleware } = createHttp(openapi, exchange);
  const methods = createMethods({ settings, pipeline, send, exchange, hasMiddleware });
  const checkTurn: NexconnClient['checkTurn'] = (operationId, { lane } = {}) => {
    const operation = findNamed(operationId);
    if (operation) turns.check(createCall(operation, { ...operation, send, lane }, settings));
  };
  const { tryNext: tryNextSecret } = secrets;
  return { ...methods, http, checkTurn, secretIds, tryNextSecret, close, [Symbol.asyncDispose]: close };
}
