import { createHttp } from './http/create-http.js';
import { startNexconnClient } from './methods/start-nexconn-client.js';
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
  return startNexconnClient(options, createHttp) as NexconnClient;
}
