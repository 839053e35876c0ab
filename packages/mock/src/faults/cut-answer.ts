import type { MockAnswer } from '../http/types.js';
import type { Cut } from './types.js';

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
