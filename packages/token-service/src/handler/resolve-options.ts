import { TokenServiceError } from '../errors.js';
import { appLogin, isChallenge } from './authenticate.js';
import type { TokenHandlerFailure, TokenHandlerOptions } from './types.js';

/** The options of a handler, checked once, with every default in place. */
export interface HandlerSettings<Context extends readonly unknown[]> {
  readonly authenticate: TokenHandlerOptions<Context>['authenticate'];
  readonly authenticateTimeoutMs: number;
  readonly challenge: string;
  readonly allowedOrigins: readonly string[];
  /** Undefined where every path is this endpoint. */
  readonly path: string | undefined;
  readonly maxBodyBytes: number;
  readonly requestsPerMinute: number;
  readonly maxUsersCounted: number;
  readonly onFailure: (failure: TokenHandlerFailure) => void;
  readonly random: () => number;
  readonly clock: () => number;
}

/** @throws {TokenServiceError} INVALID_OPTION */
export function resolveHandlerOptions<Context extends readonly unknown[]>(
  options: TokenHandlerOptions<Context>,
): HandlerSettings<Context> {
  const {
    authenticate,
    authenticateTimeoutMs = 5_000,
    challenge = appLogin,
    allowedOrigins = [],
    path,
    maxBodyBytes = 4_096,
  } = options ?? {};
  const { requestsPerMinute = 10, maxUsersCounted = 100_000, onFailure = () => {} } = options ?? {};
  const { random = Math.random, clock = () => performance.now() } = options ?? {};
  if (typeof authenticate !== 'function') {
    refuse('authenticate', 'is missing. Pass a function that gives the user who is logged in, or undefined.');
  }
  if (!isChallenge(challenge)) refuse('challenge', 'is no challenge. Pass a scheme, such as Bearer.');
  if (!Array.isArray(allowedOrigins)) refuse('allowedOrigins', 'is no list. Pass origins, as https://app.example.com.');
  for (const origin of allowedOrigins) checkOrigin(origin);
  if (path !== undefined && !(typeof path === 'string' && /^\/[^?#]*$/.test(path))) {
    refuse('path', 'is no path. Pass one that begins with /, without a query.');
  }
  for (const [option, value] of Object.entries({
    authenticateTimeoutMs,
    maxBodyBytes,
    requestsPerMinute,
    maxUsersCounted,
  })) {
    if (Number.isSafeInteger(value) && value >= 1) continue;
    refuse(option, `is ${typeof value === 'number' ? value : typeof value}. Pass a whole number, 1 or more.`);
  }
  return {
    authenticate,
    authenticateTimeoutMs,
    challenge,
    allowedOrigins,
    path,
    maxBodyBytes,
    requestsPerMinute,
    maxUsersCounted,
    onFailure,
    random,
    clock,
  };
}

function checkOrigin(origin: unknown): void {
  // `null` is the origin of every sandboxed page, and `*` would let any page take the user's token.
  const isOrigin = typeof origin === 'string' && /^[a-z][a-z0-9+.-]*:\/\/[^/*?#@\s]+$/.test(origin);
  const isWeb = isOrigin && /^https?:/.test(origin);
  // Other schemes, such as capacitor://localhost, have no origin in the sense of URL, but browsers send them.
  if (isOrigin && (!isWeb || (URL.canParse(origin) && new URL(origin).origin === origin))) return;
  refuse(
    'allowedOrigins',
    'has an entry that is no origin. Pass scheme, host and port alone, as https://app.example.com.',
  );
}

function refuse(option: string, problem: string): never {
  throw new TokenServiceError(`${option} ${problem}`, { code: 'INVALID_OPTION' });
}
