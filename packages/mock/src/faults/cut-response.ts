import type { ServerResponse } from 'node:http';
import type { MockAnswer } from '../http/types.js';
import type { Cut } from './types.js';

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
