import { createNexconnClient } from '@nexconn-kit/client';
import { createMemoryStore, createTokenHandler, createTokenService } from '@nexconn-kit/token-service';
import { toFastifyPlugin } from '@nexconn-kit/token-service/node';
import fastify from 'fastify';

const tokens = createTokenService({ client: createNexconnClient(), store: createMemoryStore() });
const handler = createTokenHandler(tokens, { authenticate: () => ({ userId: 'ada1', name: 'Ada' }) }); // your log-in
const app = fastify().register(toFastifyPlugin(handler, '/access-token'));
await app.listen({ port: process.env.PORT ?? 3000 });
