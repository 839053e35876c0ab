import { createNexconnClient } from '@nexconn-kit/client';
import { createMemoryStore, createTokenHandler, createTokenService } from '@nexconn-kit/token-service';
import { toNodeListener } from '@nexconn-kit/token-service/node';
import express from 'express';

const tokens = createTokenService({ client: createNexconnClient(), store: createMemoryStore() });
const handler = createTokenHandler(tokens, { authenticate: () => ({ userId: 'ada1', name: 'Ada' }) }); // your log-in
const app = express().all('/access-token', toNodeListener(handler));
app.listen(process.env.PORT ?? 3000);
