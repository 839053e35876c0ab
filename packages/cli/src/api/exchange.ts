import type { Fetch } from '@nexconn-kit/client';
import { maskText } from '../wire/mask-text.js';

/** An answer as it came, also one that the client refuses. */
export interface SeenAnswer {
  readonly status: number;
  readonly statusText: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Returns what has arrived of its body. */
  readonly body: () => Buffer;
}

/** A `fetch` that keeps the last answer. */
export interface SeenExchange {
  readonly fetch: Fetch;
  /** Returns that of the last attempt; undefined where it had none. */
  readonly answer: () => SeenAnswer | undefined;
}

/** Statuses with which `new Response` refuses a body. */
const statusesWithoutBody = [204, 205, 304];

/** Creates a `fetch` over another that keeps what the last attempt was answered with. */
export function watchExchange(fetch: Fetch): SeenExchange {
  let last: SeenAnswer | undefined;
  return {
    answer: () => last,
    async fetch(request) {
      last = undefined;
      const response = await fetch(request);
      const { status, statusText, headers, body } = response;
      const chunks: Uint8Array[] = [];
      last = { status, statusText, headers: [...headers], body: () => Buffer.concat(chunks) };
      if (body === null || statusesWithoutBody.includes(status)) return response;
      const kept = new TransformStream<Uint8Array, Uint8Array>({
        transform(chunk, controller) {
          chunks.push(chunk);
          controller.enqueue(chunk);
        },
      });
      return new Response(body.pipeThrough(kept), { status, statusText, headers });
    },
  };
}

/** A request as it would be sent. */
export interface PreparedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

/** Returns the request that a call would send, which is not sent. @throws what refuses the call before that */
export async function prepareRequest(
  call: (fetch: Fetch, signal: AbortSignal) => Promise<unknown>,
): Promise<PreparedRequest> {
  const ending = new AbortController();
  let prepared: Promise<PreparedRequest> | undefined;
  const fetch: Fetch = async (request) => {
    prepared = describe(request.clone());
    await prepared;
    ending.abort();
    throw new Error('Nothing is sent.');
  };
  const refused = await call(fetch, ending.signal).catch((error: unknown) => error);
  if (prepared === undefined) throw refused;
  return prepared;
}

async function describe(request: Request): Promise<PreparedRequest> {
  const { method, url, headers } = request;
  const bytes = Buffer.from(await request.arrayBuffer());
  const text = bytes.toString('utf8');
  const body = text.includes('�') ? `[${bytes.length} bytes]` : text;
  return { method, url, headers: [...headers], body };
}

/** Headers of which no value is shown, wherever it comes from. */
const secretHeader = /^(authorization|proxy-authorization|cookie|(rc-)?signature)$|secret|password|token|api-?key/i;

/** Returns a request without the secrets in it. */
export function maskRequest(request: PreparedRequest, secrets: readonly string[]): PreparedRequest {
  const mask = (text: string): string => maskText(text, secrets);
  return {
    method: request.method,
    url: mask(request.url),
    headers: request.headers.map(([name, value]) => [name, secretHeader.test(name) ? '[masked]' : mask(value)]),
    body: mask(request.body),
  };
}
