import type { CliContext } from '@nexconn-kit/token-server/command-line';

/** A proxy of the environment, and the variable that names it. */
export interface HostProxy {
  readonly url: URL;
  readonly variable: string;
}

/** Which proxy a host is called over; `problem` where the variable holds none that can be used. */
export type ProxyChoice =
  | { readonly proxy: HostProxy | undefined; readonly problem?: undefined }
  | { readonly problem: string; readonly variable: string };

/**
 * Returns the proxy that the client takes for a URL: that of `HTTPS_PROXY` or `HTTP_PROXY`, in small letters first, unless
 * `NO_PROXY` has the host or it is this machine. Never shows a value, which may hold a password.
 */
export function proxyOf(target: URL, env: CliContext['env']): ProxyChoice {
  if (isLoopback(target.hostname)) return { proxy: undefined };
  const [variable, value] = readProxyVariable(target.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY', env);
  const [, noProxy] = readProxyVariable('NO_PROXY', env);
  if (value === '' || isExempt(target, noProxy)) return { proxy: undefined };
  const text = value.includes('://') ? value : `http://${value}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const problem = url ? problemOf(url) : 'is no URL';
  return url === undefined || problem !== undefined
    ? { problem: problem ?? '', variable }
    : { proxy: { url, variable } };
}

function readProxyVariable(name: string, env: CliContext['env']): readonly [variable: string, value: string] {
  const variable = env[name.toLowerCase()] === undefined ? name : name.toLowerCase();
  return [variable, env[variable] ?? ''];
}

function problemOf({ protocol, username, password, pathname, search, hash }: URL): string | undefined {
  if (!/^https?:$/.test(protocol)) return 'does not begin with http: or https:';
  try {
    decodeURIComponent(username + password);
    if (!(pathname + search + hash).includes('@')) return undefined;
  } catch {}
  return 'has a %, /, ? or # in its user name or password that is not written as %25, %2F, %3F or %23';
}

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

/** Whether a host name, as a URL has it, is this machine; `spec/vectors/loopback.json` lists some. */
export function isLoopback(hostname: string): boolean {
  return /^((.+\.)?localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}
