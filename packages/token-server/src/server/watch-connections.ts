import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { performanceNow } from '../system-time.js';

/** How long at most connections that have sent no request yet are waited for, and so many iterations on a busy machine. */
const [lastAcceptMs, leastIterations] = [1_000, 50];
/** Longer than an iteration of the event loop, in which all that wait are accepted. */
const acceptPauseMs = 10;

/**
 * Returns the wait until the connections in the accept queue of a server are accepted and have sent a request, which ends
 * after the timeout, or after a second in which the event loop was free to accept them. The kernel resets what waits to be accepted when a listener closes, and Node what has not
 * been read.
 */
export function watchConnections(server: Server): (timeoutMs: number) => Promise<void> {
  let accepted = 0;
  const withoutRequest = new Set<Socket>();
  server.on('connection', (socket) => {
    accepted += 1;
    withoutRequest.add(socket);
    socket.once('close', () => withoutRequest.delete(socket));
  });
  server.on('request', ({ socket }) => withoutRequest.delete(socket));

  return async function acceptWaiting(timeoutMs) {
    const startedAt = performanceNow();
    let before = -1;
    for (let iteration = 0; accepted !== before || withoutRequest.size > 0; iteration += 1) {
      const forMs = performanceNow() - startedAt;
      if (forMs >= timeoutMs || (forMs >= lastAcceptMs && iteration >= leastIterations)) return;
      before = accepted;
      await delay(acceptPauseMs);
    }
  };
}
