import {
  type CallOptions,
  createNexconnClient,
  type NexconnClient,
  type NexconnClientOptions,
  NexconnError,
  type NexconnErrorCode,
  type NexconnEvent,
  NexconnRateLimitError,
  NexconnRequestError,
} from '@nexconn-kit/client';
import { createNexconnClient as createLite, type LiteNexconnClient } from '@nexconn-kit/client/lite';
import { type NexconnObserver, observeNexconn } from '@nexconn-kit/client/otel';
import { createPostgresRateStore } from '@nexconn-kit/client/postgres';
import { createRateStore } from '@nexconn-kit/client/rate-store';
import { createRedisRateStore, type RedisCommand } from '@nexconn-kit/client/redis';
import {
  type ErrorName,
  errorCatalogue,
  type IssueAccessTokenRequest,
  type IssueAccessTokenResult,
  operationTable,
  type Region,
  validateIssueAccessTokenRequest,
} from '@nexconn-kit/contract';
import { createMock, type Mock, startMock } from '@nexconn-kit/mock';
import {
  explainMismatch,
  type SignatureHeaders,
  signRequest,
  type VerifyResult,
  verifySignature,
} from '@nexconn-kit/signing';
import { signRequest as signByWebCrypto } from '@nexconn-kit/signing/webcrypto';

const credentials = { appKey: 'uwd1c0sxdlx2', appSecret: 'S3cret' };
const region: Region = 'sg';
const observer: NexconnObserver = observeNexconn();
const options: NexconnClientOptions = {
  ...credentials,
  region,
  retry: { maxAttempts: 2 },
  rateLimit: { maxQueueMs: 100 },
  onEvent: (event: NexconnEvent) => observer.onEvent(event),
};
const client: NexconnClient = createNexconnClient(options);
const rotating: NexconnClient = createNexconnClient({
  appKey: 'uwd1c0sxdlx2',
  appSecret: async () => ({ current: 'S3cret', next: 'N3xt' }),
  baseUrls: ['https://a.example.com', 'https://b.example.com'],
});
const redis: RedisCommand = async (command) => command.length;
const stores = [
  createRedisRateStore(redis),
  createPostgresRateStore({ query: async () => ({ rows: [] }) }),
  createRateStore({ reserve: async (_key, added) => added }),
];
export const shared: NexconnClient[] = stores.map((store) => createNexconnClient({ ...options, rateLimit: { store } }));
export const lite: LiteNexconnClient = createLite(options);
const once: CallOptions = { timeoutMs: 100, priority: 'bulk', signal: AbortSignal.timeout(100) };

export async function issue(request: IssueAccessTokenRequest): Promise<IssueAccessTokenResult> {
  try {
    return await client.issueAccessToken(request, once);
  } catch (error) {
    if (error instanceof NexconnRateLimitError) return rotating.issueAccessToken(request);
    if (error instanceof NexconnRequestError)
      throw new Error(error.issues.map(({ field, message }) => field + message).join());
    const code: NexconnErrorCode | undefined = error instanceof NexconnError ? error.code : undefined;
    throw new Error(code, { cause: error });
  }
}

export async function issueByPath(): Promise<string | undefined> {
  const body = { userId: 'jlk456j5', name: 'Ada' };
  const init = { body, signal: AbortSignal.timeout(100), timeoutMs: 100 };
  const { data, error, response } = await client.http.POST('/v4/auth/access-token/issue', init);
  const status: number = response.status;
  return error ? `${status} ${error.code} ${error.errorMessage}` : data.result.accessToken;
}

export function misuse(): unknown[] {
  return [
    // @ts-expect-error The host is decided twice.
    createNexconnClient({ ...credentials, region: 'sg', baseUrl: 'https://a.example.com' }),
    // @ts-expect-error Quantities are numbers.
    createNexconnClient({ ...credentials, region: 'sg', timeoutMs: '5s' }),
    // @ts-expect-error There is no such region.
    createNexconnClient({ ...credentials, region: 'moon' }),
    // @ts-expect-error A call needs a user.
    client.issueAccessToken({ name: 'Ada' }),
    // @ts-expect-error The client signs.
    client.issueAccessToken({ userId: 'jlk456j5', name: 'Ada', Signature: 'abc' }),
    // @ts-expect-error There is no such path.
    client.http.POST('/v4/nothing', {}),
  ];
}

export async function sign(): Promise<boolean> {
  const headers: SignatureHeaders = signRequest(credentials);
  const prefixed: string = signRequest({ ...credentials, headerPrefix: 'RC-' })['RC-Signature'];
  const other: SignatureHeaders = await signByWebCrypto(credentials, {
    now: () => 1,
    nonce: () => prefixed.slice(0, 18),
  });
  const verdict: VerifyResult = await verifySignature({ ...other }, { secretFor: () => credentials.appSecret });
  return verdict.ok && explainMismatch({ ...headers }, credentials) === undefined;
}

export async function play(): Promise<number> {
  const mock: Mock = createMock({ ...credentials });
  const running = await startMock({ port: 0 });
  await running.close();
  const response = await mock.fetch(new Request(running.url + operationTable.issueAccessToken.path));
  const name: ErrorName = 'SignatureInvalid';
  const issues = validateIssueAccessTokenRequest({});
  return response.status + errorCatalogue[name].code + issues.length;
}
