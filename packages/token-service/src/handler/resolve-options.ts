import type { OptionNames } from '../check-options.js';
import { optionChecks, refuseOption } from '../errors.js';
import { ownMonotonicClock } from '../own-clock.js';
import { listenerOf, longestTimerMs, readNumbers } from '../resolve-options.js';
import { performanceNow } from '../system-time.js';
import { appLogin, isChallenge } from './authenticate.js';
import { createFailureReport } from './report-failures.js';
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
  readonly bodyTimeoutMs: number;
  readonly requestsPerMinute: number;
  readonly maxUsersCounted: number;
  readonly onFailure: (failure: TokenHandlerFailure) => void;
  readonly random: () => number;
  readonly monotonicNow: () => number;
}

const count = { min: 1, max: Number.MAX_SAFE_INTEGER, isWhole: true };
const numbers = {
  authenticateTimeoutMs: { ...count, unit: 'milliseconds', max: longestTimerMs, byDefault: 5_000 },
  maxBodyBytes: { ...count, unit: 'bytes', byDefault: 4_096 },
  bodyTimeoutMs: { ...count, unit: 'milliseconds', max: longestTimerMs, byDefault: 10_000 },
  requestsPerMinute: { ...count, unit: 'requests', byDefault: 10 },
  maxUsersCounted: { ...count, unit: 'users', byDefault: 100_000 },
};
const names: OptionNames<TokenHandlerOptions> = {
  ...numbers,
  authenticate: 0,
  challenge: 0,
  allowedOrigins: 0,
  path: 0,
  onFailure: 0,
  random: 0,
  monotonicNow: 0,
};

/** @throws {TokenServiceError} INVALID_OPTION */
export function resolveHandlerOptions<Context extends readonly unknown[]>(
  options: TokenHandlerOptions<Context>,
): HandlerSettings<Context> {
  const { authenticate, challenge = appLogin, allowedOrigins = [], path, onFailure } = options ?? {};
  const { random = Math.random, monotonicNow: clock } = options ?? {};
  if (typeof authenticate !== 'function') {
    refuseOption('authenticate', 'is missing. Pass a function that returns the user who is logged in, or undefined.');
  }
  optionChecks.checkNames(options, names);
  if (!isChallenge(challenge)) refuseOption('challenge', 'is no challenge. Pass a scheme, such as Bearer.');
  if (!Array.isArray(allowedOrigins))
    refuseOption('allowedOrigins', 'is no list. Pass origins, as https://app.example.com.');
  for (const origin of allowedOrigins) checkOrigin(origin);
  if (path !== undefined && !(typeof path === 'string' && /^\/[^?#]*$/.test(path))) {
    refuseOption('path', 'is no path. Pass one that begins with /, without a query.');
  }
  for (const [option, value] of Object.entries({ onFailure, random, monotonicNow: clock }))
    optionChecks.checkFunction(option, value);
  const monotonicNow = ownMonotonicClock('monotonicNow', clock, performanceNow);
  return {
    ...{ authenticate, challenge, allowedOrigins, path, monotonicNow },
    random: shareOf(random),
    ...readNumbers(options, numbers),
    onFailure: listenerOf('onFailure', onFailure ?? createFailureReport({ monotonicNow })),
  };
}

/** An answer needs its jitter, so that whatever `random` does, there is a number from 0 to 1. */
function shareOf(random: () => number): () => number {
  return () => {
    try {
      const share = random();
      if (typeof share === 'number' && share >= 0 && share <= 1) return share;
    } catch {
      // The same as no number.
    }
    return Math.random();
  };
}

function checkOrigin(origin: unknown): void {
  // `null` is the origin of every sandboxed page, and `*` would let any page take the user's token.
  const isOrigin = typeof origin === 'string' && /^[a-z][a-z0-9+.-]*:\/\/[^/*?#@\s]+$/.test(origin);
  const isWeb = isOrigin && /^https?:/.test(origin);
  // Other schemes, such as capacitor://localhost, have no origin in the sense of URL, but browsers send them.
  if (isOrigin && (!isWeb || (URL.canParse(origin) && new URL(origin).origin === origin))) return;
  const advice = 'Pass scheme, host and port alone, as https://app.example.com.';
  refuseOption('allowedOrigins', `has an entry that is no origin. ${advice}`);
}
