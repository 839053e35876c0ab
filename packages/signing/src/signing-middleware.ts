import { signRequest } from './sign-request.js';
import { checkCredentials, checkSources, checkType } from './signature/check-inputs.js';
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
  // One by one: what a class reads is no property of its objects.
  const { appKey, appSecret, headerPrefix } = credentials;
  const { now, nonce } = checkSources(options);
  return {
    onRequest(context) {
      const headers = context?.request?.headers;
      checkType('function', 'request.headers.set', headers?.set);
      for (const [name, value] of Object.entries(signRequest({ appKey, appSecret, headerPrefix }, { now, nonce })))
        headers.set(name, value);
    },
  };
}
