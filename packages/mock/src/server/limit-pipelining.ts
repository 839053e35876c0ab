import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Of one connection at a time, beside those that came in the same 64 KiB; more stay with the caller. */
const maxInFlight = 64;

const inFlight = Symbol('inFlight');

/** A connection with how many of its requests are under way; a map would cost more for every request. */
interface CountedSocket extends Socket {
  [inFlight]?: number;
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
  pauseWhereFull(counted);
  response.once('close', () => {
    counted[inFlight] = (counted[inFlight] ?? 1) - 1;
    if (counted[inFlight] === maxInFlight - 1) counted.resume();
  });
}

function pauseWhereFull(socket: CountedSocket): void {
  if ((socket[inFlight] ?? 0) >= maxInFlight) socket.pause();
}
