import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import { jwtVerify, UnsecuredJWT } from 'jose';
import type { VerifySignature } from './jwks.js';

/** In the place of the header, so that the claims alone are left to verify. */
const unsigned = Buffer.from('{"alg":"none"}').toString('base64url');

/**
 * Returns what verifies JWTs by a shared secret.
 *
 * Web Crypto, by which `jose` verifies, hands each hash to another thread, and that takes twenty times as long as the hash: a
 * seventh of all that a server does for a crowd. So a signature that is plainly right is found so here. The claims are those
 * of `jose` to verify, and all that is anything else.
 */
export function verifyByHmac(secret: string, algorithms: readonly string[]): VerifySignature {
  const key = createSecretKey(secret, 'utf8');
  return async function verify(token, options) {
    const claims = signedClaims(token, key, algorithms);
    return claims === undefined
      ? jwtVerify(token, key, options)
      : UnsecuredJWT.decode(`${unsigned}.${claims}.`, options);
  };
}

/** Returns the claims of a JWT as they stand in it; undefined where it has another form, or is not signed by this key. */
function signedClaims(token: string, key: KeyObject, algorithms: readonly string[]): string | undefined {
  const [, signed = '', header = '', claims = '', signature = ''] =
    /^(([\w-]+)\.([\w-]+))\.([\w-]+)$/.exec(token) ?? [];
  const algorithm = algorithmOf(header);
  if (algorithm === undefined || !algorithms.includes(algorithm)) return undefined;
  const expected = createHmac(`sha${algorithm.slice('HS'.length)}`, key)
    .update(signed)
    .digest('base64url');
  const isEqual =
    expected.length === signature.length && timingSafeEqual(Buffer.from(expected), Buffer.from(signature));
  return isEqual ? claims : undefined;
}

function algorithmOf(header: string): string | undefined {
  try {
    const fields: unknown = JSON.parse(Buffer.from(header, 'base64url').toString());
    const { alg, crit } = Object(fields) as { alg?: unknown; crit?: unknown };
    // What is critical has to be understood.
    return typeof alg === 'string' && crit === undefined ? alg : undefined;
  } catch {
    return undefined;
  }
}
