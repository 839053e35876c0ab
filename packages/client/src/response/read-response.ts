import type { HttpResponse } from '../transport/transport.js';

// One for all texts: it keeps no state from one to the next.
const decoder = new TextDecoder('utf-8', { fatal: true });

/** Returns the body of a response as JSON; undefined where it is not JSON in UTF-8. */
export function readBody({ bytes }: HttpResponse): unknown {
  try {
    return JSON.parse(decoder.decode(bytes));
  } catch {
    return undefined;
  }
}

/** Returns type and size of a body without a word of it: it may hold a token. */
export function describeBody({ headers, bytes }: HttpResponse): string {
  const type = /^[\w.+-]+\/[\w.+-]+/.exec(String(headers['content-type']))?.[0] ?? 'no content type';
  return bytes === undefined ? type : `${type}, ${bytes.byteLength} bytes`;
}
