import type { IncomingMessage, ServerResponse } from 'node:http';

/** Far more than any request of the page has. */
const maxBodyBytes = 16_384;

/** Why a request of the demo is refused, and what to do. */
export class DemoRefusal extends Error {
  readonly status: number;
  readonly code: string;
  /** The methods that are allowed, where another one was used. */
  readonly allowed: string | undefined;

  constructor(status: number, code: string, message: string, allowed?: string) {
    super(message);
    this.status = status;
    this.code = code;
    this.allowed = allowed;
  }
}

/** Refuses a request that a page of another origin made a browser send; which hosts are answered, the server decides before. */
export function refuseForeignOrigin({ headers }: IncomingMessage): void {
  const { host, origin, 'sec-fetch-site': site } = headers;
  const isSameSite = site === undefined || site === 'same-origin' || site === 'none';
  if (
    isSameSite &&
    (origin === undefined || (host !== undefined && [`http://${host}`, `https://${host}`].includes(origin)))
  )
    return;
  const message = 'The demo refuses calls from pages of another origin. Open it at / of this port.';
  throw new DemoRefusal(403, 'ORIGIN_REFUSED', message);
}

/**
 * Resolves with the JSON object of a POST.
 *
 * @throws {DemoRefusal}
 */
export async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  const mediaType = request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
  // Any other type a page of another origin can send without a preflight.
  if (mediaType !== 'application/json') {
    throw new DemoRefusal(415, 'MEDIA_TYPE_REFUSED', 'The body must come with Content-Type: application/json.');
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > maxBodyBytes)
      throw new DemoRefusal(413, 'BODY_TOO_LARGE', `The body is longer than ${maxBodyBytes} bytes.`);
    chunks.push(chunk);
  }
  let body: unknown;
  try {
    body = JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    // The engine's own message quotes the body, where a token may stand.
    throw new DemoRefusal(400, 'INVALID_REQUEST', 'The body is not valid JSON.');
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new DemoRefusal(
      400,
      'INVALID_REQUEST',
      'The body is no JSON object. Send one, such as {"story":"rotate-1"}.',
    );
  }
  return body as Record<string, unknown>;
}

/**
 * Returns a text of a body that matches a pattern.
 *
 * @throws {DemoRefusal}
 */
export function textOf(body: Record<string, unknown>, field: string, pattern: RegExp): string {
  const value = body[field];
  if (typeof value === 'string' && pattern.test(value)) return value;
  const found = typeof value === 'string' ? `a text of ${value.length} characters` : `of type ${typeof value}`;
  const message = `The field "${field}" is ${found}. Send a text that matches ${pattern.source}.`;
  throw new DemoRefusal(400, 'INVALID_REQUEST', message);
}

/** Answers with JSON that nobody keeps. */
export function answerJson(response: ServerResponse, status: number, body: object): void {
  response
    .writeHead(status, {
      'Content-Type': 'application/json; charset=utf-8',
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
      'Cross-Origin-Resource-Policy': 'same-origin',
    })
    .end(JSON.stringify(body));
}
