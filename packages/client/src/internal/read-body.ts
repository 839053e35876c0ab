/** The most bytes of a response that are read: far more than any documented answer has. */
export const bodyMaxBytes: number = 1024 * 1024;

/** Thrown where a response is longer than `bodyMaxBytes`. */
export class BodyTooLarge extends Error {
  readonly status: number;

  constructor(status: number) {
    super();
    this.status = status;
  }
}

/** Reads a body to its end as bytes, or throws `BodyTooLarge` and lets go of the connection. */
export async function readBody(response: Response, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
  if (Number(response.headers.get('content-length')) > bodyMaxBytes) {
    await response.body?.cancel();
    throw new BodyTooLarge(response.status);
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
      throw new BodyTooLarge(response.status);
    }
  }
  signal.removeEventListener('abort', cancel);
  return join(chunks, size);
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
