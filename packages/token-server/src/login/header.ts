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
 * Whether a request names a host that is always this machine. A page of another name, which somebody has pointed at this
 * machine (DNS rebinding), is of the same origin as what it calls, and could send any header.
 */
export function isForThisMachine(host: string | undefined): boolean {
  // Without the header it was no browser.
  if (host === undefined) return true;
  return isLoopback(host.replace(/:\d*$/, '').toLowerCase());
}
