import { ApiRefusal } from './api-refusal.js';
import type { MockRequest } from './types.js';

/** The largest body that is read, in bytes. */
export const maxBodyBytes = 100_000;

/**
 * A larger body is counted on to here, without being kept, before it is refused: a caller that is cut off in the
 * middle of sending often never sees the answer.
 */
const maxDrainBytes = 10_000_000;

/** Reads the whole body, bounded. */
export async function readBody({ body }: MockRequest): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of body ?? []) {
      size += chunk.byteLength;
      if (size <= maxBodyBytes) chunks.push(chunk);
      if (size > maxDrainBytes) break;
    }
  } catch {
    throw new ApiRefusal('BodyMissing', 'The request body could not be read to its end.');
  }
  if (size > maxBodyBytes) {
    const message = `The request body is longer than ${maxBodyBytes} bytes. Shorten it.`;
    throw new ApiRefusal('ParameterTooLong', message, { status: 413 });
  }
  return Buffer.concat(chunks);
}
