import type { Environment } from '../environment.js';
import type { EndpointTokenOptions, FetchedToken, FetchTokenRequest } from '../types.js';
import { malformed } from './malformed.js';
import { readRetryAfter } from './read-retry-after.js';
import { readText } from './read-text.js';

/** Makes the function that asks the token endpoint once. A status that is none of success is thrown. */
export function fetchFromEndpoint(
  { endpoint, headers, credentials = 'same-origin', fetch }: EndpointTokenOptions,
  { now }: Pick<Environment, 'now'>,
): (request: FetchTokenRequest) => Promise<FetchedToken> {
  return async ({ rejectedToken, signal }) => {
    const own = typeof headers === 'function' ? await headers() : headers;
    const response = await (fetch ?? globalThis.fetch)(endpoint, {
      method: 'POST',
      headers: { ...own, accept: 'application/json', 'content-type': 'application/json' },
      body: JSON.stringify({ rejectedToken }),
      credentials,
      cache: 'no-store',
      // A log-in page is no token, and the rejected token is for the endpoint alone.
      redirect: 'manual',
      signal,
    });
    if (!response.ok) {
      response.body?.cancel().catch(() => {});
      throw { status: response.status, retryAfterMs: readRetryAfter(response.headers, now) };
    }
    return parse(await readText(response));
  };
}

function parse(text: string): FetchedToken {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes the text.
    throw malformed('is no JSON');
  }
}
