import type { paths } from '@nexconn-kit/contract';
import createClient from 'openapi-fetch';
import { createTransport } from '#platform';
import { createSecrets } from './app-secrets.js';
import { createCall, findNamed } from './call/create-call.js';
import { createClock } from './clock-skew.js';
import { createEmitter } from './create-emitter.js';
import { createMethods } from './create-methods.js';
import { createSecretId } from './create-secret-id.js';
import { createHosts, toHost } from './failover.js';
import { createExchange } from './http/create-exchange.js';
import { createHttp } from './http/create-http.js';
import { createTally } from './pipeline/create-tally.js';
import { createPipeline } from './pipeline/run-call.js';
import { createTurns } from './pipeline/wait-for-permit.js';
import { refuseBrowser } from './platform/refuse-browser.js';
import { checkSecret, resolveSettings } from './resolve-options.js';
import { createFetchTransport } from './transport/fetch-transport.js';
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
