import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** How long a connection may take to end once this side has ended it. */
const endMs = 60_000;

/** What came back over a connection. */
export interface Conversation {
  readonly received: Buffer;
  /** It neither ended by itself nor when it was asked to. */
  readonly stuck: boolean;
}

/**
 * Opens a connection, writes the parts with a pause after each, and listens until it ends; once all that is wanted has come,
 * or after a silence of so many milliseconds, it is ended from this side.
 */
export async function converse(
  port: number,
  parts: readonly Buffer[],
  silenceMs: number,
  isAll: (received: Buffer) => boolean = () => false,
): Promise<Conversation> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  const chunks: Buffer[] = [];
  let stuck = false;
  const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  // A reset is one of the ways in which a connection may end.
  socket.on('error', () => {});
  socket.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    if (isAll(Buffer.concat(chunks))) socket.end();
  });
  socket.setTimeout(silenceMs, () => {
    socket.end();
    socket.setTimeout(endMs, () => {
      stuck = true;
      socket.destroy();
    });
  });
  for (const [index, part] of parts.entries()) {
    if (socket.destroyed) break;
    socket.write(part);
    if (index + 1 < parts.length) await pause(1);
  }
  await ended;
  return { received: Buffer.concat(chunks), stuck };
}
