import { createNexconnClient, type NexconnClient, type NexconnClientOptions, NexconnError } from '../../src/index.js';

/** Credentials that no service knows. */
export const credentials = { appKey: 'key0123456789', appSecret: 'S3cretOfTheTests' };

/** The one call that needs no thought. */
export const request = { userId: 'jlk456j5', name: 'Ada' };

/** The path of that call. */
export const path = '/v4/auth/access-token/issue';

/** The options of a client apart from its host. */
export type ClientSettings = Partial<Omit<NexconnClientOptions, 'region' | 'baseUrl' | 'baseUrls'>>;

/** Creates a client for a server on this machine, without retries, so that a test sees what one attempt comes to. */
export function makeClient(baseUrl: string, settings: ClientSettings = {}): NexconnClient {
  return createNexconnClient({ ...credentials, retry: false, baseUrl, ...settings });
}

/** Waits for a call to fail with an error of this package. */
export async function failureOf(call: Promise<unknown>): Promise<NexconnError> {
  const thrown = await call.then(
    () => new Error('The call succeeded.'),
    (error: unknown) => error,
  );
  if (thrown instanceof NexconnError) return thrown;
  throw thrown;
}
