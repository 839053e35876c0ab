import { malformedAnswer, TokenSourceError } from '../errors.js';
import type { EndpointTokenOptions, FetchedToken, FetchTokenRequest, TokenRequestHeaders } from '../types.js';

const maxBytes = 65_536;

/** Returns the function that asks the token endpoint once; it throws the answer where its status is none of 2xx. */
export function fetchFromEndpoint({
  endpoint,
  headers,
  credentials = 'same-origin',
  fetch,
}: EndpointTokenOptions): (request: FetchTokenRequest) => Promise<FetchedToken> {
  return async ({ rejectedToken, signal }) => {
    const sent = new Headers((await readHeaders(headers)) as Record<string, string>);
    sent.set('accept', 'application/json');
    sent.set('content-type', 'application/json');
    const response = await (fetch ?? globalThis.fetch)(endpoint, {
      method: 'POST',
      // A record, which a fetch of the app's own may spread.
      headers: Object.fromEntries(sent),
      body: JSON.stringify({ rejectedToken }),
      credentials,
      cache: 'no-store',
      // Followed, it would send the rejected token elsewhere, and mostly end at a log-in page.
      redirect: 'manual',
      signal,
    });
    if (response.type === 'opaqueredirect') {
      const message = 'The app server answered with a redirect: check the token endpoint.';
      throw new TokenSourceError(message, { code: 'REFUSED', status: 0 });
    }
    if (!response.ok) throw response;
    return parse(await readText(response));
  };
}

/** The app's own `headers` has failed; the cause is what it threw. */
export class HeadersFailed extends Error {}

async function readHeaders(headers: EndpointTokenOptions['headers']): Promise<TokenRequestHeaders | undefined> {
  if (typeof headers !== 'function') return headers;
  try {
    return await headers();
  } catch (cause) {
    throw new HeadersFailed('', { cause });
  }
}

function parse(text: string): FetchedToken {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes the text, which may hold a token.
    throw malformedAnswer('is no JSON');
  }
}

/** Returns the body of an answer of at most 64 KiB. */
export async function readText(response: Response): Promise<string> {
  // React Native has no streams.
  if (!response.body) return bounded(await response.text());
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  // One that is too long by its own account is not waited for.
  for (let size = Number(response.headers.get('content-length')) > maxBytes ? Infinity : 0; ; ) {
    if (size > maxBytes) {
      reader.cancel().catch(() => {});
      bounded(undefined);
    }
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    size += value.length;
    text += decoder.decode(value, { stream: true });
  }
}

function bounded(text: string | undefined): string {
  if (text !== undefined && text.length <= maxBytes) return text;
  throw malformedAnswer(`has more than ${maxBytes} bytes`);
}
