import { type OperationId, operationTable } from '../generated/console/operations.gen.js';
import { readBody } from '../http/read-request.js';
import type { MockAnswer, MockRequest } from '../http/types.js';
import { ConsoleError, toConsoleError } from './console-error.js';
import { refuseForeignHost, refuseForeignOrigin } from './guard.js';
import { readPageText } from './read-page-text.js';
import type { CallContext, MockConsole } from './types.js';

/** Where a mock says that it is up, and that it is one: whoever would sign for nothing but a mock asks here first. */
export const healthPath = '/_health';

type Call = (request: unknown, context: CallContext) => Promise<unknown>;

/** Nothing on the page comes from elsewhere, and nobody may frame it or read it from another origin. */
const guardHeaders = {
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  'Cross-Origin-Resource-Policy': 'same-origin',
};
const pageHeaders = {
  ...guardHeaders,
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Frame-Options': 'DENY',
};

/**
 * Returns the function that answers on the console's paths: its operations, its page and the health check.
 *
 * `listeningHost` is what the mock listens on, if it does.
 */
export function createConsoleRoutes(
  mockConsole: MockConsole,
  listeningHost?: string,
): (request: MockRequest) => Promise<MockAnswer> {
  const calls = new Map<string, { readonly method: string; readonly call: Call }>();
  for (const { operationId, method, path } of Object.values(operationTable)) {
    calls.set(path, { method, call: mockConsole[operationId as OperationId] as Call });
  }

  async function answerCall(request: MockRequest): Promise<MockAnswer> {
    const operation = calls.get(request.path);
    if (!operation)
      throw new ConsoleError(404, 'ENDPOINT_UNKNOWN', `The console has no ${request.path.slice(0, 200)}.`);
    if (request.method !== operation.method) throw refuseMethod(operation.method);
    refuseForeignOrigin(request);
    const gone = new AbortController();
    request.onGone?.(() => gone.abort());
    const body = parseRequest(request, await readBody(request));
    const result = await operation.call(body, { signal: gone.signal });
    return result === undefined ? { status: 204, headers: guardHeaders, body: '' } : jsonAnswer(200, result);
  }

  async function answerPage({ method, path }: MockRequest): Promise<MockAnswer> {
    const file = await readPageFile(path);
    if (!file) throw new ConsoleError(404, 'ENDPOINT_UNKNOWN', `The console has no ${path.slice(0, 200)}.`);
    if (method !== 'GET' && method !== 'HEAD') throw refuseMethod('GET');
    return { status: 200, headers: { 'Content-Type': file.contentType, ...pageHeaders }, body: file.text };
  }

  return async function answerConsole(request) {
    try {
      if (request.path === healthPath) return jsonAnswer(200, { status: 'ok', mock: 'nexconn-kit' });
      refuseForeignHost(request, listeningHost);
      return await (request.path.startsWith('/_console/api/') ? answerCall(request) : answerPage(request));
    } catch (error) {
      const { status, code, message } = toConsoleError(error);
      return jsonAnswer(status, { code, message });
    }
  };
}

function parseRequest({ headers }: MockRequest, bytes: Uint8Array): unknown {
  if (bytes.byteLength === 0) return {};
  const mediaType = headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
  // Any other type a page of another origin can send without a preflight.
  if (mediaType !== 'application/json') {
    throw new ConsoleError(415, 'MEDIA_TYPE_REFUSED', 'The body must come with Content-Type: application/json.');
  }
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    // The engine's own message quotes the body, where a secret may stand.
    throw new ConsoleError(400, 'INVALID_REQUEST', 'The request body is not valid JSON in UTF-8.');
  }
}

function refuseMethod(allowed: string): ConsoleError {
  return new ConsoleError(405, 'METHOD_REFUSED', `Use the method ${allowed} here.`);
}

function jsonAnswer(status: number, body: unknown): MockAnswer {
  return {
    status,
    headers: { 'Content-Type': 'application/json; charset=utf-8', ...guardHeaders },
    body: JSON.stringify(body),
  };
}

const scripts = [
  'app.js',
  'ask.js',
  'build-elements.js',
  'call-console.js',
  'console.js',
  'coverage.js',
  'create-paged-list.js',
  'entry-detail.js',
  'faults.js',
  'requests.js',
  'send.js',
];
const styles = ['console.css', 'look.css'];

const files: Readonly<Record<string, readonly [name: string, contentType: string]>> = {
  '/_console': ['index.html', 'text/html; charset=utf-8'],
  '/_console/': ['index.html', 'text/html; charset=utf-8'],
  ...Object.fromEntries(styles.map((name) => [`/_console/${name}`, [name, 'text/css; charset=utf-8']])),
  ...Object.fromEntries(scripts.map((name) => [`/_console/${name}`, [name, 'text/javascript; charset=utf-8']])),
};

/** Resolves with a file of the page; `undefined` where the path names none. */
async function readPageFile(
  path: string,
): Promise<{ readonly contentType: string; readonly text: string } | undefined> {
  const file = Object.hasOwn(files, path) ? files[path] : undefined;
  if (!file) return undefined;
  return { contentType: file[1], text: await readPageText(file[0]) };
}
