/** One signed attempt, as it goes over the wire. */
export interface WireRequest {
  /** Such as `https://api.sg-light-api.com`. */
  readonly origin: string;
  /** With its query, from the first slash on. */
  readonly path: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array<ArrayBuffer> | null;
}

/** A response that has arrived to its last byte. */
export interface WireResponse {
  readonly status: number;
  readonly statusText: string;
  /** Keys are lower-case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What an attempt comes to; one of the two is called, or neither after a cancellation. */
export interface Landing {
  readonly arrived: (response: WireResponse) => void;
  /** Takes whatever went wrong, such as `BodyTooLarge`. */
  readonly failed: (error: unknown) => void;
}

/**
 * Sends an attempt once, and gives back what ends it and lets go of its connection.
 *
 * By callbacks, since a promise more costs as much as signing. Follows no redirect, since that could carry the signature
 * to another host.
 */
export type Transport = (request: WireRequest, landing: Landing) => () => void;

/** A transport with connections of its own. */
export interface OwnTransport {
  readonly send: Transport;
  readonly close: () => Promise<void>;
  /** Whether it may send a request again by itself, signature and all. */
  readonly mayResend: boolean;
}

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

/** Joins what a body came in. */
export function joinChunks(chunks: readonly Uint8Array[], size: number): Uint8Array<ArrayBuffer> {
  // An answer of the API comes in one piece.
  if (chunks.length === 1) return chunks[0] as Uint8Array<ArrayBuffer>;
  const bytes = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return bytes;
}
