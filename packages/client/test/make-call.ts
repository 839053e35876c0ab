import { operationTable } from '@nexconn-kit/contract';
import type { CallOptions, NexconnClientSettings } from '../src/index.js';
import type { Call } from '../src/internal/call.js';
import { createCall } from '../src/internal/create-call.js';
import { resolveSettings, type Settings } from '../src/internal/resolve-settings.js';
import { credentials } from './make-client.js';

/** Settings of a client for one host. */
export function makeSettings(options: Partial<NexconnClientSettings> = {}): Settings {
  return resolveSettings({ ...credentials, baseUrl: 'http://localhost:1', ...options });
}

/** A call that is sent nowhere. */
export function makeCall(options: CallOptions = {}, settings: Settings = makeSettings()): Call {
  const operation = operationTable.issueAccessToken;
  return createCall(operation, { ...operation, send: () => () => {}, ...options }, settings);
}
