import { fitUser, opaqueUserId, type TokenUser } from '@nexconn-kit/token-service';
import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyOptions, jwtVerify } from 'jose';
import { CliError } from '../../errors.js';
import type { CliContext } from '../../types.js';
import { placesOf, readSecret, type ServeSettings, variableOf } from './settings.js';

/** Says who a request comes from; undefined where it proves nothing. Rejects where nobody can tell now. */
export type Authenticate = (request: Request) => Promise<TokenUser | undefined>;

/** Takes what is worth a line of the log; never a part of the token. */
export interface LoginListener {
  /** Takes the reason of a refusal, a code. */
  readonly onRefused: (reason: string) => void;
  /** Takes the first log-in without a name. */
  readonly onNameless: () => void;
  /** Takes the first name that was cut, and the first avatar that was left out. */
  readonly onFitted: (field: 'name' | 'avatarUrl') => void;
}

/** Who a log-in is of, before the user has an ID of the chat. */
interface Login extends Omit<TokenUser, 'name'> {
  readonly name: string | undefined;
}

type Verify = (request: Request) => Promise<Login | undefined>;

const asymmetricAlgorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];
const secretAlgorithms = ['HS256', 'HS384', 'HS512'];

/** RFC 7518 asks for a key as long as the hash: nothing shorter keeps a guess away. */
const leastSecretBytes: Readonly<Record<string, number>> = { HS256: 32, HS384: 48, HS512: 64 };

/** These say that the identity provider, not the token, is the trouble. */
const providerTrouble = new Set(['ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID', 'ERR_JOSE_GENERIC']);

/**
 * Makes the authentication of the server out of its settings.
 *
 * @throws {CliError} MISSING_CONFIGURATION where none is set, USAGE where it is set wrongly
 */
export function createAuthenticator(
  settings: ServeSettings,
  env: CliContext['env'],
  trustedHeader: string | undefined,
  listener: LoginListener,
): Authenticate {
  const secret = readSecret('jwtSecret', settings, env);
  const { jwksUrl } = settings;
  const chosen = [jwksUrl, secret, trustedHeader].filter((each) => each !== undefined);
  if (chosen.length === 0) throw nothingSet();
  if (chosen.length > 1) {
    throw new CliError(
      'USAGE',
      `Choose one authentication: ${placesOf('jwksUrl')}, ${variableOf('jwtSecret')} (--jwt-secret-file) or ` +
        '--dangerously-trust-user-header.',
    );
  }
  const verify =
    trustedHeader !== undefined
      ? verifyByHeader(trustedHeader)
      : secret !== undefined
        ? verifyBySecret(settings, secret, listener)
        : verifyByJwks(settings, jwksUrl ?? '', listener);
  return withFit(withName(withOpaqueIds(verify, readSecret('userIdKey', settings, env))), listener);
}

/** The API registers nobody without a name, and access tokens of identity providers often have none. */
function withName(verify: Verify): Authenticate {
  return async function authenticate(request) {
    const login = await verify(request);
    return login && { ...login, name: login.name ?? login.userId };
  };
}

/** What only serves push notifications must keep nobody from logging in. */
function withFit(verify: Authenticate, { onFitted }: LoginListener): Authenticate {
  const told = new Set<string>();
  return async function authenticate(request) {
    const given = await verify(request);
    const user = fitUser(given);
    for (const field of ['name', 'avatarUrl'] as const) {
      if (user?.[field] === given?.[field] || told.has(field)) continue;
      told.add(field);
      onFitted(field);
    }
    return user;
  };
}

/** @throws {CliError} USAGE */
function withOpaqueIds(verify: Verify, key: string | undefined): Verify {
  if (key === undefined) return verify;
  try {
    opaqueUserId('probe', key);
  } catch (cause) {
    throw new CliError('USAGE', `${variableOf('userIdKey')}: ${(cause as Error).message}`, { cause });
  }
  return async function verifyOpaquely(request) {
    const login = await verify(request);
    return login && { ...login, userId: opaqueUserId(login.userId, key) };
  };
}

function nothingSet(): CliError {
  return new CliError(
    'MISSING_CONFIGURATION',
    [
      'No authentication is set, so that anybody could get the token of any user.',
      `Set ${placesOf('jwksUrl')} to the JWK set of your identity provider, or ${variableOf('jwtSecret')}`,
      '(--jwt-secret-file) to the secret that your own log-in signs JWTs with.',
      'For development alone: --dangerously-trust-user-header X-User-Id.',
    ].join('\n'),
  );
}

/** For development: whoever sends the header is believed. */
function verifyByHeader(header: string): Verify {
  if (!/^[\w-]+$/.test(header)) {
    throw new CliError(
      'USAGE',
      `--dangerously-trust-user-header is "${header}". Give the name of a header, such as X-User-Id.`,
    );
  }
  return async function verify({ headers }) {
    const userId = headers.get(header) ?? '';
    return userId === '' ? undefined : { userId, name: undefined, avatarUrl: undefined };
  };
}

function verifyBySecret(settings: ServeSettings, secret: string, listener: LoginListener): Verify {
  const algorithms = algorithmsOf(settings, ['HS256'], secretAlgorithms, 'a shared secret');
  const bytes = Buffer.byteLength(secret);
  const least = Math.max(...algorithms.map((algorithm) => leastSecretBytes[algorithm] ?? 0));
  if (bytes < least) {
    throw new CliError(
      'USAGE',
      `The shared secret of ${variableOf('jwtSecret')} has ${bytes} bytes. ${algorithms.join(', ')} need ${least}: ` +
        'make one with "openssl rand -base64 48".',
    );
  }
  // Once, since to import a key takes as long as to verify with it.
  const keys = new Map(algorithms.map((algorithm) => [algorithm, importSecret(secret, algorithm)]));
  // Any other algorithm has been refused by then.
  const keyOf = ({ alg = '' }: { alg?: string }) => keys.get(alg) as Promise<CryptoKey>;
  return verifyByJwt(settings, algorithms, (token, options) => jwtVerify(token, keyOf, options), listener);
}

function importSecret(secret: string, algorithm: string): Promise<CryptoKey> {
  const hash = `SHA-${algorithm.slice('HS'.length)}`;
  return crypto.subtle.importKey('raw', Buffer.from(secret), { name: 'HMAC', hash }, false, ['verify']);
}

function verifyByJwks(settings: ServeSettings, jwksUrl: string, listener: LoginListener): Verify {
  const algorithms = algorithmsOf(settings, asymmetricAlgorithms, asymmetricAlgorithms, 'a JWK set');
  // An identity provider signs for other apps too: their users are not ours.
  for (const name of ['jwtIssuer', 'jwtAudience'] as const) {
    if (settings[name] !== undefined) continue;
    const any = name === 'jwtAudience' ? ', or to "any" where the JWTs have none' : '';
    throw new CliError(
      'MISSING_CONFIGURATION',
      `Set ${placesOf(name)} to the ${name === 'jwtIssuer' ? 'iss' : 'aud'} of the JWTs${any}: the JWK set alone also ` +
        'vouches for users of other apps.',
    );
  }
  // Within the time that the token handler gives an authentication.
  const jwks = createRemoteJWKSet(checkJwksUrl(jwksUrl), { timeoutDuration: 4_000 });
  return verifyByJwt(settings, algorithms, (token, options) => jwtVerify(token, jwks, options), listener);
}

function checkJwksUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isLocal = url !== undefined && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isLocal)) return url;
  throw new CliError(
    'USAGE',
    `${placesOf('jwksUrl')} is "${text}". Give an https: URL; http: is accepted on this machine alone.`,
  );
}

function algorithmsOf(
  { jwtAlgorithms }: ServeSettings,
  standard: readonly string[],
  possible: readonly string[],
  what: string,
): string[] {
  const wrong = jwtAlgorithms?.find((algorithm) => !possible.includes(algorithm));
  if (wrong !== undefined || jwtAlgorithms?.length === 0) {
    throw new CliError(
      'USAGE',
      `${placesOf('jwtAlgorithms')} has "${wrong ?? ''}". With ${what} choose of ${possible.join(', ')}.`,
    );
  }
  return [...(jwtAlgorithms ?? standard)];
}

function verifyByJwt(
  settings: ServeSettings,
  algorithms: string[],
  verifySignature: (token: string, options: JWTVerifyOptions) => Promise<{ payload: JWTPayload }>,
  { onRefused, onNameless }: LoginListener,
): Verify {
  const { jwtIssuer, jwtAudience, jwtClockToleranceSeconds = 5 } = settings;
  const options: JWTVerifyOptions = {
    algorithms,
    clockTolerance: jwtClockToleranceSeconds,
    // One without an end would let a thief in for ever.
    requiredClaims: ['exp'],
    ...(jwtIssuer === undefined ? {} : { issuer: jwtIssuer }),
    ...(jwtAudience === undefined || jwtAudience.includes('any') ? {} : { audience: [...jwtAudience] }),
  };

  let wasNameless = false;
  return async function verify({ headers }) {
    const [, token] = /^Bearer +([\w.~+/=-]+) *$/i.exec(headers.get('authorization') ?? '') ?? [];
    if (token === undefined) {
      onRefused('NO_BEARER_TOKEN');
      return undefined;
    }
    try {
      const { payload } = await verifySignature(token, options);
      const login = loginOf(payload, settings);
      if (!login) onRefused('NO_USER_ID_CLAIM');
      else if (login.name === undefined && !wasNameless) {
        wasNameless = true;
        onNameless();
      }
      return login;
    } catch (error) {
      // What is no error of jose is one of the network on the way to the JWK set.
      if (!(error instanceof errors.JOSEError) || providerTrouble.has(error.code)) throw error;
      onRefused(error.code);
      return undefined;
    }
  };
}

function loginOf(payload: JWTPayload, settings: ServeSettings): Login | undefined {
  const { userIdClaim = 'sub', nameClaim = 'name', avatarUrlClaim = 'picture' } = settings;
  const userId = textOf(payload, userIdClaim);
  if (userId === undefined) return undefined;
  return { userId, name: textOf(payload, nameClaim), avatarUrl: textOf(payload, avatarUrlClaim) };
}

function textOf(payload: JWTPayload, claim: string): string | undefined {
  const value = Object.hasOwn(payload, claim) ? payload[claim] : undefined;
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
