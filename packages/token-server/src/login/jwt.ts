import { createProxyFetch } from '@nexconn-kit/client';
import { errors, type JWTPayload, type JWTVerifyOptions } from 'jose';
import { isLoopback } from '../command-line/endpoint.js';
import { CliError, readAll } from '../command-line/errors.js';
import { defaults, placesOf, type ServeSettings, variableOf } from '../settings/serve-settings.js';
import { verifyByHmac } from './hmac.js';
import { type VerifySignature, verifyByKeySet } from './jwks.js';
import type { Login, LoginListener, Verify } from './resolve-user.js';

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

/** RFC 7518 requires a key as long as the hash: a shorter one could be guessed. */
const minSecretBytes: Readonly<Record<string, number>> = { HS256: 32, HS384: 48, HS512: 64 };

/** What is no more than a few characters again and again could be guessed as well. */
const minDifferent = 8;

/** The last second that a date of four digits names. What is later was meant in milliseconds, or as never. */
const lastSecond = 253_402_300_799;

/**
 * Returns what verifies JWTs by a shared secret.
 *
 * @throws {CliError} USAGE
 */
export function verifyBySecret(settings: ServeSettings, secret: string, listener: LoginListener): Verify {
  const algorithms = algorithmsOf(settings, ['HS256'], secretAlgorithms, 'a shared secret');
  const bytes = Buffer.byteLength(secret);
  const least = Math.max(...algorithms.map((algorithm) => minSecretBytes[algorithm] ?? 0));
  const advice = 'make one with "openssl rand -base64 48".';
  if (bytes < least) {
    const need = `${algorithms.join(', ')} need ${least}`;
    throw usage(`The shared secret of ${variableOf('jwtSecret')} has ${bytes} bytes. ${need}: ${advice}`);
  }
  if (new Set(secret).size < minDifferent) {
    throw usage(`The shared secret of ${variableOf('jwtSecret')} has too few different characters: ${advice}`);
  }
  return verifyByJwt(settings, algorithms, verifyByHmac(secret, algorithms), listener);
}

/**
 * Returns what verifies JWTs by the JWK set of an identity provider.
 *
 * @throws {CliError} MISSING_CONFIGURATION, USAGE
 */
export function verifyByJwks(settings: ServeSettings, jwksUrl: string, listener: LoginListener): Verify {
  const algorithms = algorithmsOf(settings, asymmetricAlgorithms, asymmetricAlgorithms, 'a JWK set');
  const [url] = readAll(
    () => checkJwksUrl(jwksUrl, settings),
    () => checkClaims(settings),
  );
  return verifyByJwt(settings, algorithms, verifyByKeySet(url, { fetch: createProxyFetch('environment') }), listener);
}

/** An identity provider signs for other apps too, whose users are not ours. */
function checkClaims({ jwtIssuer, jwtAudience }: ServeSettings): void {
  const missing = [
    ...(jwtIssuer === undefined ? [`${placesOf('jwtIssuer')} to the iss of the JWTs`] : []),
    ...(jwtAudience === undefined
      ? [`${placesOf('jwtAudience')} to the aud of the JWTs, or to "any" where they have none`]
      : []),
  ].join(', and ');
  if (missing === '') return;
  const message = `Set ${missing}: the JWK set alone also vouches for users of other apps.`;
  throw new CliError(message, { code: 'MISSING_CONFIGURATION' });
}

function checkJwksUrl(text: string, { dangerouslyAllowHttp = false }: ServeSettings): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  // The host alone: whatever else is in it may be a secret.
  const place = `${placesOf('jwksUrl')}${url?.host ? ` (of ${url.host})` : ''}`;
  // `fetch` takes no such URL.
  if (url?.username || url?.password) {
    throw usage(`${place} has a user or a password in it. Leave them out: a JWK set is public.`);
  }
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && (dangerouslyAllowHttp || isLoopback(url.hostname)))) {
    return url;
  }
  const allow = placesOf('dangerouslyAllowHttp');
  throw usage(
    `${place} is no https: URL. Give one; http: is accepted on this machine alone, and in a network of your own with ` +
      `${allow}.`,
  );
}

function algorithmsOf(
  { jwtAlgorithms }: ServeSettings,
  standard: readonly string[],
  possible: readonly string[],
  what: string,
): string[] {
  const wrong = jwtAlgorithms?.find((algorithm) => !possible.includes(algorithm));
  if (wrong === undefined && jwtAlgorithms?.length !== 0) return [...(jwtAlgorithms ?? standard)];
  throw usage(`${placesOf('jwtAlgorithms')} has "${wrong ?? ''}". With ${what} choose of ${possible.join(', ')}.`);
}

function verifyByJwt(
  settings: ServeSettings,
  algorithms: string[],
  verifySignature: VerifySignature,
  { onRefused, onNameless }: LoginListener,
): Verify {
  const options = verifyOptionsOf(settings, algorithms);
  let wasNameless = false;
  return async function verify({ headers }) {
    const [, token] = /^Bearer +([\w.~+/=-]+) *$/i.exec(headers.get('authorization') ?? '') ?? [];
    if (token === undefined) {
      onRefused('NO_BEARER_TOKEN');
      return undefined;
    }
    try {
      const { payload } = await verifySignature(token, options);
      if (!hasUsableTimes(payload)) {
        onRefused('UNUSABLE_TIME');
        return undefined;
      }
      const login = loginOf(payload, token, settings);
      if (!login) onRefused('NO_USER_ID_CLAIM');
      else if (login.name === undefined && !wasNameless) {
        wasNameless = true;
        onNameless();
      }
      return login;
    } catch (error) {
      // An error that is none of jose's is one of the key set.
      if (!(error instanceof errors.JOSEError)) throw error;
      onRefused(error.code);
      return undefined;
    }
  };
}

function verifyOptionsOf(settings: ServeSettings, algorithms: string[]): JWTVerifyOptions {
  const { jwtIssuer, jwtAudience, jwtClockToleranceSeconds = defaults.jwtClockToleranceSeconds } = settings;
  return {
    algorithms,
    clockTolerance: jwtClockToleranceSeconds,
    // A stolen JWT that never expires would open the account for ever.
    requiredClaims: ['exp'],
    ...(jwtIssuer === undefined ? {} : { issuer: jwtIssuer }),
    ...(jwtAudience === undefined || jwtAudience.includes('any') ? {} : { audience: [...jwtAudience] }),
  };
}

/** Whether a JWT expires, and its times are numbers that there are: jose verifies that they are numbers, and JSON has `1e400`. */
function hasUsableTimes({ exp = Infinity, nbf = 0, iat = 0 }: JWTPayload): boolean {
  return exp <= lastSecond && Number.isFinite(nbf) && Number.isFinite(iat);
}

function loginOf(payload: JWTPayload, token: string, settings: ServeSettings): Login | undefined {
  const { userIdClaim = defaults.userIdClaim, nameClaim = defaults.nameClaim } = settings;
  const { avatarUrlClaim = defaults.avatarUrlClaim } = settings;
  const userId = textOf(payload, userIdClaim);
  // Whatever is wrong with a text, `resolveUsers` checks.
  if (userId === undefined) return undefined;
  if (typeof payload[userIdClaim] === 'number' && literalOf(token, userIdClaim) !== userId) return undefined;
  return { userId, name: textOf(payload, nameClaim), avatarUrl: textOf(payload, avatarUrlClaim) };
}

function textOf(payload: JWTPayload, claim: string): string | undefined {
  const value = Object.hasOwn(payload, claim) ? payload[claim] : undefined;
  if (Number.isSafeInteger(value) && !Object.is(value, -0)) return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/**
 * Returns the digits of a claim that is a number, as they stand in a JWT that was verified. Several of them are read as the
 * same number: `0.9999999999999999999` as 1, and integers beyond 2^53.
 */
function literalOf(token: string, claim: string): unknown {
  const json = new TextDecoder().decode(Buffer.from(token.split('.')[1] ?? '', 'base64url'));
  const withTexts = json.replaceAll(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g, (part) =>
    part.startsWith('"') ? part : `"${part}"`,
  );
  return JSON.parse(withTexts)[claim];
}

function usage(message: string): CliError {
  return new CliError(message, { code: 'USAGE' });
}
