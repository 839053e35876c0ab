import { createNexconnClient } from '@nexconn-kit/client';
import { createTokenHandler, createTokenService } from '@nexconn-kit/token-service';
import { toNodeListener } from '@nexconn-kit/token-service/node';
import { createSqliteStore } from '@nexconn-kit/token-service/sqlite';
import express from 'express';
import { logIn } from './log-in.js';

const tokens = createTokenService({ client: createNexconnClient(), store: await createSqliteStore('tokens.db') });
const handler = createTokenHandler(tokens, { authenticate: (_request, { user }) => user });

const app = express();
app.use(logIn);
app.all('/access-token', toNodeListener(handler));
app.listen(process.env.PORT ?? 3000);
