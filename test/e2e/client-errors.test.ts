import { createNexconnClient, type NexconnClientOptions, type NexconnError } from '@nexconn-kit/client';
import { createMock } from '@nexconn-kit/mock';
import { afterEach, expect, it, vi } from 'vitest';
import { codesOf, describeErrors, type ErrorExample, readEntries } from '../support/error-catalogue.js';
import { startConnectProxy } from '../support/start-connect-proxy.js';

afterEach(() => void vi.unstubAllGlobals());

const request = { userId: 'jlk456j5', name: 'Ada' };
const host = { appKey: 'uwd1c0sxdlx2', appSecret: 'Y1W2MeFwwwRxa0', baseUrl: 'https://api.example.com' };
type Settings = Partial<Omit<NexconnClientOptions, 'region' | 'baseUrl' | 'baseUrls'>>;

/** The failure of a call whose request is answered so. */
function callBy(settings: Settings): Promise<unknown> {
  return createNexconnClient({ ...host, retry: false, ...settings }).issueAccessToken(request);
}

const answer = (body: string | null, init: ResponseInit) => () =>
  callBy({ fetch: async () => new Response(body, init) });
const html = { 'content-type': 'text/html' };

/** What the mock answers with one of the API's codes, and what the client makes of that. */
async function refuse(code: number): Promise<{ answer: Response; call: Promise<unknown> }> {
  const mock = createMock();
  await mock.console.setFault({ sequence: [{ kind: 'answer', code }] });
  let last = new Response();
  const fetch = async (given: Request): Promise<Response> => {
    last = await mock.fetch(given);
    return last.clone();
  };
  const call = callBy({ appKey: mock.appKey, appSecret: mock.appSecret, fetch });
  await call.catch(() => undefined);
  return { answer: last, call };
}

const refusedBy = (code: number) => async () => (await refuse(code)).call;
const hang = (): Promise<Response> => new Promise(() => {});
const failureOf = (call: Promise<unknown>): Promise<unknown> => call.catch((error: unknown) => error);

describeErrors(
  'client',
  codesOf('packages/client/src/errors.ts', 'NexconnErrorCode'),
  {
    INVALID_OPTION: () => createNexconnClient({ ...host, timeoutMs: -1 }),
    BROWSER_REFUSED() {
      vi.stubGlobal('window', {});
      vi.stubGlobal('document', {});
      vi.stubGlobal('process', undefined);
      return createNexconnClient(host);
    },
    INVALID_REQUEST: () => createNexconnClient(host).issueAccessToken({ userId: 'user_123', name: 'Ada' }),
    REQUEST_REJECTED: refusedBy(1002),
    SIGNATURE_REJECTED: refusedBy(1004),
    CREDENTIALS_REJECTED: refusedBy(1001),
    APP_UNAVAILABLE: refusedBy(1006),
    CALL_RESTRICTED: refusedBy(1007),
    UNAUTHORIZED: answer('<h1>Log in</h1>', { status: 401, headers: html }),
    RATE_LIMITED: refusedBy(1008),
    async QUEUE_TOO_LONG() {
      const nexconn = createNexconnClient({ ...host, fetch: hang, rateLimit: { perSecond: 1, maxQueueMs: 1 } });
      const calls = [0, 1].map(() => failureOf(nexconn.issueAccessToken(request)));
      return Promise.race(calls);
    },
    USER_LIMIT_REACHED: refusedBy(2007),
    SERVICE_NOT_ENABLED: refusedBy(1009),
    SERVICE_FAILED: answer('<h1>Bad Gateway</h1>', { status: 502, headers: html }),
    NETWORK: () =>
      Promise.all(
        ['ECONNREFUSED', 'DEPTH_ZERO_SELF_SIGNED_CERT'].map((code) =>
          failureOf(
            callBy({
              fetch: () =>
                Promise.reject(new TypeError('fetch failed', { cause: Object.assign(new Error(), { code }) })),
            }),
          ),
        ),
      ),
    async PROXY_FAILED() {
      await using proxy = await startConnectProxy({ answer: () => 403 });
      return await Promise.all(['http://127.0.0.1:1', proxy.url].map((url) => failureOf(callBy({ proxy: url }))));
    },
    TIMEOUT: () => callBy({ fetch: hang, timeoutMs: 20, deadlineMs: 60_000 }),
    DEADLINE_EXCEEDED: () => callBy({ fetch: hang, timeoutMs: 60_000, deadlineMs: 20 }),
    ABORTED: () => createNexconnClient(host).issueAccessToken(request, { signal: AbortSignal.abort() }),
    MALFORMED_RESPONSE: answer('{"code":0,"result":{"userId":"jlk456j5"}}', { status: 200 }),
    UNEXPECTED_RESPONSE: answer(null, { status: 302, headers: { location: 'https://www.example.com/' } }),
    RESPONSE_TOO_LARGE: answer('x'.repeat(10_000_000), { status: 200 }),
  },
  (error) => (error as NexconnError).retryable,
);

const apiEntries = readEntries('api');
describeErrors(
  'api',
  apiEntries.map(({ code }) => code),
  Object.fromEntries(apiEntries.map(({ code }) => [code, () => answerOf(Number(code))])),
);

/** The answer with a code, as the page shows it, and whether the client retries it. */
async function answerOf(apiCode: number): Promise<ErrorExample> {
  const { answer: given, call } = await refuse(apiCode);
  const { retryable } = (await failureOf(call)) as NexconnError;
  const body = (await given.json()) as { code: number };
  return { code: body.code, text: `HTTP ${given.status}\n${JSON.stringify(body)}`, retryable };
}

it('an error written as JSON has no address of a page in it', async () => {
  const error = await failureOf(callBy({ fetch: hang, timeoutMs: 20 }));
  expect(JSON.stringify(error)).not.toContain('errors.html');
});
