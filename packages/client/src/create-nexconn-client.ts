import { createTransport } from '#platform';
import { createSecrets } from './app-secrets.js';
import { createEmitter } from './create-emitter.js';
import { createClient } from './methods/create-client.js';
import { namelessError } from './pipeline/await-secret.js';
import { signRequest } from './pipeline/sign-request.js';
import { readEnvironment } from './platform/read-environment.js';
import { refuseBrowser } from './platform/refuse-browser.js';
import { passwordsOf } from './platform/resolve-proxy.js';
import { headerSecrets } from './redaction/header-secrets.js';
import { checkSecret, readOptions, resolveSettings } from './resolve-options.js';
import { performanceNow } from './system-time.js';
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
  const { appKey, appSecret, baseUrls, fetch, onEvent, proxy } = settings;
  const emit = createEmitter(onEvent);
  emit('client-start', () => ({ hosts: baseUrls }));
  const secrets = createSecrets(appSecret, {
    appKey,
    hidden: [...headerSecrets(settings.headers), ...passwordsOf(proxy)],
    monotonicNow: performanceNow,
    check: (value) => checkSecret(value, appKey),
    onSwitched: () => emit('rotation', () => ({})),
  });
  const transport = fetch ? createFetchTransport(fetch) : createTransport(proxy);
  const { methods, ...client } = createClient({ settings, secrets, sign: signRequest, transport, emit });
  const ids = (): ReturnType<typeof secrets.ids> =>
    secrets.ids().catch((error) => {
      throw namelessError(error, secrets.known());
    });
  return {
    ...(methods as unknown as NexconnClient),
    ...client,
    appKey,
    appSecrets: { ids, tryNext: secrets.tryNext },
  };
}
