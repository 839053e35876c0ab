import { EventEmitter } from 'node:events';
import type { Server } from 'node:http';
import { expect, it } from 'vitest';
import { performanceNow } from '../system-time.js';
import { watchConnections } from './watch-connections.js';

/** A server, and what has it accept a connection, with its request or without. */
function makeServer() {
  const server = new EventEmitter();
  return {
    acceptWaiting: watchConnections(server as Server),
    connect(hasSent = true) {
      const socket = new EventEmitter();
      server.emit('connection', socket);
      if (hasSent) server.emit('request', { socket });
      return socket;
    },
  };
}

it.each([
  [12, 150],
  [300, 5],
])('what waits is accepted, one in each of %i iterations of the event loop, which take %i ms', async (count, ms) => {
  const { acceptWaiting, connect } = makeServer();
  let left = count;
  const accepting = setInterval(() => {
    for (const until = performanceNow() + ms; performanceNow() < until; );
    connect();
    left -= 1;
    if (left === 0) clearInterval(accepting);
  }, 1);
  await acceptWaiting(60_000).finally(() => clearInterval(accepting));
  expect(left).toBe(0);
});

it('is over with the timeout, though somebody who sends nothing is connected', async () => {
  const { acceptWaiting, connect } = makeServer();
  const socket = connect(false);
  await acceptWaiting(30);
  socket.emit('close');
  await acceptWaiting(60_000);
});

it('is over once more were accepted than can have waited, though others go on connecting', async () => {
  const { acceptWaiting, connect } = makeServer();
  const crowd = setInterval(() => {
    for (let each = 0; each < 100; each += 1) connect();
  }, 1);
  await acceptWaiting(60_000).finally(() => clearInterval(crowd));
});
