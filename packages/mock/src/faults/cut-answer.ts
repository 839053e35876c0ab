import type { ServerResponse } from 'node:http';
import type { Cut, MockAnswer } from '../http/types.js';

/** Does without a port what a fault does on one, as `fetch` would show it. */
export async function cutFetch(request: Request, { status, headers, body }: MockAnswer, cut: Cut): Promise<Response> {
  if (cut === 'hang') return untilAborted(request.signal);
  if (cut === 'reset') {
    throw new TypeError('fetch failed', { cause: Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }) });
  }
  const bytes = new TextEncoder().encode(body);
  const half = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(bytes.subarray(0, bytes.byteLength / 2)),
    // Not in start: what is enqueued would be lost with it.
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

/** Departs from sending an answer on a port as its fault has it. */
export function cutResponse(response: ServerResponse, { status, headers, body }: MockAnswer, cut: Cut): void {
  // Not the response's: a pipelined one has none yet.
  const { socket } = response.req;
  if (cut === 'reset') socket.resetAndDestroy();
  // A hang needs nothing done: the connection ends when the caller or the mock closes it.
  if (cut !== 'truncate') return;
  const bytes = Buffer.from(body);
  response.writeHead(status, { ...headers, 'Content-Length': bytes.byteLength });
  response.write(bytes.subarray(0, bytes.byteLength / 2), () => socket.destroySoon());
}
