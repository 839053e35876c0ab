import { isLoopback } from '../http/read-request.js';
import type { MockAnswer, MockRequest } from '../http/types.js';
import type { EarlyAnswer } from '../pipeline/record.js';
import type { Settings } from '../settings.js';

type Answer = (request: MockRequest) => Promise<MockAnswer>;

/** The headers of an answer that a page may read. */
const exposedHeaders = 'Allow, Date, Retry-After, X-Mock-Fault, X-Mock-Reason, X-Request-ID';

/** How long a browser may cache a preflight's answer, in seconds; the most that Chromium allows. */
const maxAgeSeconds = 7200;

/**
 * Returns a function that answers the page of an origin: it answers preflights, and names the page's own origin in every
 * answer, never `*` and never with credentials. By default it allows pages of this machine only, since any page could
 * otherwise use the console.
 */
export function createPageAnswer(
  answer: Answer,
  { allowedOrigins }: Pick<Settings, 'allowedOrigins'>,
  record: (answer: EarlyAnswer) => void,
): (request: MockRequest, origin: string) => Promise<MockAnswer> {
  function mayCall(origin: string): boolean {
    if (allowedOrigins === 'any') return true;
    return allowedOrigins === 'loopback' ? isLoopbackOrigin(origin) : allowedOrigins.includes(origin);
  }

  function answerPreflight({ method, headers, path }: MockRequest, origin: string): MockAnswer {
    if (!mayCall(origin)) {
      const reason = 'The origin of the page may not call this mock. Allow it with the option allowedOrigins.';
      record({ method, path, status: 403, reason });
      return { status: 403, headers: { Vary: 'Origin', 'X-Mock-Reason': reason }, body: '' };
    }
    record({ method, path, status: 204 });
    const wanted = headers['access-control-request-headers'];
    return {
      status: 204,
      headers: {
        'Access-Control-Allow-Origin': origin,
        'Access-Control-Allow-Methods': headers['access-control-request-method'] ?? '',
        ...(wanted !== undefined && { 'Access-Control-Allow-Headers': wanted }),
        ...(headers['access-control-request-private-network'] === 'true' && {
          'Access-Control-Allow-Private-Network': 'true',
        }),
        'Access-Control-Max-Age': `${maxAgeSeconds}`,
        Vary: 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers',
      },
      body: '',
    };
  }

  async function answerPage(request: MockRequest, origin: string): Promise<MockAnswer> {
    const answered = await answer(request);
    const allowed = mayCall(origin) && {
      'Access-Control-Allow-Origin': origin,
      'Access-Control-Expose-Headers': exposedHeaders,
    };
    return { ...answered, headers: { ...answered.headers, ...allowed, Vary: 'Origin' } };
  }

  return function answerOrigin(request, origin) {
    const isPreflight = request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined;
    return isPreflight ? Promise.resolve(answerPreflight(request, origin)) : answerPage(request, origin);
  };
}

/** An origin that is not written as browsers write it is none. */
function isLoopbackOrigin(origin: string): boolean {
  if (!URL.canParse(origin)) return false;
  const { origin: written, protocol, hostname } = new URL(origin);
  return written === origin && /^https?:$/.test(protocol) && isLoopback(hostname);
}
