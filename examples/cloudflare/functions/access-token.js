import { createD1RateStore } from '@nexconn-kit/client/d1';
import { createNexconnClient } from '@nexconn-kit/client/lite';
import { createTokenHandler, createTokenService } from '@nexconn-kit/token-service';
import { createD1Store } from '@nexconn-kit/token-service/d1';
import { authenticate } from '../log-in.js';

const connect = (DB) => createNexconnClient({ rateLimit: { store: createD1RateStore(DB) } });
const make = ({ env: { DB } }) => createTokenService({ client: connect(DB), store: createD1Store(DB) });
const handler = createTokenHandler(make, { authenticate }); // the first user has the service made
export const onRequest = (context) => handler(context.request, context); // its waitUntil lets a token be stored
