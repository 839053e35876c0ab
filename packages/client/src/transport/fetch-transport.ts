import type { Fetch } from '../types.js';
import { BodyTooLarge, bodyMaxBytes, type HttpResponse, type Transport } from './transport.js';

/** Creates a transport over a `fetch`, which manages its connections by itself. */
export function createFetchTransport(fetch: Fetch, mayResend = false): Transport {
  return {
    send({ origin, path, method, headers, body }, { onResponse, onError }) {
      const controller = new AbortController();
      const { signal } = controller;
      const exchange = async (): Promise<HttpResponse> => {
        const request = new Request(origin + path, { method, headers, body, signal, redirect: 'manual' });
        const response = await fetch(request);
        // An injected fetch may answer after the end, when nobody reads any more.
        if (signal.aborted) response.body?.cancel().catch(() => {});
        const { status, statusText } = response;
        const bytes = await readBody(response, signal);
        return { status, statusText, headers: Object.fromEntries(response.headers), bytes };
      };
      exchange().then(onResponse, onError);
      return () => controller.abort();
    },
    close: async () => {},
    mayResend,
  };
}

async function readBody(response: Response, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
  if (Number(response.headers.get('content-length')) > bodyMaxBytes) {
    await response.body?.cancel();
    throw tooLarge(response);
  }
  const reader = response.body?.getReader();
  if (!reader) return new Uint8Array();
  // The body of an injected fetch may not follow the signal.
  const cancel = (): void => void reader.cancel().catch(() => {});
  signal.addEventListener('abort', cancel, { once: true });
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    chunks.push(next.value);
    size += next.value.byteLength;
    if (size > bodyMaxBytes) {
      cancel();
      throw tooLarge(response);
    }
  }
  signal.removeEventListener('abort', cancel);
  return join(chunks, size);
}

function tooLarge({ status, headers }: Response): BodyTooLarge {
  return new BodyTooLarge(status, Object.fromEntries(headers));
}

function join(chunks: readonly Uint8Array[], size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return bytes;
}
