import type { HeaderPrefix } from '@nexconn-kit/signing';
import { resolveProxy } from '#platform';
import type { Priority } from './call-options.js';
import type { NumberRule, OptionNames } from './check-options.js';
import { optionChecks, refuseOption as refuse } from './errors.js';
import { nexconnApi } from './nexconn-api.js';
import { resolveHeaders } from './options/headers.js';
import { resolveHosts } from './options/hosts.js';
import type { RateStore } from './rate-limit/rate-store.js';
import { dateNow } from './system-time.js';
import type { Api } from './table-types.js';
import type { ProxyPlan } from './transport/transport.js';
import type { AppSecret, Fetch, NexconnClientOptions, NexconnEvent, RateLimitOptions, RetryOptions } from './types.js';

/** The options of a client, checked once, with every default in place. */
export interface Settings {
  /** What the client calls. */
  readonly api: Api;
  /** Primary first; none has a slash at its end. */
  readonly baseUrls: readonly string[];
  readonly dangerouslyAllowHttp: boolean;
  readonly appKey: string;
  readonly appSecret: AppSecret;
  /** Sent with each request, their names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly headerPrefix: HeaderPrefix | undefined;
  readonly nonce: (() => string) | undefined;
  readonly now: () => number;
  readonly fetch: Fetch | undefined;
  readonly proxy: ProxyPlan | undefined;
  readonly timeoutMs: number;
  readonly deadlineMs: number;
  readonly retry: RetryPlan;
  readonly rateLimit: RatePlan | undefined;
  readonly failoverCoolDownMs: number;
  /** Matches whole user IDs. */
  readonly userIdPattern: RegExp | undefined;
  readonly validateRequests: boolean;
  readonly checkEchoes: boolean;
  readonly onEvent: ((event: NexconnEvent) => void) | undefined;
}

/** How calls are retried, with every default in place. */
export interface RetryPlan {
  /** Whether a host is tried more than once. */
  readonly isOn: boolean;
  readonly maxAttempts: number;
  readonly baseDelayMs: number;
  readonly maxDelayMs: number;
  readonly maxRetryAfterMs: number;
}

/** How the rate limit is kept, with every default in place. */
export interface RatePlan {
  /** Undefined for the document's limit. */
  readonly perSecond: number | undefined;
  readonly maxQueueMs: number;
  readonly store: RateStore | undefined;
  readonly shareWithoutStore: number;
}

/** The numbers among the options, and their defaults. */
const clientNumbers = { timeoutMs: 5_000, deadlineMs: 30_000, failoverCoolDownMs: 30_000 };
const retryNumbers = { maxAttempts: 4, baseDelayMs: 200, maxDelayMs: 5_000, maxRetryAfterMs: 60_000 };
const rateLimitNumbers = { maxQueueMs: 10_000, shareWithoutStore: 0.1 };
const rateLimitNames: OptionNames<RateLimitOptions> = { ...rateLimitNumbers, perSecond: 0, store: 0 };
const clientNames: OptionNames<NexconnClientOptions> = {
  ...clientNumbers,
  region: 0,
  baseUrl: 0,
  baseUrls: 0,
  appKey: 0,
  appSecret: 0,
  headers: 0,
  headerPrefix: 0,
  retry: 0,
  rateLimit: 0,
  userIdPattern: 0,
  validateRequests: 0,
  checkEchoes: 0,
  onEvent: 0,
  fetch: 0,
  proxy: 0,
  now: 0,
  nonce: 0,
  dangerouslyAllowBrowser: 0,
  dangerouslyAllowHttp: 0,
};

// Timers of every runtime count in 32 bits and would fire at once beyond that.
const milliseconds: NumberRule = { unit: 'milliseconds', min: 1, max: 2 ** 31 - 1 };
const perSecondRule: NumberRule = { unit: 'requests a second', min: 1, max: 1_000_000 };
const otherNumbers: Readonly<Record<string, NumberRule>> = {
  'retry.maxAttempts': { unit: 'attempts', min: 1, max: 20 },
  'rateLimit.shareWithoutStore': { unit: 'a part of the limit', min: 0.001, max: 1 },
};

const { checkNames, checkNumber, checkFunction, checkChoice } = optionChecks;

/**
 * Returns the options by their names, also those that a class reads, which are no properties of its objects.
 *
 * @throws {NexconnConfigurationError} INVALID_OPTION
 */
export function readOptions(given: NexconnClientOptions | undefined): NexconnClientOptions | undefined {
  // What is no object is refused with the other options.
  if (typeof given !== 'object' || given === null) return given;
  // A credential that is null is missing.
  checkNames(given, { ...clientNames, appKey: null, appSecret: null });
  const names = Object.keys(clientNames) as (keyof NexconnClientOptions)[];
  return Object.fromEntries(names.map((name) => [name, given[name]])) as NexconnClientOptions;
}

/** Returns the settings of a client. @throws {NexconnConfigurationError} INVALID_OPTION */
export function resolveSettings(options: NexconnClientOptions): Settings {
  const { headerPrefix, nonce } = options ?? {};
  const appKey = checkCredential('appKey', 'App Key', 'NEXCONN_APP_KEY', options?.appKey);
  const appSecret = checkAppSecret(options?.appSecret, appKey);
  checkNames(options, clientNames);
  // Other characters cannot stand in a header.
  if (!/^[!-+\--~]+$/.test(appKey)) refuse('appKey', 'has characters that no App Key has. Copy it again.');
  if (!['', 'RC-', undefined].includes(headerPrefix)) refuse('headerPrefix', "is neither '' nor 'RC-'. Leave it out.");
  checkFunction('nonce', nonce);
  const common = resolveCommon(options);
  checkChoice<unknown>('dangerouslyAllowBrowser', options.dangerouslyAllowBrowser ?? false, [true, false]);
  return {
    ...common,
    api: nexconnApi,
    appKey,
    appSecret,
    headerPrefix,
    nonce,
    proxy: resolveProxy(options),
    baseUrls: resolveHosts(options, common.dangerouslyAllowHttp),
    userIdPattern: wholeMatch(options.userIdPattern),
  };
}

/** The settings that a client of any API has. */
type CommonSettings = Omit<
  Settings,
  'api' | 'appKey' | 'appSecret' | 'headerPrefix' | 'nonce' | 'proxy' | 'baseUrls' | 'userIdPattern'
>;

/** Returns the settings that a client of any API has. @throws {NexconnConfigurationError} INVALID_OPTION */
export function resolveCommon(options: Omit<NexconnClientOptions, 'region' | 'baseUrl' | 'baseUrls'>): CommonSettings {
  const { now = dateNow, onEvent, fetch } = options;
  for (const [option, value] of Object.entries({ fetch, now, onEvent })) checkFunction(option, value);
  const { validateRequests = true, checkEchoes = true, dangerouslyAllowHttp = false } = options;
  for (const [option, value] of Object.entries({ validateRequests, checkEchoes, dangerouslyAllowHttp })) {
    checkChoice<unknown>(option, value, [true, false]);
  }
  return {
    headers: resolveHeaders(options.headers),
    now,
    onEvent,
    fetch,
    validateRequests,
    checkEchoes,
    dangerouslyAllowHttp,
    ...readNumbers(options, clientNumbers),
    retry: resolveRetry(options.retry),
    rateLimit: resolveRateLimit(options.rateLimit),
  };
}

function checkAppSecret(value: AppSecret | undefined, appKey: string): AppSecret {
  if (typeof value !== 'function') checkSecret(value, appKey);
  return value as AppSecret;
}

/** Checks one App Secret or a pair. @throws {NexconnConfigurationError} INVALID_OPTION */
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

function resolveRetry(given: RetryOptions | false = {}): RetryPlan {
  const options = given === false ? {} : given;
  checkNames(options, retryNumbers, 'retry.');
  const numbers = readNumbers(options, retryNumbers, 'retry.');
  // Without retries there is one attempt at each host, and one more for each reason to sign anew.
  return { ...numbers, isOn: given !== false, maxAttempts: Math.floor(numbers.maxAttempts) };
}

function resolveRateLimit(given: RateLimitOptions | false = {}): RatePlan | undefined {
  if (given === false) return undefined;
  checkNames(given, rateLimitNames, 'rateLimit.');
  const { perSecond, store } = given;
  if (store !== undefined) checkFunction('rateLimit.store.connect', store?.connect ?? null);
  return {
    ...readNumbers(given, rateLimitNumbers, 'rateLimit.'),
    perSecond:
      perSecond === undefined ? undefined : Math.floor(checkNumber('rateLimit.perSecond', perSecond, perSecondRule)),
    store,
  };
}

function readNumbers<Name extends string>(
  given: { readonly [name in NoInfer<Name>]?: number | undefined },
  defaults: Readonly<Record<Name, number>>,
  group = '',
): Record<Name, number> {
  const entries = Object.entries<number>(defaults).map(([name, byDefault]) => {
    const { [name as Name]: value = byDefault } = given;
    const rule = otherNumbers[group + name] ?? milliseconds;
    return [name, checkNumber(group + name, value, rule)];
  });
  return Object.fromEntries(entries);
}

/** @throws {NexconnConfigurationError} INVALID_OPTION */
export function checkMilliseconds(option: string, value: number): number {
  return checkNumber(option, value, milliseconds);
}

/** @throws {NexconnConfigurationError} INVALID_OPTION */
export function checkPriority(priority: unknown): Priority {
  return checkChoice('priority', priority, ['interactive', 'bulk'] as const);
}

/** Never shows the value: App Key and App Secret are mixed up often. */
function checkCredential(option: string, title: string, variable: string, value: unknown): string {
  const from = `Pass the ${title} of the Nexconn console, or set ${variable}.`;
  if (value === undefined || value === null || value === '') refuse(option, `is missing. ${from}`);
  if (typeof value !== 'string') refuse(option, `is of type ${typeof value}. ${from}`);
  // A file, an editor or a shell adds it unseen, and it would be hashed too.
  if (hasSpaceOrUnseen(value)) refuse(option, `has white space or an invisible character. ${from}`);
  return value;
}

function wholeMatch(pattern: RegExp | undefined): RegExp | undefined {
  if (pattern === undefined) return undefined;
  if (!(pattern instanceof RegExp)) return refuse('userIdPattern', 'is not a regular expression. Pass /^[\\w-]+$/.');
  // g and y keep a position from one call to the next, m would let a line within the ID match.
  return new RegExp(`^(?:${pattern.source})$`, pattern.flags.replace(/[gym]/g, ''));
}

function hasSpaceOrUnseen(text: string): boolean {
  return /[\s\p{Cc}\p{Cf}\p{Cs}\p{DI}\u2800]/u.test(text);
}
