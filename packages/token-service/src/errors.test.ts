import { codesOf, describeErrors, type ErrorExample, enumOf } from '../../../test/support/error-catalogue.js';
import { ada, makeSetting } from '../test/support/make-setting.js';
import { appRequest, jsonRequest } from '../test/support/start-backend.js';
import {
  createMemoryStore,
  createTokenHandler,
  type TokenHandlerOptions,
  type TokenService,
  type TokenServiceError,
  type TokenStore,
} from './index.js';

/** A service whose API answers with a code. */
async function refusedBy(code: number): Promise<TokenService> {
  const { mock, instance } = makeSetting();
  await mock.console.setFault({ sequence: [{ kind: 'answer', code }] });
  return instance();
}

/** A service whose queue for the rate limit is full. */
function crowded(): TokenService {
  const { instance } = makeSetting();
  const tokens = instance({ clientSettings: { rateLimit: { perSecond: 1, maxQueueMs: 1 } } });
  tokens.get({ userId: 'grace1', name: 'Grace' });
  return tokens;
}

/** A store that a full disk lets read, and not more. */
const fullDisk = (): TokenStore => ({
  ...createMemoryStore(),
  read: () => Promise.reject(Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })),
});

async function coolingDown(tokens: TokenService): Promise<unknown> {
  const { accessToken } = await tokens.get(ada);
  return tokens.replace({ ...ada, rejectedToken: accessToken });
}

describeErrors(
  'token-service',
  codesOf('packages/token-service/src/errors.ts', 'TokenServiceErrorCode'),
  {
    INVALID_OPTION: () => makeSetting().instance({ maxWaitMs: -1 }),
    INVALID_USER: () => makeSetting().instance().get({ userId: '', name: 'Ada' }),
    ISSUE_FAILED: async () => (await refusedBy(1001)).get(ada),
    TRY_LATER: async () => (await refusedBy(1000)).get(ada),
    QUEUE_FULL: () => crowded().get(ada),
    COOLING_DOWN: () => coolingDown(makeSetting().instance()),
    STORE_FAILED: () => makeSetting().instance({ store: fullDisk() }).get(ada),
    EXPIRE_FAILED: async () => (await refusedBy(1000)).forget(ada.userId, { expire: true }),
    async ABORTED() {
      const tokens = makeSetting().instance();
      return tokens.reissueAll({ signal: AbortSignal.abort() });
    },
  },
  // Waiting may help where it says for how long.
  (error) => (error as TokenServiceError).retryAfterMs !== undefined,
);

const user = { userId: 'jlk456j5', name: 'Ada' };
/** The headers of a page are not in a `Request` that a test makes: it takes them from the object. */
const elsewhere = { origin: 'https://www.example.com', host: 'app.example.com' };

/** What the endpoint answers, as the page shows it. */
async function ask(
  request: Request,
  options: Partial<TokenHandlerOptions> = {},
  tokens: Pick<TokenService, 'get' | 'replace'> = makeSetting().instance(),
): Promise<ErrorExample> {
  const handler = createTokenHandler(tokens, { authenticate: () => user, onFailure() {}, random: () => 0, ...options });
  const response = await handler(request);
  const text = await response.text();
  const { code, retryAfterSeconds } = JSON.parse(text);
  return { code, text: `HTTP ${response.status}\n${text}`, retryable: retryAfterSeconds !== undefined };
}

describeErrors('token-endpoint', enumOf('spec/token-service/schemas/ProblemCode.yaml'), {
  INVALID_REQUEST: () => ask(jsonRequest({ token: 'x' })),
  NOT_SIGNED_IN: () => ask(appRequest(), { authenticate: () => null }),
  ORIGIN_REFUSED: () => ask(appRequest({ headers: elsewhere })),
  USER_NOT_YOURS: () => ask(jsonRequest({ userId: 'grace1' })),
  ENDPOINT_UNKNOWN: () => ask(appRequest(), { path: '/token' }),
  METHOD_REFUSED: () => ask(appRequest({ method: 'GET' })),
  BODY_TOO_LARGE: () => ask(jsonRequest({ rejectedToken: 'x'.repeat(5_000) })),
  MEDIA_TYPE_REFUSED: () => ask(appRequest({ headers: { 'content-type': 'text/plain' }, body: '{}' })),
  async TOO_MANY_REQUESTS() {
    const tokens = makeSetting().instance();
    const handler = createTokenHandler(tokens, { authenticate: () => user, requestsPerMinute: 1, random: () => 0 });
    await handler(appRequest());
    const response = await handler(appRequest());
    const text = await response.text();
    const { code, retryAfterSeconds } = JSON.parse(text);
    return { code, text: `HTTP ${response.status}\n${text}`, retryable: retryAfterSeconds !== undefined };
  },
  async COOLING_DOWN() {
    const tokens = makeSetting().instance();
    const { accessToken } = await tokens.get(ada);
    return ask(jsonRequest({ rejectedToken: accessToken }), {}, tokens);
  },
  INTERNAL_ERROR: () => ask(appRequest(), { authenticate: () => ({ userId: 42 }) as object as typeof user }),
  ISSUE_FAILED: async () => ask(appRequest(), {}, await refusedBy(1001)),
  TRY_LATER: async () => ask(appRequest(), {}, await refusedBy(1000)),
});
