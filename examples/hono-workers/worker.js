import { createNexconnClient } from '@nexconn-kit/client';
import { createMemoryStore, createTokenHandler, createTokenService } from '@nexconn-kit/token-service';
import { Hono } from 'hono';
import { getCookie } from 'hono/cookie';

const users = new Map([['a1b2', { userId: 'jlk456j5', name: 'Ada' }]]); // your log-in
const authenticate = (_request, context) => users.get(getCookie(context, 'session'));

let handler; // made by the first request, which brings the settings
const app = new Hono();
app.all('/access-token', (context) => {
  const { NEXCONN_APP_KEY: appKey, NEXCONN_APP_SECRET: appSecret, NEXCONN_BASE_URL: baseUrl } = context.env;
  const connect = () => createNexconnClient({ appKey, appSecret, baseUrl });
  handler ??= createTokenHandler(createTokenService({ client: connect(), store: createMemoryStore() }), {
    authenticate,
  });
  return handler(context.req.raw, context);
});
export default app;
