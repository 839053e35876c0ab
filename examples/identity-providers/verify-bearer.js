import { createRemoteJWKSet, jwtVerify } from 'jose';

/** What jose says of a JWT that proves nothing. All else is trouble with the key set. */
const isOfJwt = /^ERR_(JWT_|JWS_|JWKS_NO_MATCHING_KEY$|JOSE_ALG_NOT_ALLOWED$|JOSE_NOT_SUPPORTED$)/;

/**
 * Returns what resolves to the claims of a request's `Authorization: Bearer`; undefined where it proves nothing, which is a 401.
 * It rejects where the keys cannot be had, which is a 503: nobody is logged out because a provider had a bad moment.
 */
export function verifyBearer(keySetUrl, expected) {
  const keys = createRemoteJWKSet(new URL(keySetUrl));
  return async function verify({ headers }) {
    const [, token] = /^Bearer +(\S+)$/i.exec(headers.get('authorization') ?? '') ?? [];
    if (token === undefined) return undefined;
    try {
      const { payload } = await jwtVerify(token, keys, { requiredClaims: ['exp', 'sub'], ...expected });
      return payload;
    } catch (error) {
      if (isOfJwt.test(error.code)) return undefined;
      throw error;
    }
  };
}
