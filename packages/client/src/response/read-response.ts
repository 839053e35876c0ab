import type { WireResponse } from '../transport/transport.js';
import type { ResponseParts } from './response-parts.js';

/** Holds nothing from one text to the next. */
const decoder = new TextDecoder('utf-8', { fatal: true });

/** Reads what decides about a response; a body that is not JSON in UTF-8 is undefined. */
export function readResponse({ status, headers, bytes }: WireResponse): ResponseParts {
  const contentType = headers['content-type']?.toString();
  return { status, contentType, body: parseJson(bytes), sizeBytes: bytes.byteLength };
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(bytes));
  } catch {
    return undefined;
  }
}
