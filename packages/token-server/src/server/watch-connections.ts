import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { backlog } from '../command-line/listen.js';
import { performanceNow } from '../system-time.js';

/** How long at most connections that have sent no request yet are waited for, and so many iterations on a busy machine. */
const [lastRequestMs, leastIterations] = [1_000, 50];
/** Longer than an iteration of the event loop on a machine that is not busy. */
const acceptPauseMs = 10;

/**
 * Returns the wait until the connections in the accept queue of a server are accepted and have sent a request. The kernel
 * resets what waits to be accepted when a listener closes, and Node what has not been read.
 *
 * An iteration of the event loop may accept no more than one, and on a busy machine takes its time. So the wait goes on for as
 * long as connections are accepted, up to the timeout, or until there were more of them than the queue holds: those came later.
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
    const [startedAt, first] = [performanceNow(), accepted];
    let [before, lastAt, iterations] = [-1, startedAt, 0];
    for (;;) {
      const now = performanceNow();
      if (now - startedAt >= timeoutMs || accepted - first > backlog) return;
      if (accepted !== before) [before, lastAt, iterations] = [accepted, now, 0];
      else if (withoutRequest.size === 0 || (now - lastAt >= lastRequestMs && iterations >= leastIterations)) return;
      iterations += 1;
      await delay(acceptPauseMs);
    }
  };
}
