import { Problem } from './problem.js';

/** Which pages may call (CORS, CSRF), and the headers that tell a browser so. */
export interface Origins {
  /**
   * Throws for what a page of another origin made a browser send, unless its origin is listed.
   *
   * @throws {Problem} ORIGIN_REFUSED
   */
  readonly admit: (request: Request) => void;
  /** Returns the CORS headers of an answer; none but `Vary` for an origin that is not listed. */
  readonly headersFor: (request: Request) => Record<string, string>;
  /** Returns the headers of the answer to a preflight, or to any other OPTIONS request. @throws {Problem} ORIGIN_REFUSED */
  readonly preflight: (request: Request) => Record<string, string>;
}

/** The longest that Chromium caches the answer to a preflight, in seconds. */
const maxAgeSeconds = '7200';

export function createOrigins(allowedOrigins: readonly string[]): Origins {
  const listed = new Map<string | null, string>(allowedOrigins.map((origin) => [origin, origin]));

  function listedOrigin({ headers }: Request): string | undefined {
    return listed.get(headers.get('origin'));
  }

  function admit(request: Request): void {
    if (listedOrigin(request) === undefined && !isOwnPage(request)) {
      throw new Problem('ORIGIN_REFUSED', 'Pages of this origin may not ask for tokens.');
    }
  }

  function headersFor(request: Request): Record<string, string> {
    const origin = listedOrigin(request);
    if (origin === undefined) return { Vary: 'Origin' };
    return {
      'Access-Control-Allow-Origin': origin,
      'Access-Control-Allow-Credentials': 'true',
      'Access-Control-Expose-Headers': 'Retry-After',
      Vary: 'Origin',
    };
  }

  function preflight(request: Request): Record<string, string> {
    if (!request.headers.has('access-control-request-method'))
      return { ...headersFor(request), Allow: 'POST, OPTIONS' };
    if (listedOrigin(request) === undefined)
      throw new Problem('ORIGIN_REFUSED', 'Pages of this origin may not ask for tokens.');
    // A listed page may send any header: which one proves a log-in is between the app and its server.
    const wanted = request.headers.get('access-control-request-headers');
    return {
      ...headersFor(request),
      'Access-Control-Allow-Methods': 'POST',
      ...(wanted !== null && { 'Access-Control-Allow-Headers': wanted }),
      'Access-Control-Max-Age': maxAgeSeconds,
      Vary: 'Origin, Access-Control-Request-Headers',
    };
  }

  return { admit, headersFor, preflight };
}

/**
 * By `Sec-Fetch-Site`, which no page can forge and no proxy that changes `Host` makes wrong, but which browsers send over
 * HTTPS only; else the hosts are compared. Programs and native apps send neither header.
 */
function isOwnPage({ headers, url }: Request): boolean {
  const site = headers.get('sec-fetch-site');
  if (site !== null) return site === 'same-origin';
  const origin = headers.get('origin');
  if (origin === null) return true;
  return URL.canParse(origin) && new URL(origin).host === addressOf({ headers, url }).host;
}

/**
 * Returns the address of a request. Adapters of some frameworks hand in its path alone; the host is that of the header then.
 *
 * @throws {Problem} INVALID_REQUEST, where it has none
 */
export function addressOf({ headers, url }: Pick<Request, 'headers' | 'url'>): URL {
  // No page has this host.
  const base = `http://${headers.get('host') ?? 'host.invalid'}`;
  // Of a path that begins with two slashes the first part would be the host.
  const address = url.startsWith('/') ? `${base}${url}` : url;
  if (URL.canParse(address, base)) return new URL(address, base);
  throw new Problem('INVALID_REQUEST', 'The request has no valid address. Check its Host header.');
}
