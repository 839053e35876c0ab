import type { MockAnswer, MockRequest, Settings } from '../http/types.js';
import type { EarlyAnswer } from '../pipeline/early-record.js';

type Answer = (request: MockRequest) => Promise<MockAnswer>;

/** What a page may read of an answer; without it, a page sees none of these. */
const exposedHeaders = 'Allow, Date, Retry-After, X-Mock-Fault, X-Mock-Reason, X-Request-ID';

/** The longest that a browser may keep a preflight's answer without Chromium cutting it short, in seconds. */
const maxAgeSeconds = 7200;

const loopback = /^https?:\/\/(?:localhost|[\w-]+(?:\.[\w-]+)*\.localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/;

/**
 * Lets pages call the mock: answers preflights, and names the page's own origin in every answer, never `*` and never
 * with credentials. By default only pages of this machine may, since any page could otherwise work its console.
 */
export function withCors(
  answer: Answer,
  { corsOrigins }: Pick<Settings, 'corsOrigins'>,
  record: (answer: EarlyAnswer) => void,
): Answer {
  function mayCall(origin: string): boolean {
    if (corsOrigins === 'any') return true;
    return corsOrigins === 'loopback' ? loopback.test(origin) : corsOrigins.includes(origin);
  }

  function answerPreflight({ method, headers, path }: MockRequest, origin: string): MockAnswer {
    if (!mayCall(origin)) {
      const reason = 'The origin of the page may not call this mock. Allow it with the option corsOrigins.';
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

  return function answerAnyOrigin(request) {
    const { origin, 'access-control-request-method': wantedMethod } = request.headers;
    // Programs send no Origin; they pay nothing for pages.
    if (origin === undefined) return answer(request);
    const isPreflight = request.method === 'OPTIONS' && wantedMethod !== undefined;
    return isPreflight ? Promise.resolve(answerPreflight(request, origin)) : answerPage(request, origin);
  };
}
