import type { paths } from '@nexconn-kit/contract';
import createClient from 'openapi-fetch';
import { createExchange } from './internal/create-exchange.js';
import { createHttp } from './internal/create-http.js';
import { createMethods } from './internal/create-methods.js';
import { createPipeline } from './internal/create-pipeline.js';
import { refuseBrowser } from './internal/refuse-browser.js';
import { resolveSettings } from './internal/resolve-settings.js';
import type { NexconnClient, NexconnClientOptions } from './types.js';

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
  const client = createClient<paths>({ baseUrl: settings.baseUrl });
  const exchange = createExchange(client, createPipeline(settings), settings);
  return { ...createMethods(exchange), http: createHttp(client, exchange) };
}
