import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';
import { BodyTooLarge, bodyMaxBytes, type HttpResponse } from './transport.js';

type Bytes = Buffer<ArrayBuffer>;

/** The codings of an `Accept-Encoding` that `decodeBody` takes. */
export const acceptedEncodings = 'gzip, deflate, br';

const options = { maxOutputLength: bodyMaxBytes };
// A map: the names come from a header, and an object has members of its own.
const decoders = new Map<string, (bytes: Bytes) => Bytes>([
  ['gzip', (bytes) => gunzipSync(bytes, options)],
  ['x-gzip', (bytes) => gunzipSync(bytes, options)],
  ['br', (bytes) => brotliDecompressSync(bytes, options)],
  // Some servers leave out the header of two bytes that the name stands for.
  ['deflate', (bytes) => ((bytes[0] ?? 0) % 16 === 8 ? inflateSync(bytes, options) : inflateRawSync(bytes, options))],
]);
/** Nobody sends more; each one costs. */
const maxCodings = 3;

/**
 * Returns a body as it was before its `Content-Encoding`, or as it is where it has none that is known or is broken.
 *
 * @throws {BodyTooLarge} as soon as what is decoded is longer than `bodyMaxBytes`
 */
export function decodeBody(bytes: Bytes, status: number, headers: HttpResponse['headers']): Bytes {
  const codings = String(headers['content-encoding'] ?? '')
    .toLowerCase()
    .split(',')
    .map((coding) => coding.trim());
  if (bytes.byteLength === 0 || codings.length > maxCodings) return bytes;
  try {
    return codings.reverse().reduce((decoded, coding) => decoders.get(coding)?.(decoded) ?? decoded, bytes);
  } catch (error) {
    if (Reflect.get(Object(error), 'code') === 'ERR_BUFFER_TOO_LARGE') throw new BodyTooLarge({ status, headers });
    return bytes;
  }
}
