import { isIP } from 'node:net';
import { isLoopback } from '../command-line/endpoint.js';
import { CliError } from '../command-line/errors.js';
import type { Verify } from './resolve-user.js';

/**
 * Returns what believes a header, for development: whoever sends it is the user that it names.
 *
 * @throws {CliError} USAGE
 */
export function verifyByHeader(header: string): Verify {
  if (!/^[\w-]+$/.test(header)) {
    const message = `--dangerously-trust-user-header is "${header}". Give the name of a header, such as X-User-Id.`;
    throw new CliError(message, { code: 'USAGE' });
  }
  return async function verify({ headers }) {
    const userId = headers.get(header) ?? '';
    return userId === '' ? undefined : { userId, name: undefined, avatarUrl: undefined };
  };
}

/**
 * Whether a request names a host that is always this machine: `ownAddress`, on which it listens, is one as well. A page of another name, which somebody has pointed at this
 * machine (DNS rebinding), is of the same origin as what it calls, and could send any header.
 */
export function isForThisMachine(host: string | undefined, ownAddress?: string): boolean {
  // Without the header it was no browser.
  if (host === undefined) return true;
  const name = host.replace(/:\d*$/, '').toLowerCase();
  return isLoopback(name) || (ownAddress !== undefined && name === ownAddress);
}

/**
 * Returns the address of a host to listen on as it stands in a URL, where nobody else can have it: a name may be pointed
 * elsewhere, and all addresses are none.
 */
export function ownAddressOf(host: string): string | undefined {
  const version = isIP(host);
  if (version === 0 || host === '0.0.0.0' || /^[0:]+$/.test(host)) return undefined;
  return version === 6 ? new URL(`http://[${host}]`).hostname : host;
}
