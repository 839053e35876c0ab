import { asObject } from '../document/lookup.js';
import type { MockRequest, Route } from './types.js';

/** Finds whom a request is about: `userId` in its body, its path or its query. */
export function readUserId({ pathParameters }: Route, { query }: MockRequest, body: unknown): string | undefined {
  const userId = asObject(body).userId ?? pathParameters.userId ?? query.get('userId');
  return typeof userId === 'string' ? userId : undefined;
}
