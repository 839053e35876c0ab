/**
 * Resolves to the bytes of a body; to undefined as soon as they are more than `maxBytes`. Rejects where it broke off.
 */
export type BodyReader = (maxBytes: number) => Promise<Uint8Array | undefined>;

/** Readers of requests' bodies: to read one out of its web stream takes as long as all else that the handler does. */
const readers = new WeakMap<Request, () => BodyReader | undefined>();

/** Has `bodyReaderOf` know what reads the body of a request without its stream; undefined once the stream was used. */
export function setBodyReader(request: Request, findReader: () => BodyReader | undefined): void {
  readers.set(request, findReader);
}

/** Returns what reads the body of a request without its stream; undefined where only the stream does. */
export function bodyReaderOf(request: Request): BodyReader | undefined {
  return request.bodyUsed ? undefined : readers.get(request)?.();
}
