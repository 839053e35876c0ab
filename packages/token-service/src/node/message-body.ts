import type { IncomingMessage } from 'node:http';
import { type BodyReader, type DirectBody, refuseReadBody } from '../handler/body-reader.js';

/** The body of a message. */
export interface MessageBody {
  readonly stream: ReadableStream<Uint8Array>;
  /**
   * Returns what reads the body without the stream, which then has the same bytes; undefined once the stream was used. Throws
   * where somebody else has read of the message.
   */
  readonly findBody: () => DirectBody | undefined;
}

/** Nothing of the message is read before somebody asks for it. */
export function createMessageBody(incoming: IncomingMessage): MessageBody {
  let chunks: NodeJS.AsyncIterator<Uint8Array> | undefined;
  let taken: ReturnType<BodyReader> | undefined;

  async function next(): Promise<Uint8Array | undefined> {
    if (taken) return taken;
    chunks ??= incoming.iterator({ destroyOnReturn: false });
    const { done, value } = await chunks.next();
    return done ? undefined : new Uint8Array(value);
  }

  // Not `Readable.toWeb`, which reads ahead, and would destroy the connection of a caller whose body is refused.
  const stream = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const chunk = await next();
        if (chunk) controller.enqueue(chunk);
        if (chunk === undefined || taken) controller.close();
      },
      async cancel() {
        await chunks?.return?.();
      },
    },
    { highWaterMark: 0 },
  );
  const read: BodyReader = (maxBytes, signal) => {
    taken ??= readMessage(incoming, maxBytes, signal);
    return taken;
  };

  /** A small body comes with its headers, so that it is there by now. */
  function readArrived(): Uint8Array | undefined {
    const { readableLength, readableFlowing, readableEncoding } = incoming;
    if (taken || readableFlowing || readableEncoding || readableLength === 0) return undefined;
    if (!incoming.complete && readableLength !== Number(incoming.headers['content-length'])) return undefined;
    const bytes: Uint8Array = incoming.read();
    taken = Promise.resolve(bytes);
    return bytes;
  }

  function findBody(): DirectBody | undefined {
    if (chunks) return undefined;
    // A body of no bytes has lost none.
    if (!taken && incoming.readableDidRead) refuseReadBody();
    return { read, readArrived };
  }

  return { stream, findBody };
}

function readMessage(
  incoming: IncomingMessage,
  maxBytes: number,
  signal: AbortSignal | undefined,
): Promise<Uint8Array | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    let size = 0;

    function stop(): void {
      incoming.off('data', onData).off('end', onEnd).off('error', onBroken).off('close', onBroken);
      signal?.removeEventListener('abort', onAbort);
    }
    function onData(chunk: Uint8Array): void {
      size += chunk.byteLength;
      chunks.push(chunk);
      if (size <= maxBytes) return;
      stop();
      incoming.pause();
      resolve(undefined);
    }
    function onEnd(): void {
      stop();
      resolve(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks));
    }
    function onBroken(error?: Error): void {
      stop();
      reject(error ?? new Error('The connection ended before the body did.'));
    }

    function onAbort(): void {
      stop();
      incoming.pause();
      reject(signal?.reason);
    }

    // Neither tells of its end again.
    if (incoming.readableEnded) return onEnd();
    if (incoming.destroyed) return onBroken(incoming.errored ?? undefined);
    incoming.on('data', onData).on('end', onEnd).on('error', onBroken).on('close', onBroken);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
