import { Readable } from 'node:stream';
import { ApiRefusal } from './api-error.js';
import type { MockRequest } from './types.js';

/** The largest body that is read, in bytes. */
export const maxBodyBytes = 100_000;

/**
 * A larger body is counted on to here, without being kept, before it is refused: a caller that is cut off in the
 * middle of sending often never sees the answer.
 */
const maxDrainBytes = 10_000_000;

const noBytes = new Uint8Array();

/** Reads the whole body, bounded. */
export function readBody({ body, sentStatus }: Pick<MockRequest, 'body' | 'sentStatus'>): Promise<Uint8Array> {
  if (body === null) return Promise.resolve(noBytes);
  const collector = createCollector();
  if (body instanceof Readable) return collectStream(body, collector, sentStatus);
  return collectChunks(body, collector).catch((error) => {
    throw error instanceof ApiRefusal ? error : brokenOff(sentStatus?.());
  });
}

/** Whoever is written down as refused was refused with what was sent. */
function brokenOff(status: number | undefined): ApiRefusal {
  const message = 'The request body could not be read to its end';
  if (status === undefined) return new ApiRefusal('BodyMissing', `${message}.`);
  if (status === 0) return new ApiRefusal('BodyMissing', `${message}: the caller left.`, { status });
  const why = status === 408 ? 'it took too long' : 'it breaks off, or is not well-formed';
  return new ApiRefusal('ParameterInvalid', `${message}: ${why}.`, { status });
}

interface Collector {
  /** Keeps a chunk, as long as that is worth it; says whether to go on. */
  readonly add: (chunk: Uint8Array) => boolean;
  /** @throws {ApiRefusal} ParameterTooLong */
  readonly join: () => Uint8Array;
}

function createCollector(): Collector {
  const chunks: Uint8Array[] = [];
  let size = 0;
  return {
    add(chunk) {
      size += chunk.byteLength;
      if (size <= maxBodyBytes) chunks.push(chunk);
      return size <= maxDrainBytes;
    },
    join() {
      if (size > maxBodyBytes) {
        const message = `The request body is longer than ${maxBodyBytes} bytes. Shorten it.`;
        throw new ApiRefusal('ParameterTooLong', message, { status: 413 });
      }
      return chunks.length === 1 ? (chunks[0] ?? noBytes) : Buffer.concat(chunks);
    },
  };
}

async function collectChunks(body: AsyncIterable<Uint8Array>, collector: Collector): Promise<Uint8Array> {
  for await (const chunk of body) if (!collector.add(chunk)) break;
  return collector.join();
}

/** By events, which cost a tenth of what a stream's iterator costs; it leaves the stream open for the answer. */
function collectStream(
  stream: Readable,
  collector: Collector,
  sentStatus: MockRequest['sentStatus'],
): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    let isOver = false;
    const finish = (): void => {
      isOver = true;
      try {
        resolve(collector.join());
      } catch (error) {
        reject(error);
      }
    };
    const breakOff = (): void => {
      if (!isOver) reject(brokenOff(sentStatus?.()));
      isOver = true;
    };
    stream.on('data', (chunk: Uint8Array) => {
      if (collector.add(chunk)) return;
      stream.pause();
      finish();
    });
    stream.on('end', finish);
    // One of these comes first if the caller leaves, and the other one after every end.
    stream.on('error', breakOff);
    stream.on('close', breakOff);
  });
}
