import { fitUser, opaqueUserId } from '@nexconn-kit/token-service';
import { verifyBearer } from '../verify-bearer.js';

const issuer = 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Example00';
const verify = verifyBearer(`${issuer}/.well-known/jwks.json`, {
  ...{ issuer, audience: '1example23456789', algorithms: ['RS256'] },
});

/** The user ID is a UUID. An access token has `client_id` for `aud`, and no name. */
export async function authenticate(request) {
  const claims = await verify(request);
  if (claims?.token_use !== 'id') return undefined;
  const userId = opaqueUserId(claims.sub, process.env.NEXCONN_USER_ID_KEY);
  return fitUser({ userId, name: claims.name ?? userId, avatarUrl: claims.picture });
}
