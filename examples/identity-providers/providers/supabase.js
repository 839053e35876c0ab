import { fitUser, opaqueUserId } from '@nexconn-kit/token-service';
import { verifyBearer } from '../verify-bearer.js';

const issuer = 'https://abcdefghijklmnopqrst.supabase.co/auth/v1';
const verify = verifyBearer(`${issuer}/.well-known/jwks.json`, {
  ...{ issuer, audience: 'authenticated', algorithms: ['ES256', 'RS256'] },
});

/** The user ID is a UUID. Users can set `user_metadata` themselves: a name may come from there, rights may not. */
export async function authenticate(request) {
  const claims = await verify(request);
  if (claims?.role !== 'authenticated') return undefined;
  const userId = opaqueUserId(claims.sub, process.env.NEXCONN_USER_ID_KEY);
  const { full_name: name, avatar_url: avatarUrl } = claims.user_metadata ?? {};
  return fitUser({ userId, name: name ?? userId, avatarUrl });
}
