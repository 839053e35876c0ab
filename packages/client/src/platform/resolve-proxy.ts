import { refuseOption } from '../errors.js';
import { parseProxy, readProxyVariable } from '../proxy/environment-proxy.js';
import type { ProxyPlan } from '../transport/transport.js';
import type { NexconnClientOptions } from '../types.js';
import { processEnv, readVariable, type Variables } from './read-environment.js';

const example = 'http://proxy.example.com:3128';

/**
 * Returns the proxies of a client; undefined for none. Where nothing is said, Node's own `NODE_USE_ENV_PROXY=1` counts.
 *
 * @throws {NexconnConfigurationError} INVALID_OPTION
 */
export function resolveProxy(
  { proxy, fetch }: Pick<NexconnClientOptions, 'proxy' | 'fetch'>,
  env: Variables = processEnv(),
): ProxyPlan | undefined {
  if (proxy === false) return undefined;
  if (proxy === undefined) {
    return !fetch && readVariable('NODE_USE_ENV_PROXY', env) === '1' ? readProxies(env) : undefined;
  }
  if (typeof proxy !== 'string') {
    refuseOption('proxy', `is of type ${typeof proxy}. Pass 'environment', a URL such as ${example}, or false.`);
  }
  if (fetch) refuseOption('proxy', 'and fetch are both given. Pass one: a fetch of your own has its own connections.');
  if (proxy === 'environment') return readProxies(env);
  const url = urlOf(proxy, 'proxy');
  return { httpProxy: url, httpsProxy: url, noProxy: '', isOfEnvironment: false };
}

function readProxies(env: Variables): ProxyPlan | undefined {
  const read = (name: string) => readProxyVariable(name, env);
  const [httpProxy, httpsProxy] = [read('HTTP_PROXY'), read('HTTPS_PROXY')].map(({ variable, value }) =>
    value === '' ? value : urlOf(value, variable),
  ) as [string, string];
  if (httpProxy === '' && httpsProxy === '') return undefined;
  return { httpProxy, httpsProxy, noProxy: read('NO_PROXY').value, isOfEnvironment: true };
}

/** Returns the passwords of proxies, as they stand in their URLs, and as they are. */
export function passwordsOf(proxies: ProxyPlan | undefined): string[] {
  const urls = proxies ? [proxies.httpProxy, proxies.httpsProxy] : [];
  const passwords = urls.map((url) => url && new URL(url).password);
  return passwords.flatMap((password) => [password, decodeURIComponent(password)]);
}

function urlOf(value: string, place: string): string {
  const parsed = parseProxy(value);
  if ('url' in parsed) return parsed.url.href;
  const name = place === 'proxy' ? '' : `of ${place} `;
  return refuseOption('proxy', `${name}${parsed.problem}. Set it to a URL such as ${example}.`);
}
