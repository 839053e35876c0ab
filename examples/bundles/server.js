import { createServer } from 'node:http';
import { createNexconnClient } from '@nexconn-kit/client';
import { createMemoryStore, createTokenHandler, createTokenService } from '@nexconn-kit/token-service';
import { toNodeListener } from '@nexconn-kit/token-service/node';

const users = new Map([['session=a1b2', { userId: 'jlk456j5', name: 'Ada' }]]); // your log-in

const tokens = createTokenService({ client: createNexconnClient(), store: createMemoryStore() });
const authenticate = ({ headers }) => users.get(headers.get('cookie'));
const port = Number(process.env.PORT ?? 3000);
createServer(toNodeListener(createTokenHandler(tokens, { authenticate, path: '/access-token' }))).listen(port);
