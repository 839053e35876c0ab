import { createTokenSource, type TokenSource, type TokenStorage } from '@nexconn-kit/token-source';

/** Who is logged in to the app. */
export interface Session {
  readonly userId: string;
  readonly accessToken: string;
}

/**
 * Creates the token source of a session. `storage` is AsyncStorage, or a secure one, as react-native-keychain and
 * expo-secure-store are behind such methods.
 */
export function createToken(endpoint: string, session: Session, storage: TokenStorage): TokenSource {
  const headers = { authorization: `Bearer ${session.accessToken}` };
  return createTokenSource({ endpoint, headers, userId: session.userId, storage });
}
