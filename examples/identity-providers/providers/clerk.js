import { fitUser, opaqueUserId } from '@nexconn-kit/token-service';
import { verifyBearer } from '../verify-bearer.js';

const issuer = 'https://clerk.example.com';
const verify = verifyBearer(`${issuer}/.well-known/jwks.json`, { issuer, algorithms: ['RS256'] });
/** The pages whose log-ins count. Apps on phones have no `azp`. */
const authorizedParties = ['https://app.example.com', undefined];

/** The user ID is `user_…`; the name is one that you add to the session token: `{ "name": "{{user.full_name}}" }`. */
export async function authenticate(request) {
  const claims = await verify(request);
  // A session is pending while its user has yet to choose an organization, say.
  if (!authorizedParties.includes(claims?.azp) || !claims?.sid || claims.sts === 'pending') return undefined;
  const userId = opaqueUserId(claims.sub, process.env.NEXCONN_USER_ID_KEY);
  return fitUser({ userId, name: claims.name ?? userId });
}
