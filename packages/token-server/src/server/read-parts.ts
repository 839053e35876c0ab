import type { AppSecretPair, NexconnClientOptions } from '@nexconn-kit/client';
import { readEndpoint } from '../command-line/endpoint.js';
import { CliError, readAll } from '../command-line/errors.js';
import type { CliContext } from '../command-line/types.js';
import { createAuthenticator } from '../login/authenticate.js';
import { type RefusedUserIds, refusedUserIds } from '../login/refused-user-ids.js';
import type { Authenticate, LoginListener } from '../login/resolve-user.js';
import { readSecret } from '../settings/read-secret.js';
import { defaults, placesOf, type ServeSettings, variableOf } from '../settings/serve-settings.js';

/** What a server is made of, checked. */
export interface ServerParts {
  readonly storeSetting: string;
  readonly encryptionKeys: string | undefined;
  readonly authenticate: Authenticate;
  readonly clientOptions: NexconnClientOptions;
  readonly refused: RefusedUserIds;
  /** Whether opaque IDs take the place of those of the log-ins. */
  readonly hasUserIdKey: boolean;
}

/**
 * Returns what a server is made of by its settings. All that is missing or wrong is told at once.
 *
 * @throws {CliError} USAGE, MISSING_CONFIGURATION
 */
export function readParts(
  settings: ServeSettings,
  env: CliContext['env'],
  trustedHeader: string | undefined,
  listener: LoginListener,
): ServerParts {
  const [authenticate, app, endpoint, encryptionKeys] = readAll(
    () => createAuthenticator(settings, env, trustedHeader, listener),
    () => readApp(settings, env),
    () => readEndpoint({}, settings),
    () => readSecret('encryptionKeys', settings, env),
  );
  const { userIdPattern, dangerouslyAllowHttp, store: storeSetting = defaults.store } = settings;
  const hasUserIdKey = readSecret('userIdKey', settings, env) !== undefined;
  return {
    storeSetting,
    hasUserIdKey,
    encryptionKeys,
    authenticate,
    refused: refusedUserIds(settings, hasUserIdKey),
    clientOptions: { ...app, ...endpoint, userIdPattern, dangerouslyAllowHttp, proxy: 'environment' },
  };
}

/** Returns the app that the settings name. @throws {CliError} MISSING_CONFIGURATION, USAGE */
export function readApp(
  settings: ServeSettings,
  env: CliContext['env'],
): { readonly appKey: string; readonly appSecret: string | AppSecretPair } {
  const { appKey } = settings;
  const current = readSecret('appSecret', settings, env);
  const next = readSecret('appSecretNext', settings, env);
  if (appKey === undefined || current === undefined) {
    const missing = [
      ...(appKey === undefined ? [placesOf('appKey')] : []),
      ...(current === undefined ? [`${variableOf('appSecret')} (or --app-secret-file)`] : []),
    ].join(' and ');
    const message = `Set ${missing}: the Nexconn console shows the values.`;
    throw new CliError(message, { code: 'MISSING_CONFIGURATION' });
  }
  if (next === current) {
    const place = `${variableOf('appSecretNext')} (or --app-secret-next-file)`;
    const message = `${place} is the App Secret in force. Set it to the one that replaces it, or leave it out.`;
    throw new CliError(message, { code: 'USAGE' });
  }
  return { appKey, appSecret: next === undefined ? current : { current, next } };
}
