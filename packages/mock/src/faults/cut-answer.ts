import type { ServerResponse } from 'node:http';
import type { Cut, MockAnswer } from '../http/types.js';

/** Returns what `fetch` would show of an answer that a fault cuts, without a port. */
export async function cutFetch(request: Request, { status, headers, body }: MockAnswer, cut: Cut): Promise<Response> {
  if (cut === 'hang') return untilAborted(request.signal);
  if (cut === 'reset') {
    throw new TypeError('fetch failed', { cause: Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }) });
  }
  const bytes = new TextEncoder().encode(body);
  const half = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(bytes.subarray(0, bytes.byteLength / 2)),
    // An error in `start` would discard what is enqueued.
    pull: (controller) => controller.error(new TypeError('terminated')),
  });
  return new Response(half, { status, headers });
}

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const leave = () => reject(signal.reason);
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
  });
}

/** Sends what a fault leaves of an answer on a port. */
export function cutResponse(response: ServerResponse, { status, headers, body }: MockAnswer, cut: Cut): void {
  // A pipelined response has no socket of its own yet.
  const { socket } = response.req;
  if (cut === 'reset') socket.resetAndDestroy();
  // A hang lasts until the caller or the mock closes the connection.
  if (cut !== 'truncate') return;
  const bytes = Buffer.from(body);
  response.writeHead(status, { ...headers, 'Content-Length': bytes.byteLength });
  response.write(bytes.subarray(0, bytes.byteLength / 2), () => socket.destroySoon());
}
