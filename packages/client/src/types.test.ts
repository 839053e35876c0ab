import type { IssueAccessTokenResult, paths } from '@nexconn-kit/contract';
import { describe, expectTypeOf, it } from 'vitest';
import {
  type CallOptions,
  createNexconnClient,
  type NexconnClient,
  type NexconnClientOptions,
  type NexconnErrorCode,
  type NexconnEvent,
  type NexconnRateLimitError,
} from './index.js';

const credentials = { appKey: 'a', appSecret: 'b' };
const baseUrls = ['https://a.example.com', 'https://b.example.com'] as const;
const body = { userId: 'a', name: 'b' };

/** Compiled, never run. */
export function neverRun(nexconn: NexconnClient): void {
  createNexconnClient({ ...credentials, region: 'sg' });
  createNexconnClient({ ...credentials, baseUrl: 'https://example.com' });
  createNexconnClient();
  createNexconnClient(credentials);
  // @ts-expect-error: both region and baseUrl
  createNexconnClient({ ...credentials, region: 'sg', baseUrl: 'https://example.com' });
  createNexconnClient({ ...credentials, baseUrls });
  // @ts-expect-error: both region and baseUrls
  createNexconnClient({ ...credentials, region: 'sg', baseUrls });
  // @ts-expect-error: both baseUrl and baseUrls
  createNexconnClient({ ...credentials, baseUrl: 'https://a.example.com', baseUrls });
  // @ts-expect-error: a primary host without its backup
  createNexconnClient({ ...credentials, baseUrls: ['https://a.example.com'] });
  // @ts-expect-error: no such region
  createNexconnClient({ ...credentials, region: 'eu' });
  createNexconnClient({ appKey: 'a', region: 'sg' });
  createNexconnClient({ appKey: process.env.NEXCONN_APP_KEY, appSecret: 'b', region: 'sg' });
  // @ts-expect-error: no such option
  createNexconnClient({ ...credentials, region: 'sg', timeout: 5 });

  createNexconnClient({ appKey: 'a', region: 'sg', appSecret: { current: 'b', next: 'c' } });
  createNexconnClient({ appKey: 'a', region: 'sg', appSecret: async () => ({ current: 'b', next: 'c' }) });
  // @ts-expect-error: a pair lacks its next secret
  createNexconnClient({ appKey: 'a', region: 'sg', appSecret: { current: 'b' } });
  // @ts-expect-error: a provider is asynchronous
  createNexconnClient({ appKey: 'a', region: 'sg', appSecret: () => 'b' });
  // @ts-expect-error: retries are described, or switched off
  createNexconnClient({ ...credentials, region: 'sg', retry: true });
  // @ts-expect-error: no such option of retries
  createNexconnClient({ ...credentials, region: 'sg', retry: { attempts: 3 } });
  // @ts-expect-error: the limit is described, or switched off
  createNexconnClient({ ...credentials, region: 'sg', rateLimit: 200 });
  // @ts-expect-error: quantities are numbers
  createNexconnClient({ ...credentials, region: 'sg', deadlineMs: '30s' });

  // @ts-expect-error: name is required
  nexconn.issueAccessToken({ userId: 'a' });
  // @ts-expect-error: signature headers are the client's business
  nexconn.issueAccessToken({ userId: 'a', name: 'b', Signature: 'c' });
  nexconn.issueAccessToken(
    { userId: 'a', name: 'b' },
    { priority: 'bulk', deadlineMs: 1, timeoutMs: 1, requestId: 'c' },
  );
  // @ts-expect-error: no such priority
  nexconn.issueAccessToken({ userId: 'a', name: 'b' }, { priority: 'batch' });
  nexconn.http.POST('/v4/auth/access-token/issue', { body: { userId: 'a', name: 'b' } });
  // @ts-expect-error: signature headers are the client's business
  nexconn.http.POST('/v4/auth/access-token/issue', { body, params: { header: { Signature: 'c' } } });
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

  it('name no signature header in any operation', () => {
    type Parameters = { [Path in keyof paths]: paths[Path] extends { post: { parameters: infer P } } ? P : never };
    type Names = keyof NonNullable<Parameters[keyof paths] extends { header?: infer H } ? H : never>;
    expectTypeOf<Extract<Names, `${string}${'App-Key' | 'Nonce' | 'Timestamp' | 'Signature'}`>>().toBeNever();
  });

  it('have an event for each of its kinds, narrowed by type', () => {
    type Attempt = Extract<NexconnEvent, { type: 'attempt' }>;
    expectTypeOf<Attempt['code']>().toEqualTypeOf<NexconnErrorCode | undefined>();
    expectTypeOf<NexconnEvent['type']>().toEqualTypeOf<
      | 'client-start'
      | 'call-start'
      | 'call-end'
      | 'attempt'
      | 'wait'
      | 'long-text'
      | 'failover'
      | 'rotation'
      | 'clock'
      | 'rate-store'
      | 'rate-limit'
    >();
  });

  it('take an option that is undefined for one that is left out', () => {
    expectTypeOf({ ...credentials, region: 'sg', timeoutMs: undefined } as const).toExtend<NexconnClientOptions>();
  });
});
