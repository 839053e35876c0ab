import { servers } from '@nexconn-kit/contract';
import type { OptionNames } from '../check-options.js';
import { createMock } from '../create-mock.js';
import { optionChecks, refuseOption } from '../errors.js';
import type { Mock } from '../types.js';

/** The part of MSW's `http` that is used; it is passed in, so that this package works with the MSW you have. */
export interface MswHttp<Handler> {
  readonly all: (path: string, resolver: (info: { readonly request: Request }) => Promise<Response>) => Handler;
}

/** Which mock answers, and for which servers. */
export interface MswHandlerOptions {
  /** Default: a new one, with the published example credentials. */
  readonly mock?: Pick<Mock, 'fetch'> | undefined;
  /** Without a slash at the end; the mock does not see their paths. Default: every server of the API, in all regions. */
  readonly baseUrls?: readonly string[] | undefined;
}

const names: OptionNames<MswHandlerOptions> = { mock: 0, baseUrls: 0 };

/**
 * Returns handlers for MSW 2 that answer every call to the API's servers as the mock does.
 *
 * @throws {MockError} `INVALID_OPTION`
 * @example
 * import { http } from 'msw';
 * import { setupServer } from 'msw/node';
 *
 * const mock = createMock();
 * setupServer(...mswHandlers(http, { mock })).listen();
 */
export function mswHandlers<Handler>(http: MswHttp<Handler>, options: MswHandlerOptions = {}): Handler[] {
  optionChecks.checkNames(options, names);
  const { mock = createMock(), baseUrls = servers.map(({ url }) => url) } = options;
  if (typeof http?.all !== 'function') refuseOption('http', 'has no function all. Pass that of MSW.');
  if (typeof mock.fetch !== 'function') refuseOption('mock', 'has no function fetch. Pass what createMock() returns.');
  if (!Array.isArray(baseUrls) || !baseUrls.every((url) => typeof url === 'string' && URL.canParse(url))) {
    refuseOption('baseUrls', 'is no list of URLs. Pass one such as ["https://api.example.com"].');
  }
  return baseUrls.map((baseUrl) =>
    http.all(`${baseUrl}/*`, ({ request }) =>
      // MSW would answer 500 to what is thrown; a network error is returned to it this way.
      mock.fetch(withoutBasePath(request, baseUrl)).catch(() => Response.error()),
    ),
  );
}

function withoutBasePath(request: Request, baseUrl: string): Request {
  const basePath = new URL(baseUrl).pathname;
  if (basePath === '/') return request;
  const url = new URL(request.url);
  url.pathname = url.pathname.slice(basePath.length);
  return new Request(url, request);
}
