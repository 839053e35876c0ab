import type { Fetch } from '../types.js';
import { BodyTooLarge, bodyMaxBytes, fromResponse, type HttpResponse, type Transport } from './transport.js';

/** Creates a transport over a `fetch`, which manages its connections by itself. */
export function createFetchTransport(fetch: Fetch, mayResend = false): Transport {
  // Kept here to their end: Node's fetch hears of the signal by the request alone, which it does not keep from being collected.
  const underWay = new Set<Request>();
  return {
    send({ origin, path, method, headers, body }, { onResponse, onError }) {
      const controller = new AbortController();
      const { signal } = controller;
      const exchange = async (): Promise<HttpResponse> => {
        const request = new Request(origin + path, { method, headers, body, signal, redirect: 'manual' });
        underWay.add(request);
        try {
          const response = await fetch(request);
          return fromResponse(response, await readBody(response, signal));
        } finally {
          underWay.delete(request);
        }
      };
      exchange().then(onResponse, onError);
      return () => void controller.abort();
    },
    close: async () => {},
    mayResend,
  };
}

async function readBody(response: Response, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
  const reader = response.body?.getReader();
  // The body of an injected fetch may not follow the signal, which is of this one request and ends with it.
  const cancel = (): void => void reader?.cancel().catch(() => {});
  signal.addEventListener('abort', cancel);
  // It may answer after the end, when nobody reads any more.
  if (signal.aborted) cancel();
  const check = (bytes: number): void => {
    if (bytes > bodyMaxBytes) {
      cancel();
      throw new BodyTooLarge(fromResponse(response));
    }
  };
  check(Number(response.headers.get('content-length')));
  const chunks: Uint8Array[] = [];
  let size = 0;
  while (reader) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(value);
    size += value.byteLength;
    check(size);
  }
  const bytes = new Uint8Array(size);
  // From the last, so that what is left is where each begins.
  for (const chunk of chunks.reverse()) {
    size -= chunk.byteLength;
    bytes.set(chunk, size);
  }
  return bytes;
}
