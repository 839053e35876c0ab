import type { ValidationIssue } from '@nexconn-kit/contract';
import type { GetAccessTokenRequest } from '../generated/operations.gen.js';
import { validateGetAccessTokenRequest } from '../generated/validators.gen.js';
import { bodyReaderOf } from './body-reader.js';
import { Problem } from './problem.js';

const decoder = new TextDecoder('utf-8', { fatal: true });

/**
 * Throws for a body that its headers already rule out.
 *
 * A form, which any page can send, never has the media type of JSON.
 *
 * @throws {Problem} MEDIA_TYPE_REFUSED, BODY_TOO_LARGE
 */
export function refuseBody({ headers }: Request, maxBodyBytes: number): void {
  // A body without a type may turn out to be empty; `readBody` checks that.
  const type = headers.get('content-type') ?? 'application/json';
  const encoding = headers.get('content-encoding') ?? 'identity';
  if (!/^application\/json\s*(;|$)/i.test(type) || encoding.toLowerCase() !== 'identity') refuseMediaType();
  if (Number(headers.get('content-length') ?? 0) > maxBodyBytes) refuseSize(maxBodyBytes);
}

/**
 * Resolves to the body, parsed and checked, with never more than `maxBodyBytes` and a chunk in memory.
 *
 * @throws {Problem} BODY_TOO_LARGE, MEDIA_TYPE_REFUSED, INVALID_REQUEST, USER_NOT_YOURS
 */
export async function readBody(request: Request, userId: string, maxBodyBytes: number): Promise<GetAccessTokenRequest> {
  const bytes = await readBytes(request, maxBodyBytes);
  if (bytes.length === 0) return {};
  if (!request.headers.has('content-type')) refuseMediaType();
  const body = parse(bytes);
  if (namesAnother(body, userId)) {
    throw new Problem('USER_NOT_YOURS', 'A token is given only for the user who is logged in. Leave userId out.');
  }
  const [issue] = validateGetAccessTokenRequest(body);
  if (issue) throw new Problem('INVALID_REQUEST', explain(issue));
  return body as GetAccessTokenRequest;
}

async function readBytes(request: Request, maxBodyBytes: number): Promise<Uint8Array> {
  const read = bodyReaderOf(request);
  if (read === undefined) return collect(request.body, maxBodyBytes);
  return (await read(maxBodyBytes).catch(refuseBroken)) ?? refuseSize(maxBodyBytes);
}

async function collect(body: ReadableStream<Uint8Array> | null, maxBodyBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (const reader = body?.getReader(); reader; ) {
    const { done, value } = await reader.read().catch((cause) => refuseBroken(cause));
    if (done) break;
    size += value.byteLength;
    if (size > maxBodyBytes) {
      // Whether it reaches the sender is not worth waiting for.
      reader.cancel().catch(() => {});
      refuseSize(maxBodyBytes);
    }
    chunks.push(value);
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return bytes;
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(bytes));
  } catch {
    // The parser's message would show a part of the body, which may be a token.
    throw new Problem('INVALID_REQUEST', 'The body is no JSON in UTF-8.');
  }
}

function namesAnother(body: unknown, userId: string): boolean {
  const fields = Object(body) as { readonly userId?: unknown };
  return Object.hasOwn(fields, 'userId') && fields.userId !== userId;
}

/** The name of an unknown field is the caller's own text, and stays out of the answer. */
function explain({ keyword, message }: ValidationIssue): string {
  if (keyword !== 'additionalProperties') return message;
  return 'The body has a field that is not known. Send { "rejectedToken": … }, or no body.';
}

function refuseSize(maxBodyBytes: number): never {
  throw new Problem('BODY_TOO_LARGE', `The body is larger than ${maxBodyBytes} bytes.`);
}

function refuseMediaType(): never {
  throw new Problem('MEDIA_TYPE_REFUSED', 'A body must be sent as application/json, uncompressed.');
}

function refuseBroken(cause: unknown): never {
  throw new Problem('INVALID_REQUEST', 'The body broke off.', { cause });
}
