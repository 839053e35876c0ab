import { servers } from '@nexconn-kit/contract';
import type { HeaderPrefix } from '@nexconn-kit/signing';
import { NexconnConfigurationError } from '../errors.js';
import type {
  AppSecret,
  Fetch,
  NexconnClientOptions,
  NexconnEvent,
  RateLimitOptions,
  RateStore,
  RetryOptions,
} from '../types.js';
import type { RetryPlan } from './plan-retry.js';

/** The options of a client, checked once, with every default in place. */
export interface Settings {
  /** Primary first; none has a slash at its end. */
  readonly baseUrls: readonly string[];
  readonly dangerouslyAllowHttp: boolean;
  readonly appKey: string;
  readonly appSecret: AppSecret;
  readonly headerPrefix: HeaderPrefix | undefined;
  readonly nonce: (() => string) | undefined;
  readonly now: () => number;
  readonly fetch: Fetch | undefined;
  readonly timeoutMs: number;
  readonly deadlineMs: number;
  readonly retry: RetryPlan;
  readonly rateLimit: RatePlan | undefined;
  readonly failoverCoolDownMs: number;
  /** Matches whole user IDs. */
  readonly userIdPattern: RegExp | undefined;
  readonly validateRequests: boolean;
  readonly onEvent: ((event: NexconnEvent) => void) | undefined;
}

/** How the rate limit is kept, with every default in place. */
export interface RatePlan {
  /** Undefined for what the document says. */
  readonly perSecond: number | undefined;
  readonly maxQueueMs: number;
  readonly store: RateStore | undefined;
  readonly shareWithoutStore: number;
}

// Timers of every runtime count in 32 bits and would fire at once beyond that.
const longestMs = 2 ** 31 - 1;

/** @throws {NexconnConfigurationError} INVALID_CONFIGURATION */
export function resolveSettings(options: NexconnClientOptions): Settings {
  const { appKey, appSecret, headerPrefix, now = Date.now, nonce, onEvent, fetch } = options ?? {};
  const { timeoutMs = 5000, deadlineMs = 30_000, failoverCoolDownMs = 30_000, validateRequests = true } = options ?? {};
  const dangerouslyAllowHttp = options?.dangerouslyAllowHttp === true;
  checkCredential('appKey', 'App Key', 'NEXCONN_APP_KEY', appKey);
  // Other characters cannot stand in a header.
  if (!/^[!-+\--~]+$/.test(appKey)) refuse('appKey', 'has characters that no App Key has. Copy it again.');
  if (typeof appSecret !== 'function') checkSecret(appSecret, appKey);
  if (headerPrefix && headerPrefix !== 'RC-') refuse('headerPrefix', "is neither '' nor 'RC-'. Leave it out.");
  for (const [option, value] of Object.entries({ fetch, now, nonce, onEvent })) checkFunction(option, value);
  return {
    baseUrls: resolveHosts(options, dangerouslyAllowHttp),
    dangerouslyAllowHttp,
    appKey,
    appSecret,
    headerPrefix,
    nonce,
    now,
    fetch,
    timeoutMs: checkMs('timeoutMs', timeoutMs),
    deadlineMs: checkMs('deadlineMs', deadlineMs),
    retry: resolveRetry(options.retry),
    rateLimit: resolveRateLimit(options.rateLimit),
    failoverCoolDownMs: checkMs('failoverCoolDownMs', failoverCoolDownMs),
    userIdPattern: wholeMatch(options.userIdPattern),
    validateRequests,
    onEvent,
  };
}

/** Checks one App Secret or a pair. @throws {NexconnConfigurationError} INVALID_CONFIGURATION */
export function checkSecret(value: unknown, appKey: string): void {
  const secrets =
    typeof value === 'object' && value !== null ? [Reflect.get(value, 'current'), Reflect.get(value, 'next')] : [value];
  for (const secret of secrets) {
    checkCredential('appSecret', 'App Secret', 'NEXCONN_APP_SECRET', secret);
    if (secret === appKey) {
      refuse('appSecret', 'is the App Key. Pass the App Secret; the console shows it beside the key.');
    }
  }
}

function resolveRetry(given: RetryOptions | false | undefined): RetryPlan {
  const { maxAttempts = 4, baseDelayMs = 200, maxDelayMs = 5_000, maxRetryAfterMs = 60_000 } = given || {};
  // Without retries there is one attempt at each host, and one more for each reason to sign anew.
  const attempts = given === false ? 4 : checkNumber('retry.maxAttempts', maxAttempts, 1, 20, 'a whole number');
  return {
    isOn: given !== false,
    maxAttempts: Math.floor(attempts),
    baseDelayMs: checkMs('retry.baseDelayMs', baseDelayMs),
    maxDelayMs: checkMs('retry.maxDelayMs', maxDelayMs),
    maxRetryAfterMs: checkMs('retry.maxRetryAfterMs', maxRetryAfterMs),
  };
}

function resolveRateLimit(given: RateLimitOptions | false | undefined): RatePlan | undefined {
  if (given === false) return undefined;
  const { perSecond, maxQueueMs = 10_000, store, shareWithoutStore = 0.1 } = given ?? {};
  if (store !== undefined) checkFunction('rateLimit.store.reserve', store?.reserve ?? null);
  return {
    perSecond: perSecond && Math.floor(checkNumber('rateLimit.perSecond', perSecond, 1, 1_000_000, 'a number')),
    maxQueueMs: checkMs('rateLimit.maxQueueMs', maxQueueMs),
    store,
    shareWithoutStore: checkNumber('rateLimit.shareWithoutStore', shareWithoutStore, 0.001, 1, 'a number'),
  };
}

/** @throws {NexconnConfigurationError} INVALID_CONFIGURATION */
export function checkMs(option: string, value: number): number {
  return checkNumber(option, value, 1, longestMs, 'milliseconds');
}

/** @throws {NexconnConfigurationError} INVALID_CONFIGURATION */
export function checkLane(lane: unknown): void {
  if (lane !== 'interactive' && lane !== 'bulk') refuse('lane', "is neither 'interactive' nor 'bulk'. Leave it out.");
}

function checkNumber(option: string, value: number, least: number, most: number, what: string): number {
  if (!(typeof value === 'number' && value >= least && value <= most)) {
    refuse(option, `is ${describe(value)}. Pass ${what} from ${least} to ${most}.`);
  }
  return value;
}

/** @throws {NexconnConfigurationError} INVALID_CONFIGURATION */
export function resolveBaseUrl(baseUrl: string, dangerouslyAllowHttp: boolean, option = 'baseUrl'): string {
  const from = 'Pass an address such as https://api.example.com, for example from NEXCONN_BASE_URL.';
  const url = typeof baseUrl === 'string' && URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  if (!url) return refuse(option, `is not an absolute URL. ${from}`);
  if (url.username || url.password) refuse(option, `holds a user name or password. ${from}`);
  if (url.search || url.hash) refuse(option, `has a query or a fragment. ${from}`);
  if (url.protocol === 'http:' && !isLoopback(url.hostname) && !dangerouslyAllowHttp) {
    refuse(option, `is not encrypted: ${url.origin}. Use https; http is for this machine only.`);
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    refuse(option, `begins with ${url.protocol} instead of https:. ${from}`);
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

function resolveHosts(options: NexconnClientOptions, dangerouslyAllowHttp: boolean): string[] {
  const { region, baseUrl, baseUrls } = options;
  const given = Object.entries({ region, baseUrl, baseUrls }).filter(([, value]) => value !== undefined);
  const known = [...new Set(servers.map((server) => server.region))].join(', ');
  const from = 'for example from NEXCONN_REGION, or baseUrl from NEXCONN_BASE_URL';
  if (given.length > 1) {
    refuse(given[0]?.[0] ?? '', `and ${given[1]?.[0]} are both given. Pass one: each decides the host by itself.`);
  }
  if (baseUrl !== undefined) return [resolveBaseUrl(baseUrl, dangerouslyAllowHttp)];
  if (baseUrls !== undefined) {
    if (!Array.isArray(baseUrls) || baseUrls.length !== 2) refuse('baseUrls', 'is not a pair: [primary, backup].');
    return baseUrls.map((each) => resolveBaseUrl(each, dangerouslyAllowHttp, 'baseUrls'));
  }
  if (region === undefined) return refuse('region', `is missing. Pass the region of your app (${known}), ${from}.`);
  const found = servers.filter((each) => each.region === region);
  if (found.length === 0) return refuse('region', `is ${describe(region)}. Pass one of ${known}, ${from}.`);
  return [...found].sort((a, b) => Number(b.role === 'primary') - Number(a.role === 'primary')).map(({ url }) => url);
}

function isLoopback(hostname: string): boolean {
  return /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}

/** Never shows the value: App Key and App Secret are mixed up often. */
function checkCredential(option: string, title: string, variable: string, value: unknown): void {
  const from = `Pass the ${title} of the Nexconn console, for example from the environment variable ${variable}.`;
  if (value === undefined || value === null || value === '') refuse(option, `is missing. ${from}`);
  if (typeof value !== 'string') refuse(option, `is of type ${typeof value}. ${from}`);
  if (String(value).trim() !== value) refuse(option, `begins or ends with white space. ${from}`);
}

function checkFunction(option: string, value: unknown): void {
  if (value !== undefined && typeof value !== 'function') refuse(option, 'is not a function. Leave it out.');
}

function wholeMatch(pattern: RegExp | undefined): RegExp | undefined {
  if (pattern === undefined) return undefined;
  if (!(pattern instanceof RegExp)) return refuse('userIdPattern', 'is not a regular expression. Pass /^[\\w-]+$/.');
  // g and y keep a position from one call to the next, m would let a line within the ID match.
  return new RegExp(`^(?:${pattern.source})$`, pattern.flags.replace(/[gym]/g, ''));
}

function describe(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value.slice(0, 40)) : String(value);
}

function refuse(option: string, problem: string): never {
  throw new NexconnConfigurationError(`${option} ${problem}`, { code: 'INVALID_CONFIGURATION', option });
}
