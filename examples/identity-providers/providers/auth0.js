import { fitUser, opaqueUserId } from '@nexconn-kit/token-service';
import { verifyBearer } from '../verify-bearer.js';

const issuer = 'https://example.eu.auth0.com/';
const audience = 'https://chat.example.com';
const verify = verifyBearer(`${issuer}.well-known/jwks.json`, { issuer, audience, algorithms: ['RS256'] });

/** The user ID is `auth0|…`, `google-oauth2|…`; the name is a claim that an Action of yours adds. */
export async function authenticate(request) {
  const claims = await verify(request);
  // A program that has logged in by itself is no user.
  if (!claims || claims.gty === 'client-credentials') return undefined;
  const userId = opaqueUserId(claims.sub, process.env.NEXCONN_USER_ID_KEY);
  return fitUser({ userId, name: claims[`${audience}/name`] ?? userId });
}
