import { createTransport } from '#platform';
import { createSecrets } from '../app-secrets.js';
import { createEmitter } from '../create-emitter.js';
import type { CreateHttp } from '../http/create-http.js';
import { namelessError } from '../pipeline/await-secret.js';
import { signRequest } from '../pipeline/sign-request.js';
import { readEnvironment } from '../platform/read-environment.js';
import { refuseBrowser } from '../platform/refuse-browser.js';
import { passwordsOf } from '../platform/resolve-proxy.js';
import { headerSecrets } from '../redaction/header-secrets.js';
import { checkSecret, readOptions, resolveSettings } from '../resolve-options.js';
import { performanceNow } from '../system-time.js';
import { createFetchTransport } from '../transport/fetch-transport.js';
import type { NexconnClient, NexconnClientOptions } from '../types.js';
import { createClient } from './create-client.js';

/**
 * Creates a client of the Nexconn Server API; its `http` is there where what creates it is passed.
 *
 * @throws {NexconnConfigurationError} INVALID_OPTION, BROWSER_REFUSED
 */
export function startNexconnClient(
  options: NexconnClientOptions | undefined,
  createHttp?: CreateHttp,
): Omit<NexconnClient, 'http'> {
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
  const { methods, ...client } = createClient({ settings, secrets, sign: signRequest, transport, emit, createHttp });
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
