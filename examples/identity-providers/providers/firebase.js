import { fitUser } from '@nexconn-kit/token-service';
import { verifyBearer } from '../verify-bearer.js';

const project = 'my-project';
const verify = verifyBearer(
  'https://www.googleapis.com/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com',
  { issuer: `https://securetoken.google.com/${project}`, audience: project, algorithms: ['RS256'] },
);

/** The user ID is 28 letters and digits, which Nexconn accepts as they are. */
export async function authenticate(request) {
  const claims = await verify(request);
  return claims && fitUser({ userId: claims.sub, name: claims.name ?? claims.sub, avatarUrl: claims.picture });
}
