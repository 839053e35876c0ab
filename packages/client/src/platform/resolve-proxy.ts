import { refuseOption } from '../errors.js';
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
  const url = parseProxy(proxy, 'proxy');
  return { httpProxy: url, httpsProxy: url, noProxy: '', isOfEnvironment: false };
}

function readProxies(env: Variables): ProxyPlan | undefined {
  // A variable in small letters wins, as with curl, undici and Node.
  const read = (name: string): string => {
    const variable = env[name.toLowerCase()] === undefined ? name : name.toLowerCase();
    const value = readVariable(variable, env) ?? '';
    return value === '' || name === 'NO_PROXY' ? value : parseProxy(value, variable);
  };
  const [httpProxy, httpsProxy, noProxy] = [read('HTTP_PROXY'), read('HTTPS_PROXY'), read('NO_PROXY')];
  if (httpProxy === '' && httpsProxy === '') return undefined;
  return { httpProxy, httpsProxy, noProxy, isOfEnvironment: true };
}

/** Returns the passwords of proxies, as they stand in their URLs, and as they are. */
export function passwordsOf(proxies: ProxyPlan | undefined): string[] {
  const urls = proxies ? [proxies.httpProxy, proxies.httpsProxy] : [];
  const passwords = urls.map((url) => url && new URL(url).password);
  return passwords.flatMap((password) => [password, decodeURIComponent(password)]);
}

/** Never shows the value, which may hold a password. */
function parseProxy(value: string, place: string): string {
  // curl takes such a text as well.
  const text = value.includes('://') ? value : `http://${value}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const problem = problemOf(url);
  if (url && !problem) return url.href;
  return refuseOption(
    'proxy',
    `${place === 'proxy' ? '' : `of ${place} `}${problem}. Set it to a URL such as ${example}.`,
  );
}

function problemOf(url: URL | undefined): string | undefined {
  if (!url) return 'is no URL';
  const { protocol, username, password, pathname, search, hash } = url;
  // It may be a part of a password.
  if (!/^https?:$/.test(protocol)) return 'does not begin with http: or https:';
  try {
    decodeURIComponent(username + password);
    if (!(pathname + search + hash).includes('@')) return undefined;
  } catch {}
  return 'has a %, /, ? or # in its user name or password that is not written as %25, %2F, %3F or %23';
}
