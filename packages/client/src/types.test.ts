import type { IssueAccessTokenResult, paths } from '@nexconn-kit/contract';
import { describe, expectTypeOf, it } from 'vitest';
import {
  type CallOptions,
  createNexconnClient,
  type NexconnClient,
  type NexconnClientOptions,
  type NexconnErrorCode,
  type NexconnRateLimitError,
} from './index.js';

const credentials = { appKey: 'a', appSecret: 'b' };

/** Compiled, never run. */
export function neverRun(nexconn: NexconnClient): void {
  createNexconnClient({ ...credentials, region: 'sg' });
  createNexconnClient({ ...credentials, baseUrl: 'https://example.com' });
  // @ts-expect-error: neither region nor baseUrl
  createNexconnClient(credentials);
  // @ts-expect-error: both region and baseUrl
  createNexconnClient({ ...credentials, region: 'sg', baseUrl: 'https://example.com' });
  // @ts-expect-error: no such region
  createNexconnClient({ ...credentials, region: 'eu' });
  // @ts-expect-error: no secret
  createNexconnClient({ appKey: 'a', region: 'sg' });
  // @ts-expect-error: a variable that may be unset
  createNexconnClient({ appKey: process.env.NEXCONN_APP_KEY, appSecret: 'b', region: 'sg' });
  // @ts-expect-error: no such option
  createNexconnClient({ ...credentials, region: 'sg', timeout: 5 });

  // @ts-expect-error: name is required
  nexconn.issueAccessToken({ userId: 'a' });
  // @ts-expect-error: signature headers are the client's business
  nexconn.issueAccessToken({ userId: 'a', name: 'b', Signature: 'c' });
  // @ts-expect-error: no such call option
  nexconn.issueAccessToken({ userId: 'a', name: 'b' }, { retries: 3 });
  // @ts-expect-error: no such path
  nexconn.http.POST('/v4/other', { body: {} });
  // @ts-expect-error: no such method of the path
  nexconn.http.GET('/v4/auth/access-token/issue');
}

describe('the types', () => {
  it('give a named method its documented request and result', () => {
    expectTypeOf<NexconnClient['issueAccessToken']>().returns.toEqualTypeOf<Promise<IssueAccessTokenResult>>();
    expectTypeOf<NexconnClient['issueAccessToken']>().parameter(1).toEqualTypeOf<CallOptions | undefined>();
  });

  it('let a call over http set the request ID and no signature header', () => {
    type Post = paths['/v4/auth/access-token/issue']['post'];
    expectTypeOf<keyof NonNullable<Post['parameters']['header']>>().toEqualTypeOf<'X-Request-ID'>();
  });

  it('make the code of an error a union, narrowed by its class', () => {
    expectTypeOf<NexconnRateLimitError['code']>().toEqualTypeOf<'RATE_LIMITED' | 'QUEUE_TOO_LONG'>();
    expectTypeOf<NexconnRateLimitError['code']>().toExtend<NexconnErrorCode>();
    expectTypeOf<string>().not.toExtend<NexconnErrorCode>();
  });

  it('take an option that is undefined for one that is left out', () => {
    expectTypeOf({ ...credentials, region: 'sg', timeoutMs: undefined } as const).toExtend<NexconnClientOptions>();
  });
});
