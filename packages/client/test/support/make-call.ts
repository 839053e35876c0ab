import { type Call, createCall } from '../../src/call/call.js';
import type { CallOptions } from '../../src/index.js';
import { nexconnApi } from '../../src/nexconn-api.js';
import { resolveSettings, type Settings } from '../../src/resolve-options.js';
import type { Operation } from '../../src/table-types.js';
import { type ClientSettings, credentials } from './make-client.js';

/** Settings of a client for one host. */
export function makeSettings(options: ClientSettings = {}): Settings {
  return resolveSettings({ ...credentials, baseUrl: 'http://localhost:1', ...options });
}

/** A call that is sent nowhere. */
export function makeCall(options: CallOptions = {}, settings: Settings = makeSettings()): Call {
  const operation = nexconnApi.operations.find(({ operationId }) => operationId === 'issueAccessToken') as Operation;
  return createCall({ ...operation, operation, send: () => () => {} }, options, settings);
}
