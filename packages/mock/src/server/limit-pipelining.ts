import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Of one connection at a time, beside those that came in the same 64 KiB; more stay with the caller. */
const maxInFlight = 64;

/** How long nothing may come of a caller who was not read for a while, in milliseconds. */
const idleMs = 30_000;

const inFlight = Symbol('inFlight');
const heldBack = Symbol('heldBack');

/** A connection and how many of its requests are under way; a map would cost more for every request. */
interface CountedSocket extends Socket {
  [inFlight]?: number;
  /** Whether it has not been read for a while, since its last request. */
  [heldBack]?: boolean;
}

/**
 * Counts a request of its connection, which is read on only while few are under way: a caller that sends requests without
 * waiting for answers would have the process keep all of them.
 *
 * The same file stands in each package with a server; a test compares them.
 */
export function limitPipelining({ socket }: IncomingMessage, response: ServerResponse): void {
  const counted: CountedSocket = socket;
  const count = (counted[inFlight] ?? 0) + 1;
  // A resume follows each body that is read.
  if (counted[inFlight] === undefined) counted.on('resume', () => pauseWhereFull(counted));
  counted[inFlight] = count;
  counted[heldBack] = false;
  pauseWhereFull(counted);
  response.on('close', () => {
    counted[inFlight] = (counted[inFlight] ?? 1) - 1;
    if (counted[inFlight] === maxInFlight - 1) counted.resume();
  });
}

/** Whether a request of which Node says that it took too long was only not read; the connection ends if no more comes of it. */
export function wasHeldBack(socket: Socket): boolean {
  if (!(socket as CountedSocket)[heldBack]) return false;
  socket.setTimeout(idleMs);
  return true;
}

function pauseWhereFull(socket: CountedSocket): void {
  if ((socket[inFlight] ?? 0) < maxInFlight) return;
  socket[heldBack] = true;
  socket.pause();
}
