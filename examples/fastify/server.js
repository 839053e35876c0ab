import { createNexconnClient } from '@nexconn-kit/client';
import { createTokenHandler, createTokenService } from '@nexconn-kit/token-service';
import { toFastifyPlugin } from '@nexconn-kit/token-service/node';
import { createSqliteStore } from '@nexconn-kit/token-service/sqlite';
import fastify from 'fastify';
import { logIn } from './log-in.js';

const { NEXCONN_APP_KEY: appKey, NEXCONN_APP_SECRET: appSecret, NEXCONN_BASE_URL: baseUrl, PORT = 3000 } = process.env;
const client = createNexconnClient({ appKey, appSecret, baseUrl });
const tokens = createTokenService({ client, store: await createSqliteStore('tokens.db') });
const handler = createTokenHandler(tokens, { authenticate: (_request, { user }) => user });

const app = fastify();
app.decorateRequest('user');
app.addHook('onRequest', logIn);
app.register(toFastifyPlugin(handler, '/access-token'));
await app.listen({ port: Number(PORT) });
