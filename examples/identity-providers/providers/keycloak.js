import { fitUser, opaqueUserId } from '@nexconn-kit/token-service';
import { verifyBearer } from '../verify-bearer.js';

const issuer = 'https://keycloak.example.com/realms/my-realm';
const verify = verifyBearer(`${issuer}/protocol/openid-connect/certs`, {
  ...{ issuer, audience: 'chat', algorithms: ['RS256'] },
});

/** The user ID is a UUID; `azp` is the client that the user has logged in to. */
export async function authenticate(request) {
  const claims = await verify(request);
  if (claims?.azp !== 'web' || claims.typ !== 'Bearer') return undefined;
  const userId = opaqueUserId(claims.sub, process.env.NEXCONN_USER_ID_KEY);
  return fitUser({ userId, name: claims.name ?? userId });
}
