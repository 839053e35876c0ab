import { readBody } from './read-body.js';
import type { ResponseParts } from './response-parts.js';

/** A response read to its end. */
export interface ReadResponse extends ResponseParts {
  readonly statusText: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Reads a response to its end, and its body as JSON where it is that; throws `BodyTooLarge`. */
export async function readResponse(response: Response, signal: AbortSignal): Promise<ReadResponse> {
  const { status, statusText, headers } = response;
  const bytes = await readBody(response, signal);
  return { status, statusText, headers, bytes, body: parseJson(bytes), sizeBytes: bytes.byteLength };
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}
