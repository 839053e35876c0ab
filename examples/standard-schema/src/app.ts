import { sValidator } from '@hono/standard-validator';
import { createNexconnClient } from '@nexconn-kit/client';
import { issueAccessTokenRequestSchema } from '@nexconn-kit/contract/standard-schema';
import { Hono } from 'hono';

const nexconn = createNexconnClient();

/** Registers a user; what the API would refuse is a 400 with the reasons. */
export const app = new Hono().post('/users', sValidator('json', issueAccessTokenRequestSchema), async (context) => {
  const { userId } = await nexconn.issueAccessToken(context.req.valid('json'));
  return context.json({ userId }, 201);
});
