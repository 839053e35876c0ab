import { createNexconnClient } from '@nexconn-kit/client';
import { createTokenHandler, createTokenService } from '@nexconn-kit/token-service';
import { createSqliteStore } from '@nexconn-kit/token-service/sqlite';
import { authenticate } from '../log-in';

export const POST = createTokenHandler(
  async () => createTokenService({ client: createNexconnClient(), store: await createSqliteStore('tokens.db') }),
  { authenticate },
);
