import { createNexconnClient } from '@nexconn-kit/client';
import { createMemoryStore, createTokenHandler, createTokenService } from '@nexconn-kit/token-service';

const authenticate = () => ({ userId: 'ada1', name: 'Ada' }); // your log-in
export const POST = createTokenHandler(
  () => createTokenService({ client: createNexconnClient(), store: createMemoryStore() }),
  { authenticate },
);
