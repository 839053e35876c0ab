import { createNexconnClient } from '@nexconn-kit/client';
import { issueAccessTokenRequestSchema, issueAccessTokenResultSchema } from '@nexconn-kit/contract/standard-schema';
import { initTRPC } from '@trpc/server';

const nexconn = createNexconnClient();
const t = initTRPC.create();

/** The same for tRPC, whose clients get their types from the schemas too. */
export const router = t.router({
  register: t.procedure
    .input(issueAccessTokenRequestSchema)
    .output(issueAccessTokenResultSchema)
    .mutation(({ input }) => nexconn.issueAccessToken(input)),
});
