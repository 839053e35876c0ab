import type { NexconnClientOptions } from '@nexconn-kit/client';
import { readEndpoint } from '../command-line/endpoint.js';
import { CliError } from '../command-line/errors.js';
import type { CliContext } from '../command-line/types.js';
import { createAuthenticator } from '../login/authenticate.js';
import { type RefusedUserIds, refusedUserIds } from '../login/refused-user-ids.js';
import type { Authenticate, LoginListener } from '../login/resolve-user.js';
import { defaults, placesOf, readSecret, type ServeSettings, variableOf } from '../settings/settings.js';

/** What a server is made of, checked. */
export interface ServerParts {
  readonly storeSetting: string;
  readonly encryptionKeys: string | undefined;
  readonly authenticate: Authenticate;
  readonly clientOptions: NexconnClientOptions;
  readonly refused: RefusedUserIds;
}

/**
 * Returns what a server is made of by its settings. All that is missing is told at once.
 *
 * @throws {CliError} USAGE, MISSING_CONFIGURATION
 */
export function readParts(
  settings: ServeSettings,
  env: CliContext['env'],
  trustedHeader: string | undefined,
  listener: LoginListener,
): ServerParts {
  const missing: CliError[] = [];
  const authenticate = collect(() => createAuthenticator(settings, env, trustedHeader, listener), missing);
  const app = collect(() => readApp(settings, env), missing);
  const endpoint = collect(() => readEndpoint({}, settings), missing);
  if (!authenticate || !app || !endpoint) throw joinErrors(missing);
  const { userIdPattern, dangerouslyAllowHttp, store: storeSetting = defaults.store } = settings;
  return {
    storeSetting,
    encryptionKeys: readSecret('encryptionKeys', settings, env),
    authenticate,
    refused: refusedUserIds(settings, readSecret('userIdKey', settings, env) !== undefined),
    clientOptions: { ...app, ...endpoint, userIdPattern, dangerouslyAllowHttp, proxy: 'environment' },
  };
}

/** Returns what `read` returns; undefined where a setting is missing. */
function collect<Value>(read: () => Value, missing: CliError[]): Value | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof CliError) || error.code !== 'MISSING_CONFIGURATION') throw error;
    missing.push(error);
    return undefined;
  }
}

function joinErrors(errors: readonly CliError[]): CliError {
  return new CliError(errors.map(({ message }) => message).join('\n'), { code: 'MISSING_CONFIGURATION' });
}

function readApp(settings: ServeSettings, env: CliContext['env']) {
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
