import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createNexconnClient } from '@nexconn-kit/client';
import { createMemoryStore, createTokenHandler, createTokenService } from '@nexconn-kit/token-service';
import { toNodeListener } from '@nexconn-kit/token-service/node';

// An app server as the README has it, with a log-in of one user.
const nexconn = createNexconnClient();
const tokens = createTokenService({ client: nexconn, store: createMemoryStore() });
const handler = createTokenHandler(tokens, {
  path: '/access-token',
  requestsPerMinute: 1_000_000,
  authenticate: ({ headers }) =>
    headers.get('authorization') === `Bearer ${process.env.SESSION}` ? { userId: 'jlk456j5', name: 'Ada' } : null,
});
const server = createServer(toNodeListener(handler));
server.listen(0, '127.0.0.1', () => {
  console.log(`The handler is ready at http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
process.once('SIGTERM', () => {
  server.close(() => void nexconn.close());
  server.closeIdleConnections();
});
