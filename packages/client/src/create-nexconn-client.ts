import { createTransport } from '#platform';
import { createSecrets } from './app-secrets.js';
import { createCall, findNamed } from './call/call.js';
import type { CallOptions } from './call-options.js';
import { createClock } from './clock-skew.js';
import { createEmitter } from './create-emitter.js';
import { createMethods } from './create-methods.js';
import { optionChecks, refuseOption } from './errors.js';
import { createFailover, toHost } from './failover.js';
import { createHttp } from './http/create-http.js';
import { providerError } from './pipeline/await-secret.js';
import { createPipeline } from './pipeline/run-call.js';
import { createRateLimits } from './pipeline/wait-for-permit.js';
import { readEnvironment } from './platform/read-environment.js';
import { refuseBrowser } from './platform/refuse-browser.js';
import { passwordsOf } from './platform/resolve-proxy.js';
import { headerSecrets } from './redaction/header-secrets.js';
import { createRedact } from './redaction/safe-cause.js';
import { writeRequest } from './request/write-request.js';
import { checkSecret, readOptions, resolveSettings } from './resolve-options.js';
import { performanceNow } from './system-time.js';
import type { Operation } from './table-types.js';
import { createFetchTransport } from './transport/fetch-transport.js';
import type { NexconnClient, NexconnClientOptions } from './types.js';

/**
 * Creates a client of the Nexconn Server API for one app.
 *
 * Belongs on an app server: it holds the App Secret, and refuses to start in a browser. App Key, App Secret and region come from
 * the environment (`NEXCONN_APP_KEY`, `NEXCONN_APP_SECRET`, `NEXCONN_REGION` or `NEXCONN_BASE_URL`) where they are no options.
 *
 * @throws {NexconnConfigurationError} INVALID_OPTION, BROWSER_REFUSED
 * @example
 * const nexconn = createNexconnClient();
 * const { accessToken } = await nexconn.issueAccessToken({ userId: 'jlk456j5', name: 'Ada' });
 */
export function createNexconnClient(options?: NexconnClientOptions): NexconnClient {
  refuseBrowser(options, globalThis);
  const settings = resolveSettings(readEnvironment(readOptions(options)));
  const { appKey, appSecret, baseUrls, failoverCoolDownMs: coolDownMs, fetch, now, onEvent, proxy } = settings;
  const emit = createEmitter(onEvent);
  emit('client-start', () => ({ hosts: baseUrls }));
  const secrets = createSecrets(appSecret, {
    appKey,
    hidden: [...headerSecrets(settings.headers), ...passwordsOf(proxy)],
    monotonicNow: performanceNow,
    check: (value) => checkSecret(value, appKey),
    onSwitched: () => emit('rotation', () => ({})),
  });
  const redact = (text: string) => createRedact(secrets.known())(text);
  const onFailover = (from: string, to: string) => emit('failover', () => ({ from, to }));
  const rateLimits = createRateLimits(settings, performanceNow, emit, redact);
  const { send, close: disconnect, mayResend } = fetch ? createFetchTransport(fetch) : createTransport(proxy);
  const { run, idle } = createPipeline({
    settings,
    failover: createFailover(baseUrls.map(toHost), { coolDownMs, monotonicNow: performanceNow, onFailover }),
    secrets,
    clock: createClock(now, (offsetMs) => emit('clock', () => ({ offsetMs }))),
    rateLimits,
    emit,
    monotonicNow: performanceNow,
    random: Math.random,
    mayResend,
  });
  // A call that waits for its next attempt holds no connection, but will need one.
  const close = async (): Promise<void> => {
    rateLimits.stop();
    await idle();
    // Those under way may have waited for permits of their own.
    rateLimits.stop();
    await disconnect();
  };
  const http = createHttp({ settings, run, send, redact, monotonicNow: performanceNow });
  const methods = createMethods({ settings, run, send, http });
  const callOf = (operation: Operation, options: Pick<CallOptions, 'priority'>) => {
    const { method, path } = operation;
    return createCall({ operation, method, path, send }, options, settings);
  };
  const check: NexconnClient['rateLimit']['check'] = (operationId, options = {}) => {
    optionChecks.checkNames(options, { priority: 0 });
    rateLimits.check(callOf(operationNamed(operationId), options));
  };
  const checkRequest: NexconnClient['checkRequest'] = (operationId, request) => {
    const operation = operationNamed(operationId);
    writeRequest(operation, request, callOf(operation, {}), settings);
  };
  const ids = (): ReturnType<typeof secrets.ids> =>
    secrets.ids().catch((error) => {
      throw providerError(error, secrets.known(), 'The App Secrets have no names yet');
    });
  return {
    ...methods,
    appKey,
    checkRequest,
    http: http.client,
    rateLimit: { check },
    appSecrets: { ids, tryNext: secrets.tryNext },
    close,
    [Symbol.asyncDispose]: close,
  };
}

function operationNamed(operationId: string): Operation {
  return (
    findNamed(operationId) ?? refuseOption('operationId', 'is no operation of the API. Pass the name of a method.')
  );
}
