import { type NexconnClient, NexconnError, type NexconnErrorCode } from '@nexconn-kit/client';

export const path = '/v4/auth/access-token/issue';
export const request = { userId: 'jlk456j5', name: 'Ada' };

/** What a call came to, in either style. */
export interface Came {
  /** Undefined where it succeeded. */
  readonly code?: NexconnErrorCode | undefined;
  readonly apiCode?: number | undefined;
}

type Act = (client: NexconnClient, options?: object) => Promise<Came>;

/** The two styles, each with what makes a call and says what came of it. */
export const styles: readonly (readonly [string, Act])[] = [
  [
    'the named method',
    async (client, options) => describe(await client.issueAccessToken(request, options).catch(caught)),
  ],
  [
    'client.http',
    async (client, options) => {
      const outcome = await client.http.POST(path, { body: request, ...options }).catch(caught);
      if (outcome instanceof NexconnError) return describe(outcome);
      return outcome.error ? { apiCode: outcome.error.code } : {};
    },
  ],
];

function caught(error: unknown): NexconnError {
  if (error instanceof NexconnError) return error;
  throw error;
}

function describe(outcome: object): Came {
  return outcome instanceof NexconnError ? { code: outcome.code, apiCode: outcome.apiCode } : {};
}
