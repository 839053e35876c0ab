import { servers } from '@nexconn-kit/contract';
import type { SigningCredentials, SignRequestOptions } from '@nexconn-kit/signing';
import { NexconnConfigurationError } from '../errors.js';
import type { Fetch, NexconnClientOptions } from '../types.js';

/** The options of a client, checked once, with every default in place. */
export interface Settings {
  /** Without a slash at its end. */
  readonly baseUrl: string;
  readonly dangerouslyAllowHttp: boolean;
  readonly credentials: SigningCredentials;
  readonly signOptions: SignRequestOptions;
  readonly fetch: Fetch;
  readonly timeoutMs: number;
  /** Matches whole user IDs. */
  readonly userIdPattern: RegExp | undefined;
  readonly validateRequests: boolean;
}

// Timers of every runtime count in 32 bits and would fire at once beyond that.
const timeoutMaxMs = 2 ** 31 - 1;

/** @throws {NexconnConfigurationError} INVALID_CONFIGURATION */
export function resolveSettings(options: NexconnClientOptions): Settings {
  const { appKey, appSecret, headerPrefix, now, nonce, timeoutMs = 5000, validateRequests = true } = options ?? {};
  const dangerouslyAllowHttp = options?.dangerouslyAllowHttp === true;
  checkCredential('appKey', 'App Key', 'NEXCONN_APP_KEY', appKey);
  checkCredential('appSecret', 'App Secret', 'NEXCONN_APP_SECRET', appSecret);
  if (appKey === appSecret) {
    refuse('appSecret', 'is the App Key. Pass the App Secret; the console shows it beside the key.');
  }
  // Other characters cannot stand in a header.
  if (!/^[!-+\--~]+$/.test(appKey)) refuse('appKey', 'has characters that no App Key has. Copy it again.');
  if (headerPrefix && headerPrefix !== 'RC-') refuse('headerPrefix', "is neither '' nor 'RC-'. Leave it out.");
  checkFunction('fetch', options.fetch);
  checkFunction('now', now);
  checkFunction('nonce', nonce);
  return {
    baseUrl: resolveHost(options, dangerouslyAllowHttp),
    dangerouslyAllowHttp,
    credentials: { appKey, appSecret, headerPrefix },
    signOptions: { now, nonce },
    // Looked up at each call, so that a later replacement of the global one, as by instrumentation, counts.
    fetch: options.fetch ?? ((request) => globalThis.fetch(request)),
    timeoutMs: checkTimeout(timeoutMs),
    userIdPattern: wholeMatch(options.userIdPattern),
    validateRequests,
  };
}

/** @throws {NexconnConfigurationError} INVALID_CONFIGURATION */
export function checkTimeout(timeoutMs: number): number {
  if (!(typeof timeoutMs === 'number' && timeoutMs >= 1 && timeoutMs <= timeoutMaxMs)) {
    refuse('timeoutMs', `is ${describe(timeoutMs)}. Pass milliseconds from 1 to ${timeoutMaxMs}.`);
  }
  return timeoutMs;
}

/** @throws {NexconnConfigurationError} INVALID_CONFIGURATION */
export function resolveBaseUrl(baseUrl: string, dangerouslyAllowHttp: boolean): string {
  const from = 'Pass an address such as https://api.example.com, for example from NEXCONN_BASE_URL.';
  const url = typeof baseUrl === 'string' && URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  if (!url) return refuse('baseUrl', `is not an absolute URL. ${from}`);
  if (url.username || url.password) refuse('baseUrl', `holds a user name or password. ${from}`);
  if (url.search || url.hash) refuse('baseUrl', `has a query or a fragment. ${from}`);
  if (url.protocol === 'http:' && !isLoopback(url.hostname) && !dangerouslyAllowHttp) {
    refuse('baseUrl', `is not encrypted: ${url.origin}. Use https; http is for this machine only.`);
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    refuse('baseUrl', `begins with ${url.protocol} instead of https:. ${from}`);
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

function resolveHost({ region, baseUrl }: NexconnClientOptions, dangerouslyAllowHttp: boolean): string {
  const known = [...new Set(servers.map((server) => server.region))].join(', ');
  if (region !== undefined && baseUrl !== undefined) {
    refuse('region', 'and baseUrl are both given. Pass one: baseUrl decides the host by itself.');
  }
  if (baseUrl !== undefined) return resolveBaseUrl(baseUrl, dangerouslyAllowHttp);
  if (region === undefined) {
    const from = 'for example from NEXCONN_REGION, or baseUrl from NEXCONN_BASE_URL';
    return refuse('region', `is missing. Pass the region of your app (${known}), ${from}.`);
  }
  const server = servers.find((each) => each.region === region && each.role === 'primary');
  if (!server)
    return refuse('region', `is ${describe(region)}. Pass one of ${known}, for example from NEXCONN_REGION.`);
  return server.url;
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
