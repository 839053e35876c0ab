import { createNexconnClient } from '@nexconn-kit/client';
import { createTokenHandler, createTokenService } from '@nexconn-kit/token-service';
import { createD1Store } from '@nexconn-kit/token-service/d1';
import { authenticate } from '../log-in.js';

const handler = createTokenHandler(
  ({ env }) => createTokenService({ client: createNexconnClient(), store: createD1Store(env.DB) }),
  { authenticate },
);
export const onRequest = (context) => handler(context.request, context);
