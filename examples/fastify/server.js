import { createNexconnClient } from '@nexconn-kit/client';
import { createTokenHandler, createTokenService } from '@nexconn-kit/token-service';
import { toFastifyPlugin } from '@nexconn-kit/token-service/node';
import { createSqliteStore } from '@nexconn-kit/token-service/sqlite';
import fastify from 'fastify';
import { logIn } from './log-in.js';

const tokens = createTokenService({ client: createNexconnClient(), store: await createSqliteStore('tokens.db') });
const handler = createTokenHandler(tokens, { authenticate: (_request, { user }) => user });

const app = fastify();
app.decorateRequest('user');
app.addHook('onRequest', logIn);
app.register(toFastifyPlugin(handler, '/access-token'));
await app.listen({ port: Number(process.env.PORT ?? 3000) });
