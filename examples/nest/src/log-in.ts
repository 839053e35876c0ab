import type { TokenUser } from '@nexconn-kit/token-service';
import type { NextFunction, Request, Response } from 'express';

/** What a log-in puts on the request. */
export interface WithUser {
  user?: TokenUser | undefined;
}

const users = new Map([['session=a1b2', { userId: 'jlk456j5', name: 'Ada' }]]);

/** Puts the user of the session on the request: what Passport or a guard does in your app. */
export function logIn(request: Request & WithUser, _response: Response, next: NextFunction): void {
  request.user = users.get(request.headers.cookie ?? '');
  next();
}
