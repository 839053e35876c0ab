import { serve } from '@hono/node-server';
import { createNexconnClient } from '@nexconn-kit/client';
import { createTokenHandler, createTokenService } from '@nexconn-kit/token-service';
import { createSqliteStore } from '@nexconn-kit/token-service/sqlite';
import { Hono } from 'hono';
import { logIn } from './log-in.js';

const tokens = createTokenService({ client: createNexconnClient(), store: await createSqliteStore('tokens.db') });
const handler = createTokenHandler(tokens, { authenticate: (_request, context) => context.get('user') });

const app = new Hono();
app.use(logIn);
app.all('/access-token', (context) => handler(context.req.raw, context));
serve({ fetch: app.fetch, port: Number(process.env.PORT ?? 3000) });
