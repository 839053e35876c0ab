import { CliError } from '../command-line/errors.js';
import type { CliContext } from '../command-line/types.js';
import { readSecret } from '../settings/read-secret.js';
import { placesOf, type ServeSettings, variableOf } from '../settings/serve-settings.js';
import { verifyByHeader } from './header.js';
import { verifyByJwks, verifyBySecret } from './jwt.js';
import { type Authenticate, type LoginListener, resolveUsers, type Verify } from './resolve-user.js';

/**
 * Creates the authentication that the settings choose: by JWK set, by shared secret, or by a trusted header.
 *
 * @throws {CliError} MISSING_CONFIGURATION where none is set, USAGE where it is set wrongly
 */
export function createAuthenticator(
  settings: ServeSettings,
  env: CliContext['env'],
  trustedHeader: string | undefined,
  listener: LoginListener,
): Authenticate {
  const verify = chooseVerify(settings, readSecret('jwtSecret', settings, env), trustedHeader, listener);
  return resolveUsers(verify, readSecret('userIdKey', settings, env), listener);
}

function chooseVerify(
  settings: ServeSettings,
  secret: string | undefined,
  trustedHeader: string | undefined,
  listener: LoginListener,
): Verify {
  const { jwksUrl } = settings;
  if ([jwksUrl, secret, trustedHeader].filter((each) => each !== undefined).length > 1) throw severalSet();
  if (trustedHeader !== undefined) return verifyByHeader(trustedHeader);
  if (secret !== undefined) return verifyBySecret(settings, secret, listener);
  if (jwksUrl !== undefined) return verifyByJwks(settings, jwksUrl, listener);
  throw nothingSet();
}

function severalSet(): CliError {
  const message =
    `Choose one authentication: ${placesOf('jwksUrl')}, ${variableOf('jwtSecret')} (--jwt-secret-file) or ` +
    '--dangerously-trust-user-header.';
  return new CliError(message, { code: 'USAGE' });
}

function nothingSet(): CliError {
  const lines = [
    'No authentication is set, so that anybody could get the token of any user.',
    `Set ${placesOf('jwksUrl')} to the JWK set of your identity provider, or`,
    `${variableOf('jwtSecret')} (--jwt-secret-file) to the secret your log-in signs with.`,
    'For development alone: --dangerously-trust-user-header X-User-Id.',
  ];
  return new CliError(lines.join('\n'), { code: 'MISSING_CONFIGURATION' });
}
