import { createNexconnClient, type NexconnClientOptions, type NexconnError } from '@nexconn-kit/client';

/** What the API says of a signed request whose body it refuses, so that no user is made. */
export interface ApiVerdict {
  readonly verdict: 'accepted' | 'refused' | 'unknown';
  /** For people; holds no secret. */
  readonly reason: string;
}

/** The codes for what is wrong with the app, and not with the network or the moment. */
const refusals: readonly (string | undefined)[] = ['SIGNATURE_REJECTED', 'CREDENTIALS_REJECTED', 'APP_UNAVAILABLE'];

/** Asks the API whether it accepts the App Key and the App Secret; resolves in any case, after one timeout at the latest. */
export async function checkApi(options: NexconnClientOptions): Promise<ApiVerdict> {
  try {
    await using client = createNexconnClient({ ...options, validateRequests: false, retry: false });
    // No user has neither ID nor name.
    await client.issueAccessToken({} as never);
    return { verdict: 'unknown', reason: 'It answered a request without a user as if it were good.' };
  } catch (error) {
    const { message, code } = error as NexconnError;
    // The API looks at the body after the signature.
    if (code === 'REQUEST_REJECTED') return { verdict: 'accepted', reason: 'App Key and App Secret are accepted.' };
    return { verdict: refusals.includes(code) ? 'refused' : 'unknown', reason: message };
  }
}
