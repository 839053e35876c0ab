import { serve } from '@hono/node-server';
import { createNexconnClient } from '@nexconn-kit/client';
import { createTokenHandler, createTokenService } from '@nexconn-kit/token-service';
import { createSqliteStore } from '@nexconn-kit/token-service/sqlite';
import { Hono } from 'hono';
import { logIn } from './log-in.js';

const { NEXCONN_APP_KEY: appKey, NEXCONN_APP_SECRET: appSecret, NEXCONN_BASE_URL: baseUrl, PORT = 3000 } = process.env;
const client = createNexconnClient({ appKey, appSecret, baseUrl });
const tokens = createTokenService({ client, store: await createSqliteStore('tokens.db') });
const handler = createTokenHandler(tokens, { authenticate: (_request, context) => context.get('user') });

const app = new Hono();
app.use(logIn);
app.all('/access-token', (context) => handler(context.req.raw, context));
serve({ fetch: app.fetch, port: Number(PORT) });
