import { isLoopback } from '../failover.js';

/** A proxy of the environment, and the variable that names it. */
export interface EnvironmentProxy {
  /** Its user name and password too. */
  readonly url: URL;
  /** Such as `https_proxy`. */
  readonly variable: string;
}

/** Which proxy a URL is called over; with a `problem`, in words without the value, where the variable holds none that can be used. */
export type ProxyChoice =
  | { readonly proxy: EnvironmentProxy | undefined; readonly problem?: undefined }
  | { readonly problem: string; readonly variable: string };

/** The variables of a process. */
type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Returns the proxy that the client calls a URL over by its option `proxy: 'environment'`: that of `HTTPS_PROXY` or
 * `HTTP_PROXY`, in small letters first, unless `NO_PROXY` has the host or it is this machine.
 *
 * @example
 * const { proxy } = proxyOf(new URL('https://api.sg-light-api.com'), process.env);
 */
export function proxyOf(target: URL, env: Variables): ProxyChoice {
  if (isLoopback(target.hostname)) return { proxy: undefined };
  const own = readProxyVariable(target.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY', env);
  // As undici does, where the environment names a proxy for http: alone.
  const { variable, value } = own.value === '' ? readProxyVariable('HTTP_PROXY', env) : own;
  if (value === '' || isExempt(target, readProxyVariable('NO_PROXY', env).value)) return { proxy: undefined };
  const parsed = parseProxy(value);
  return 'problem' in parsed ? { problem: parsed.problem, variable } : { proxy: { url: parsed.url, variable } };
}

/** Returns a variable that is written in small or large letters: the small ones win, as with curl, undici and Node. */
export function readProxyVariable(name: string, env: Variables): { readonly variable: string; readonly value: string } {
  const variable = read(name.toLowerCase(), env) === undefined ? name : name.toLowerCase();
  return { variable, value: read(variable, env) ?? '' };
}

/** Deno throws where the program may not read it. */
function read(variable: string, env: Variables): string | undefined {
  try {
    return env[variable];
  } catch {
    return undefined;
  }
}

/** Returns the URL of a proxy, or what is wrong with it; never shows the value, which may hold a password. */
export function parseProxy(value: string): { readonly url: URL } | { readonly problem: string } {
  // curl takes such a text as well.
  const text = value.includes('://') ? value : `http://${value}`;
  if (!URL.canParse(text)) return { problem: 'is no URL' };
  const url = new URL(text);
  const { protocol, username, password, pathname, search, hash } = url;
  // It may be a part of a password.
  if (!/^https?:$/.test(protocol)) return { problem: 'does not begin with http: or https:' };
  try {
    decodeURIComponent(username + password);
    if (!(pathname + search + hash).includes('@')) return { url };
  } catch {}
  return { problem: 'has a %, /, ? or # in its user name or password that is not written as %25, %2F, %3F or %23' };
}

/** As undici reads it. */
function isExempt({ hostname, port, protocol }: URL, noProxy: string): boolean {
  if (noProxy === '*') return true;
  const called = port || (protocol === 'https:' ? '443' : '80');
  return noProxy
    .split(/[,\s]/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      const [, name = entry, entryPort] = /^(.+):(\d+)$/.exec(entry) ?? [];
      const suffix = name.replace(/^\*?\./, '').toLowerCase();
      return (entryPort ?? called) === called && (hostname === suffix || hostname.endsWith(`.${suffix}`));
    });
}
