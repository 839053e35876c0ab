import { createNexconnClient } from '@nexconn-kit/client';
import { createTokenHandler, createTokenService, type TokenHandler } from '@nexconn-kit/token-service';
import { createSqliteStore } from '@nexconn-kit/token-service/sqlite';
import { authenticate } from '../log-in';

let handler: TokenHandler | undefined; // made by the first request, since a build has no secrets
export async function POST(request: Request) {
  handler ??= createTokenHandler(
    createTokenService({ client: createNexconnClient(), store: await createSqliteStore('tokens.db') }),
    { authenticate },
  );
  return handler(request);
}
