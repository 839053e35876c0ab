import type { ValidationIssue } from '@nexconn-kit/contract';
import type { GetAccessTokenRequest } from '../generated/operations.gen.js';
import { validateGetAccessTokenRequest } from '../generated/validators.gen.js';
import { watchSignal } from '../watch-signal.js';
import { withTimeout } from '../with-timeout.js';
import { type BodyReader, directBodyOf } from './body-reader.js';
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
 * Resolves to the body, parsed and checked, with never more than `maxBodyBytes` and a chunk in memory. It is waited for until
 * `timeoutMs` are over, or the request aborts.
 *
 * @throws {Problem} BODY_TOO_LARGE, MEDIA_TYPE_REFUSED, INVALID_REQUEST, USER_NOT_YOURS
 */
export async function readBody(
  request: Request,
  userId: string,
  maxBodyBytes: number,
  timeoutMs: number,
): Promise<GetAccessTokenRequest> {
  const bytes = await readBytes(request, maxBodyBytes, timeoutMs);
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

async function readBytes(request: Request, maxBodyBytes: number, timeoutMs: number): Promise<Uint8Array> {
  const direct = directBodyOf(request);
  const arrived = direct?.readArrived();
  if (arrived) return arrived.length > maxBodyBytes ? refuseSize(maxBodyBytes) : arrived;
  const read = direct?.read ?? streamReaderOf(request.body);
  if (read === undefined) return new Uint8Array();
  const reading = readWithin(timeoutMs, request.signal, (signal) => read(maxBodyBytes, signal));
  return (await reading.catch(refuseBroken)) ?? refuseSize(maxBodyBytes);
}

/** A request of a library's own may have no signal. */
async function readWithin<Read>(
  timeoutMs: number,
  signal: AbortSignal | undefined,
  read: (ending: AbortSignal) => Promise<Read>,
): Promise<Read> {
  if (signal?.aborted) throw abortError();
  const ending = new AbortController();
  const ended = new Promise<never>((_resolve, reject) => {
    ending.signal.addEventListener('abort', () => reject(ending.signal.reason), { once: true });
  });
  const unwatch = signal && watchSignal(signal, () => ending.abort(abortError()));
  try {
    const slow = `The body has not come within ${timeoutMs} ms.`;
    return await withTimeout(Promise.race([read(ending.signal), ended]), timeoutMs, slow);
  } catch (error) {
    ending.abort(error);
    throw error;
  } finally {
    unwatch?.();
  }
}

function abortError(): Error {
  return new Error('The request was aborted.');
}

function streamReaderOf(body: ReadableStream<Uint8Array> | null): BodyReader | undefined {
  return body ? (maxBytes, signal) => collect(body.getReader(), maxBytes, signal) : undefined;
}

async function collect(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  maxBytes: number,
  signal: AbortSignal | undefined,
): Promise<Uint8Array | undefined> {
  // Whether it reaches the sender is not worth waiting for.
  const cancel = (): void => void reader.cancel().catch(() => {});
  signal?.addEventListener('abort', cancel, { once: true });
  const chunks: Uint8Array[] = [];
  for (let size = 0; ; ) {
    const { done, value } = await reader.read();
    if (done) return join(chunks, size);
    size += value.byteLength;
    if (size > maxBytes) {
      cancel();
      return undefined;
    }
    chunks.push(value);
  }
}

function join(chunks: readonly Uint8Array[], size: number): Uint8Array {
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
  const isLate = Object(cause).code === 'TIMED_OUT';
  throw new Problem('INVALID_REQUEST', isLate ? 'The body did not come in time.' : 'The body broke off.', { cause });
}
