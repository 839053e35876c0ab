import { isRequestError, refuseOption } from '../errors.js';
import type { HandedToken, TokenUser } from '../types.js';
import { shapeOfUserId } from '../users/user-id-shape.js';
import { challengeFor, identify } from './authenticate.js';
import { keepAlive } from './keep-alive.js';
import { checkTokens, makeOnce } from './make-once.js';
import { addressOf, createOrigins } from './origins.js';
import { Problem, retryAfterSeconds, toProblem } from './problem.js';
import { readBody, refuseBody } from './read-body.js';
import { resolveHandlerOptions } from './resolve-options.js';
import { type TokenAnswer, toHandler } from './token-answer.js';
import type { TokenHandler, TokenHandlerOptions, Tokens } from './types.js';
import { createUserRateLimiter } from './user-rate-limit.js';

/**
 * Creates the endpoint that hands tokens to an app, as a web-standard handler.
 *
 * Who is logged in is decided by `authenticate`, and by nothing else. Pages of other origins are refused unless listed.
 *
 * @param tokens The token service, or a function that makes it for the first user who asks: where settings or a store are not
 *   there yet as the module is loaded, as in a build. It gets what `authenticate` gets behind the request, and is called again
 *   by the next request where it has failed.
 * @throws {TokenServiceError} INVALID_OPTION
 * @see spec/token-service/openapi.yaml
 * @example
 * const handler = createTokenHandler(tokens, { authenticate: (request) => sessions.userOf(request) });
 * const response = await handler(request);
 * @example
 * export const POST = createTokenHandler(
 *   async () => createTokenService({ client: createNexconnClient(), store: await createSqliteStore('tokens.db') }),
 *   { authenticate },
 * );
 */
export function createTokenHandler<Context extends readonly unknown[] = []>(
  tokens: Tokens | ((...context: Context) => Tokens | PromiseLike<Tokens>),
  options: TokenHandlerOptions<Context>,
): TokenHandler<Context> {
  const tokensOf = typeof tokens === 'function' ? makeOnce(tokens) : alwaysSame(checkTokens(tokens));
  const settings = resolveHandlerOptions(options);
  const { authenticate, authenticateTimeoutMs, challenge, path, maxBodyBytes, bodyTimeoutMs, onFailure, random } =
    settings;
  const origins = createOrigins(settings.allowedOrigins);
  const limiter = createUserRateLimiter({
    perMinute: settings.requestsPerMinute,
    maxUsers: settings.maxUsersCounted,
    monotonicNow: settings.monotonicNow,
  });

  function refuseRequest(request: Request): void {
    if (path !== undefined && addressOf(request).pathname !== path) {
      throw new Problem('ENDPOINT_UNKNOWN', 'There is no such endpoint.');
    }
    if (request.method === 'OPTIONS') return;
    if (request.method !== 'POST') throw new Problem('METHOD_REFUSED', 'Only POST gives a token.');
    origins.admit(request);
    refuseBody(request, maxBodyBytes);
  }

  function checkRateLimit({ userId }: TokenUser): void {
    const retryAfterMs = limiter.acquire(userId);
    if (retryAfterMs === 0) return;
    throw new Problem('TOO_MANY_REQUESTS', 'Too many requests for this user. Ask again later.', { retryAfterMs });
  }

  async function tokenFor(request: Request, user: TokenUser, context: Context): Promise<HandedToken> {
    checkRateLimit(user);
    const { rejectedToken } = await readBody(request, user.userId, maxBodyBytes, bodyTimeoutMs);
    const service = await tokensOf(context);
    const handed = rejectedToken === undefined ? service.get(user) : service.replace({ ...user, rejectedToken });
    keepAlive(context, handed);
    return checkHanded(await handed, user);
  }

  function answer(request: Request, status: number, body: object, more?: Record<string, string>): TokenAnswer {
    const headers = { ...origins.headersFor(request), ...bodyHeaders, ...more };
    return { status, headers: Object.entries(headers), body: JSON.stringify(body) };
  }

  function answerProblem(request: Request, problem: Problem, userId: string | undefined): TokenAnswer {
    const { code, status, message } = problem;
    if (status >= 500) {
      const userIdShape = isUserIdRefused(problem.cause) ? shapeOfUserId(`${userId}`) : undefined;
      onFailure({ code, status, userId, ...(userIdShape && { userIdShape }), error: problem.cause });
    }
    const wait = retryAfterSeconds(problem, random);
    const body = { code, message, ...(wait && { retryAfterSeconds: wait }) };
    return answer(request, status, body, {
      ...(wait && { 'Retry-After': `${wait}` }),
      ...(status === 401 && { 'WWW-Authenticate': challengeFor(request, challenge) }),
      ...(status === 405 && { Allow: 'POST, OPTIONS' }),
    });
  }

  return toHandler(async function answerTokenRequest(request, ...context: Context) {
    checkRequest(request);
    let userId: string | undefined;
    try {
      refuseRequest(request);
      if (request.method === 'OPTIONS') return answerOptions(origins.preflight(request));
      const user = await identify(() => authenticate(request, ...context), authenticateTimeoutMs);
      userId = user.userId;
      const { accessToken, expiresInSeconds } = await tokenFor(request, user, context);
      return answer(request, 200, { userId, accessToken, expiresInSeconds });
    } catch (thrown) {
      return answerProblem(request, toProblem(thrown), userId);
    }
  });
}

/** By what is used of it: a `Request` may be that of another realm, or of a library. */
function checkRequest(request: unknown): void {
  const { url, method, headers } = Object(request) as Partial<Request>;
  if (typeof url === 'string' && typeof method === 'string' && typeof headers?.get === 'function') return;
  const message =
    'request is no Request of the web standard, such as fetch takes. Where Node, or Express, calls with a request and a ' +
    'response of its own, pass toNodeListener(handler) of @nexconn-kit/token-service/node; to Fastify, toFastifyPlugin.';
  throw new TypeError(message);
}

function alwaysSame(tokens: Tokens): () => Tokens {
  return () => tokens;
}

/** A service may be one of somebody else, or be wrapped. @throws {TokenServiceError} INVALID_OPTION */
function checkHanded(handed: HandedToken, user: TokenUser): HandedToken {
  // Read once: what was checked is what is handed out.
  const { userId, accessToken, expiresInSeconds } = Object(handed) as Partial<HandedToken>;
  if (userId !== user.userId) return refuseHanded('no token of the user who was asked for');
  if (typeof accessToken !== 'string' || accessToken.trim() === '') return refuseHanded('no accessToken');
  if (expiresInSeconds !== null && !Number.isFinite(expiresInSeconds)) {
    return refuseHanded('an expiresInSeconds that is neither a number nor null');
  }
  return { userId, accessToken, expiresInSeconds: expiresInSeconds as number | null };
}

function refuseHanded(problem: string): never {
  return refuseOption(
    'tokens',
    `resolved to ${problem}; nothing was handed out. Have get and replace pass on what those of createTokenService resolve to.`,
  );
}

/** Whether a request was refused for the ID of its user. */
function isUserIdRefused(error: unknown): boolean {
  return isRequestError(error) && error.issues.some(({ field }) => field === 'userId');
}

const noStore = { 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' };
const bodyHeaders = { ...noStore, 'Content-Type': 'application/json; charset=utf-8' };

function answerOptions(headers: Record<string, string>): TokenAnswer {
  return { status: 204, headers: Object.entries({ ...headers, ...noStore }), body: undefined };
}
