import type { Environment } from './environment.js';
import { TokenSourceError } from './errors.js';
import { fetchFromEndpoint } from './fetch/fetch-from-endpoint.js';
import type { Settings } from './settings.js';
import type { FetchedToken, FetchTokenRequest, TokenKeepingOptions, TokenSourceOptions } from './types.js';

/** Longer than the ten seconds that a token service lets a caller wait for its turn: the token would come to nobody. */
const usualTimeoutMs = 15_000;

/** Checks the options and gives them their defaults. */
export function resolveOptions(options: TokenSourceOptions, environment: Pick<Environment, 'now'>): Settings {
  const fetchToken = chooseFetch(options, environment);
  const { userId, storage, onEvent } = options;
  return {
    fetchToken,
    userId,
    storage: storage && (typeof storage === 'function' ? storage : () => storage),
    storageKey: options.storageKey ?? `nexconn-token${userId === undefined ? '' : `:${userId}`}`,
    timeoutMs: within(options, 'timeoutMs', usualTimeoutMs, 600_000),
    maxAttempts: within(options, 'maxAttempts', 5, 10),
    onEvent,
  };
}

function chooseFetch(options: TokenSourceOptions, environment: Pick<Environment, 'now'>): Settings['fetchToken'] {
  const { endpoint, fetchToken, token } = options;
  if ([endpoint, fetchToken, token].filter((each) => each !== undefined).length === 1) {
    if (typeof fetchToken === 'function') return fetchToken;
    if (token && typeof token === 'string') return fetchFixed(token);
    if (endpoint) return fetchFromEndpoint(options, environment);
  }
  throw new TokenSourceError('INVALID_OPTION', 'Give endpoint (a URL), fetchToken (a function) or token (text); one.');
}

/** Makes the function that gives one token for ever. */
function fetchFixed(accessToken: string): (request: FetchTokenRequest) => Promise<FetchedToken> {
  return async ({ rejectedToken }) => {
    if (rejectedToken === undefined) return { accessToken };
    throw new TokenSourceError('TOKEN_FIXED', 'The token is a literal one: give endpoint or fetchToken instead.');
  };
}

function within(
  options: Pick<TokenKeepingOptions, 'timeoutMs' | 'maxAttempts'>,
  name: 'timeoutMs' | 'maxAttempts',
  standard: number,
  most: number,
): number {
  const value = options[name] ?? standard;
  if (value >= 1 && value <= most && Number.isInteger(value)) return value;
  throw new TokenSourceError('INVALID_OPTION', `${name} is ${value}; it must be a whole number from 1 to ${most}.`);
}
