import { signRequest } from './sign-request.js';
import { checkCredentials, checkSources } from './signature/check-inputs.js';
import type { Middleware, SigningCredentials, SignRequestOptions } from './types.js';

/**
 * Creates a middleware that signs each request of a bare `openapi-fetch` client.
 *
 * It runs once for each call: a `fetch` that retries below it sends the same nonce again.
 *
 * @throws {SigningError} INVALID_CREDENTIALS, INVALID_OPTION
 * @example
 * const client = createClient<paths>({ baseUrl });
 * client.use(signingMiddleware({ appKey, appSecret }));
 */
export function signingMiddleware(credentials: SigningCredentials, options: SignRequestOptions = {}): Middleware {
  checkCredentials(credentials);
  checkSources(options);
  const checked = { ...credentials };
  return {
    onRequest({ request }) {
      for (const [name, value] of Object.entries(signRequest(checked, options))) request.headers.set(name, value);
    },
  };
}
