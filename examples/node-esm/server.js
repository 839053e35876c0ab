import { createServer } from 'node:http';
import { createNexconnClient } from '@nexconn-kit/client';
import { createTokenHandler, createTokenService } from '@nexconn-kit/token-service';
import { toNodeListener } from '@nexconn-kit/token-service/node';
import { createSqliteStore } from '@nexconn-kit/token-service/sqlite';

const users = new Map([['session=a1b2', { userId: 'jlk456j5', name: 'Ada' }]]); // your log-in

const tokens = createTokenService({ client: createNexconnClient(), store: await createSqliteStore('tokens.db') });
const authenticate = ({ headers }) => users.get(headers.get('cookie'));
createServer(toNodeListener(createTokenHandler(tokens, { authenticate, path: '/access-token' }))).listen(
  process.env.PORT ?? 3000,
);
