import { All, Controller, Inject, Req, Res } from '@nestjs/common';
import { createNexconnClient } from '@nexconn-kit/client';
import { createTokenHandler, createTokenService } from '@nexconn-kit/token-service';
import { toNodeListener } from '@nexconn-kit/token-service/node';
import { createSqliteStore } from '@nexconn-kit/token-service/sqlite';
import type { Request, Response } from 'express';
import type { WithUser } from './log-in';

type Listener = (request: Request & WithUser, response: Response) => void;

/** Returns what answers requests for tokens: a provider, so that the app is ready once its store is open. */
export async function createListener(): Promise<Listener> {
  const tokens = createTokenService({ client: createNexconnClient(), store: await createSqliteStore('tokens.db') });
  return toNodeListener(createTokenHandler(tokens, { authenticate: (_request, { user }: Request & WithUser) => user }));
}

@Controller('access-token')
export class AccessTokenController {
  constructor(@Inject(createListener) private readonly listener: Listener) {}

  @All()
  answer(@Req() request: Request, @Res() response: Response): void {
    this.listener(request, response);
  }
}
