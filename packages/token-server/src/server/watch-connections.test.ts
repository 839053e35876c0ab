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

it('what waits is accepted on a machine so busy that each iteration of the event loop takes long', async () => {
  const { acceptWaiting, connect } = makeServer();
  let left = 12;
  const accepting = setInterval(() => {
    for (const until = performanceNow() + 150; performanceNow() < until; );
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

it('is over after a while, though somebody connects in each iteration', async () => {
  const { acceptWaiting, connect } = makeServer();
  const crowd = setInterval(connect, 1);
  await acceptWaiting(60_000).finally(() => clearInterval(crowd));
});
