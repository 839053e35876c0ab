import { refuseOption as refuse } from '../errors.js';
import { isLoopback } from '../failover.js';
import { baseUrlsByRegion } from '../generated/nexconn/tables.gen.js';
import { redactLikelySecrets } from '../redaction/redact-likely-secrets.js';
import type { NexconnClientOptions } from '../types.js';

/** Returns the base URLs that a client calls. @throws {NexconnConfigurationError} INVALID_OPTION */
export function resolveHosts(options: NexconnClientOptions, dangerouslyAllowHttp: boolean): readonly string[] {
  const { region, baseUrl, baseUrls } = options;
  const given = Object.entries({ region, baseUrl, baseUrls }).filter(([, value]) => value !== undefined);
  if (given.length > 1) {
    refuse(given[0]?.[0] ?? '', `and ${given[1]?.[0]} are both given. Pass one: each decides the host by itself.`);
  }
  if (baseUrl !== undefined) return [resolveBaseUrl(baseUrl, dangerouslyAllowHttp)];
  if (baseUrls !== undefined) {
    if (!Array.isArray(baseUrls) || baseUrls.length !== 2) refuse('baseUrls', 'is not a pair: [primary, backup].');
    return baseUrls.map((each) => resolveBaseUrl(each, dangerouslyAllowHttp, 'baseUrls'));
  }
  const known = Object.keys(baseUrlsByRegion);
  const found = region !== undefined && known.includes(region) ? baseUrlsByRegion[region] : undefined;
  // Whatever has not the shape of one may be a secret that was mixed up with it.
  const shown =
    typeof region === 'string' && /^[a-z]{1,5}$/i.test(region)
      ? `is ${JSON.stringify(region)}`
      : 'is none that is known';
  const problem = region === undefined ? 'is missing' : shown;
  const from = 'or set NEXCONN_REGION; or baseUrl, NEXCONN_BASE_URL';
  return found ?? refuse('region', `${problem}. Pass the region of your app (${known.join(', ')}), ${from}.`);
}

/** Returns a base URL without a slash at its end. @throws {NexconnConfigurationError} INVALID_OPTION */
export function resolveBaseUrl(baseUrl: string, dangerouslyAllowHttp: boolean, option = 'baseUrl'): string {
  // Others than these two may be such that they have no text.
  const isAddress = typeof baseUrl === 'string' || (baseUrl as unknown) instanceof URL;
  const url = isAddress && URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  const problem = problemOf(url, dangerouslyAllowHttp);
  if (!url || problem) {
    return refuse(
      option,
      `${problem}. Pass an address such as https://api.example.com, for example from NEXCONN_BASE_URL.`,
    );
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

/** What a URL of another kind holds may be a secret in the wrong place, as its scheme, too, and is not shown. */
function problemOf(url: URL | undefined, dangerouslyAllowHttp: boolean): string | undefined {
  if (!url) return 'is not an absolute URL';
  const { protocol, hostname, origin } = url;
  if (url.username || url.password) return 'holds a user name or password';
  if (url.search || url.hash) return 'has a query or a fragment';
  if (protocol === 'https:') return undefined;
  if (protocol !== 'http:') return 'does not begin with https:';
  if (isLoopback(hostname) || dangerouslyAllowHttp) return undefined;
  return `is not encrypted: ${redactLikelySecrets(origin)}; http is for this machine only, or within a network of your own with dangerouslyAllowHttp (NEXCONN_DANGEROUSLY_ALLOW_HTTP=true)`;
}
