import type { OptionNames } from './check-options.js';
import { optionChecks, TokenSourceError } from './errors.js';
import { fetchFromEndpoint } from './fetch/fetch-from-endpoint.js';
import { type Settings, storageOpener } from './settings.js';
import type { FetchedToken, FetchTokenRequest, TokenSourceOptions } from './types.js';

/** Longer than the ten seconds that a token service may hold a caller in its queue: its token would reach nobody. */
const defaultTimeoutMs = 15_000;

const { checkChoice, checkFunction, checkNames, checkNumber, checkText } = optionChecks;

const names: OptionNames<TokenSourceOptions> = {
  endpoint: 0,
  headers: 0,
  credentials: 0,
  fetch: 0,
  fetchToken: 0,
  token: 0,
  userId: 0,
  // localStorage is null in a WebView without one.
  storage: null,
  storageKey: 0,
  timeoutMs: 0,
  maxAttempts: 0,
  onEvent: 0,
};

/** Returns the options, checked and with their defaults. */
export function resolveOptions(options: TokenSourceOptions): Settings {
  checkNames(options, names);
  const fetchToken = chooseFetch(options);
  const { userId, storage, onEvent, timeoutMs = defaultTimeoutMs, maxAttempts = 5 } = options;
  const { storageKey = `nexconn-token${userId === undefined ? '' : `:${userId}`}` } = options;
  checkFunction('onEvent', onEvent);
  checkFunction('fetch', options.fetch);
  if (typeof options.headers !== 'object') checkFunction('headers', options.headers);
  checkChoice('credentials', options.credentials ?? 'omit', ['omit', 'same-origin', 'include']);
  if (userId !== undefined) checkText('userId', userId);
  return {
    fetchToken,
    userId,
    storage: storage == null ? undefined : storageOpener(storage),
    storageKey: checkText('storageKey', storageKey),
    timeoutMs: checkNumber('timeoutMs', timeoutMs, { unit: 'milliseconds', min: 1, max: 600_000, isWhole: true }),
    maxAttempts: checkNumber('maxAttempts', maxAttempts, { unit: 'attempts', min: 1, max: 10, isWhole: true }),
    onEvent,
  };
}

function chooseFetch(options: TokenSourceOptions): Settings['fetchToken'] {
  const { endpoint, fetchToken, token } = options;
  if ([endpoint, fetchToken, token].filter((each) => each !== undefined).length === 1) {
    if (typeof fetchToken === 'function') return fetchToken;
    if (typeof token === 'string' && token.trim()) return fetchFixed(token);
    if (endpoint && typeof (typeof endpoint === 'string' ? endpoint : endpoint.href) === 'string')
      return fetchFromEndpoint(options);
  }
  const message = 'Pass one of endpoint (a URL), fetchToken (a function) and token (text).';
  throw new TokenSourceError(message, { code: 'INVALID_OPTION' });
}

/** Returns the function that has one token for ever. */
function fetchFixed(accessToken: string): (request: FetchTokenRequest) => Promise<FetchedToken> {
  return async ({ rejectedToken }) => {
    if (rejectedToken === undefined) return { accessToken };
    const message = 'The token is a literal one: pass endpoint or fetchToken instead.';
    throw new TokenSourceError(message, { code: 'TOKEN_FIXED' });
  };
}
