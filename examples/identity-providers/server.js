import { createServer } from 'node:http';
import { createNexconnClient } from '@nexconn-kit/client';
import { createTokenHandler, createTokenService } from '@nexconn-kit/token-service';
import { toNodeListener } from '@nexconn-kit/token-service/node';
import { createSqliteStore } from '@nexconn-kit/token-service/sqlite';
import { authenticate } from './providers/firebase.js'; // or another one

const tokens = createTokenService({ client: createNexconnClient(), store: await createSqliteStore('tokens.db') });
const handler = createTokenHandler(tokens, { authenticate, challenge: 'Bearer', path: '/access-token' });
createServer(toNodeListener(handler)).listen(process.env.PORT ?? 3000);
