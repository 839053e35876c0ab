// Runs inside every runtime, from the packed packages: no test runner, no module of Node.
import {
  createNexconnClient,
  NexconnAbortError,
  NexconnAuthenticationError,
  NexconnNetworkError,
  NexconnRateLimitError,
  NexconnRequestError,
  NexconnTimeoutError,
} from '@nexconn-kit/client';
import { createNexconnClient as createLite } from '@nexconn-kit/client/lite';
import { observeNexconn } from '@nexconn-kit/client/otel';
import { operationTable, validateIssueAccessTokenRequest } from '@nexconn-kit/contract';
import { signRequest } from '@nexconn-kit/signing/webcrypto';

const path = '/v4/auth/access-token/issue';
const ada = { userId: 'jlk456j5', name: 'Ada' };
const retry = { baseDelayMs: 1, maxDelayMs: 5 };

/**
 * Runs all checks, one after the other, against a mock.
 *
 * @param {{ url: string, appKey: string, appSecret: string, closedUrl: string, isNode: boolean }} api
 * @returns {Promise<{ name: string, error?: string }[]>}
 */
export async function runSuite(api) {
  const results = [];
  for (const [name, check] of Object.entries(checks)) {
    try {
      await check(api);
      results.push({ name });
    } catch (error) {
      results.push({ name, error: String(error?.stack ?? error) });
    }
  }
  return results;
}

const checks = {
  async 'a named method issues a token'(api) {
    const { client } = make(api);
    const { userId, accessToken } = await client.issueAccessToken(ada);
    equal(userId, ada.userId);
    equal(/^\S{20,256}$/.test(accessToken), true);
    await client.close();
  },

  async 'the client of lite issues a token, and has no http'({ appKey, appSecret, url }) {
    const client = createLite({ appKey, appSecret, baseUrl: url, timeoutMs: 20_000 });
    equal([(await client.issueAccessToken(ada)).userId, client.http], [ada.userId, undefined]);
    await client.close();
  },

  async 'fifty calls at once get fifty tokens'(api) {
    const { client } = make(api);
    const calls = Array.from({ length: 50 }, () => client.issueAccessToken(ada));
    equal(new Set((await Promise.all(calls)).map(({ accessToken }) => accessToken)).size, 50);
    await client.close();
  },

  async 'the http style gives data, and the body of a refusal as error'(api) {
    const good = await make(api).client.http.POST(path, { body: ada });
    equal([good.data.code, good.data.result.userId, good.error, good.response.status], [0, ada.userId, undefined, 200]);
    const bad = await make(api, { appSecret: 'wrongSecret' }).client.http.POST(path, { body: ada });
    equal([bad.data, bad.error.code, bad.response.status], [undefined, 1004, 401]);
  },

  async 'a refused signature is a typed error that shows no secret'(api) {
    const error = await failureOf(make(api, { appSecret: 'wrongSecret' }).client.issueAccessToken(ada));
    equal(error instanceof NexconnAuthenticationError, true);
    const { name, code, apiCode, status, attempts, retryable } = error;
    equal([name, code, apiCode, status], ['NexconnAuthenticationError', 'SIGNATURE_REJECTED', 1004, 401]);
    // Where the runtime may have sent the request twice, it was signed anew once.
    equal([attempts <= 2, retryable], [true, false]);
    equal(`${error.stack}${JSON.stringify(error)}`.includes('wrongSecret'), false);
  },

  async 'a wrong request is refused before it is sent'(api) {
    const { client, events } = make(api);
    const error = await failureOf(client.issueAccessToken({ userId: 'ü', name: 'Ada' }));
    equal([error instanceof NexconnRequestError, error.code], [true, 'INVALID_REQUEST']);
    equal(events('attempt'), []);
  },

  async 'a call is repeated after a 429, and signed anew'(api) {
    const { client, events } = make(api, { retry });
    const { accessToken } = await client.issueAccessToken({ userId: 'mockFault429ThenSuccess', name: 'Ada' });
    equal(accessToken.length > 0, true);
    equal(
      events('attempt').map(({ status }) => status),
      [429, 200],
    );
  },

  async 'a lost connection is a network error'(api) {
    // Lost amid the answer: a request that met a reset is sent again by Deno's own fetch, signature and all.
    const lost = await failureOf(make(api).client.issueAccessToken({ userId: 'mockFaultTruncate', name: 'Ada' }));
    equal([lost instanceof NexconnNetworkError, lost.code, lost.attempts], [true, 'NETWORK', 1]);
    const none = await failureOf(make({ ...api, url: api.closedUrl }).client.issueAccessToken(ada));
    equal([none instanceof NexconnNetworkError, none.code, none.retryable], [true, 'NETWORK', true]);
  },

  async 'the call goes on at the backup where nobody listens at the primary'(api) {
    const { url, closedUrl } = api;
    const { client, events } = make({ ...api, url: undefined }, { baseUrls: [closedUrl, url], retry });
    equal((await client.issueAccessToken(ada)).userId, ada.userId);
    equal(
      events('failover').map(({ from, to }) => [from, to]),
      [[closedUrl, url]],
    );
    equal(
      events('attempt').map(({ host }) => host),
      [closedUrl, url],
    );
  },

  async 'the signal of the caller ends a call'(api) {
    const controller = new AbortController();
    const { client } = make(api);
    const call = failureOf(client.issueAccessToken({ userId: 'mockFaultHang', name: 'Ada' }, controller));
    setTimeout(() => controller.abort(new Error('enough')), 50);
    const error = await call;
    equal([error instanceof NexconnAbortError, error.code, error.cause?.message], [true, 'ABORTED', 'enough']);
    await client.close();
  },

  async 'an attempt ends at timeoutMs, and a call at deadlineMs'(api) {
    const hang = { userId: 'mockFaultHang', name: 'Ada' };
    const timeout = await failureOf(make(api, { timeoutMs: 100 }).client.issueAccessToken(hang));
    equal([timeout instanceof NexconnTimeoutError, timeout.code], [true, 'TIMEOUT']);
    const deadline = await failureOf(make(api, { deadlineMs: 100 }).client.issueAccessToken(hang));
    equal([deadline instanceof NexconnTimeoutError, deadline.code], [true, 'DEADLINE_EXCEEDED']);
  },

  async 'a pair of secrets falls back to the current one, and tells when the next one is accepted'(api) {
    const { appSecret } = api;
    const before = make(api, { appSecret: { current: appSecret, next: 'notYetAccepted' } });
    equal((await before.client.issueAccessToken(ada)).userId, ada.userId);
    equal([before.events('attempt').length, before.events('rotation').length], [2, 0]);
    const after = make(api, { appSecret: { current: 'noLongerAccepted', next: appSecret } });
    equal((await after.client.issueAccessToken(ada)).userId, ada.userId);
    equal([after.events('attempt').length, after.events('rotation').length], [1, 1]);
  },

  async 'a wait for the rate limit is bounded, and says how long it would be'(api) {
    const { client } = make(api, { rateLimit: { perSecond: 1, maxQueueMs: 50 } });
    const calls = Array.from({ length: 5 }, () => client.issueAccessToken(ada).catch((error) => error));
    const refused = (await Promise.all(calls)).filter((each) => each instanceof NexconnRateLimitError);
    equal(refused.length >= 3, true);
    equal(
      refused.every(({ code, attempts }) => code === 'QUEUE_TOO_LONG' && attempts === 0),
      true,
    );
    equal(
      refused.every(({ expectedWaitMs }) => expectedWaitMs > 50),
      true,
    );
  },

  async 'no more requests are sent in a second than the limit says'(api) {
    const { client, events } = make(api, { rateLimit: { perSecond: 20 } });
    await Promise.all(Array.from({ length: 22 }, () => client.issueAccessToken(ada)));
    // As many at least as are above the limit had to wait for it.
    equal(events('wait').length >= 2 && events('wait').every(({ reason }) => reason === 'rate'), true);
  },

  async 'Node sends by undici and signs by node:crypto, all others by what the web has'(api) {
    const { fetch } = globalThis;
    const { digest } = crypto.subtle;
    const used = [];
    globalThis.fetch = (...request) => {
      used.push('fetch');
      return fetch(...request);
    };
    Object.defineProperty(crypto.subtle, 'digest', {
      configurable: true,
      value: (...request) => {
        used.push('WebCrypto');
        return digest.apply(crypto.subtle, request);
      },
    });
    try {
      await make(api).client.issueAccessToken(ada);
    } finally {
      globalThis.fetch = fetch;
      delete crypto.subtle.digest;
    }
    equal(used, api.isNode ? [] : ['WebCrypto', 'fetch']);
  },

  async 'the signing package signs the published example'() {
    const credentials = { appKey: 'uwd1c0sxdlx2', appSecret: 'pässwörd-秘密-🔑' };
    const signed = await signRequest(credentials, { nonce: () => '14314', now: () => 1408710653000 });
    equal(signed.Signature, '982da29c09cd42d5b8fa15f19fcd3cb095bdf768');
  },

  async 'the contract package checks a request'() {
    equal(operationTable.issueAccessToken.path, path);
    equal(validateIssueAccessTokenRequest(ada), []);
    equal(validateIssueAccessTokenRequest({ name: 'Ada' }).length, 1);
  },

  async 'the OpenTelemetry observer takes events, and listens to channels on Node alone'(api) {
    const observer = observeNexconn();
    const { client } = make(api, { onEvent: observer.onEvent });
    equal((await client.issueAccessToken(ada)).userId, ada.userId);
    let refusal;
    try {
      observer.subscribe()();
    } catch (error) {
      refusal = error.code;
    }
    equal(refusal, api.isNode ? undefined : 'INVALID_OPTION');
  },
};

function make({ appKey, appSecret, url }, options = {}) {
  const all = [];
  const onEvent = (event) => all.push(event);
  // A busy machine is no reason to fail.
  const settings = { appKey, appSecret, retry: false, timeoutMs: 20_000, onEvent, ...options };
  const client = createNexconnClient(options.baseUrls ? settings : { ...settings, baseUrl: url });
  return { client, events: (type) => all.filter((event) => event.type === type) };
}

async function failureOf(call) {
  try {
    await call;
  } catch (error) {
    return error;
  }
  throw new Error('The call succeeded.');
}

function equal(actual, expected) {
  const [is, ought] = [actual, expected].map((value) => JSON.stringify(value) ?? 'undefined');
  if (is !== ought) throw new Error(`It is ${is} and ought to be ${ought}.`);
}
