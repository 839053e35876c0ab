import { isIP } from 'node:net';
import { isLoopback } from '../http/read-request.js';
import type { MockRequest } from '../http/types.js';
import { ConsoleError } from './console-error.js';

const anyAddress = new Set(['0.0.0.0', '[::]']);

/**
 * Refuses a request to a host name that somebody else may have pointed at this machine (DNS rebinding).
 *
 * `listeningHost` is the address or name that the mock listens on; a request without a Host header came without a port.
 */
export function refuseForeignHost({ headers }: MockRequest, listeningHost: string | undefined): void {
  const { host } = headers;
  if (host === undefined) return;
  const name = hostNameOf(host);
  const own = listeningHost === undefined ? undefined : bracketed(listeningHost.toLowerCase());
  // A numeric address cannot be pointed elsewhere, so that a mock that listens on all addresses answers to each.
  const isOwnAddress = own !== undefined && anyAddress.has(own) && isIP(name.replace(/^\[|\]$/g, '')) !== 0;
  if (isLoopback(name) || name === own || isOwnAddress) return;
  throw new ConsoleError(
    403,
    'HOST_REFUSED',
    'The console answers only to 127.0.0.1, localhost or the host that the mock listens on. Call it by one of these.',
  );
}

/** Refuses a request that a page of another origin made a browser send. */
export function refuseForeignOrigin({ headers }: MockRequest): void {
  const { host, origin, 'sec-fetch-site': site } = headers;
  const isSameSite = site === undefined || site === 'same-origin' || site === 'none';
  if (
    isSameSite &&
    (origin === undefined || (host !== undefined && [`http://${host}`, `https://${host}`].includes(origin)))
  )
    return;
  throw new ConsoleError(
    403,
    'ORIGIN_REFUSED',
    'The console refuses calls from pages of another origin. Call it from a program, or open /_console.',
  );
}

function hostNameOf(host: string): string {
  const name = host.startsWith('[') ? host.slice(0, host.indexOf(']') + 1) : host.split(':', 1)[0];
  return (name ?? '').toLowerCase();
}

function bracketed(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}
