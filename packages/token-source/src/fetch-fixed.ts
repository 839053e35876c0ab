import { TokenSourceError } from './errors.js';
import type { FetchedToken, FetchTokenRequest } from './types.js';

/** Makes the function that gives one token for ever. */
export function fetchFixed(accessToken: string): (request: FetchTokenRequest) => Promise<FetchedToken> {
  return async ({ rejectedToken }) => {
    if (rejectedToken === undefined) return { accessToken };
    throw new TokenSourceError('TOKEN_FIXED', 'The token is a literal one: give endpoint or fetchToken instead.');
  };
}
