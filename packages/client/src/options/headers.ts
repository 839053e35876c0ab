import { optionChecks, refuseOption as refuse } from '../errors.js';
import { isSignatureHeader } from '../nexconn-api.js';
import { userAgent } from '../platform/user-agent.js';
import type { NexconnClientOptions } from '../types.js';
import { isHeaderName } from '../writers/header-syntax.js';

/** Returns what is sent with each request. @throws {NexconnConfigurationError} INVALID_OPTION */
export function resolveHeaders(given: NexconnClientOptions['headers'] = {}): Readonly<Record<string, string>> {
  const headers: Record<string, string> = { accept: 'application/json', 'user-agent': userAgent };
  for (const [name, value] of headerPairs(given)) {
    const option = `headers.${name.slice(0, 40)}`;
    const problem = problemOfHeader(name, value);
    if (problem !== undefined) refuse(option, problem);
    headers[name.toLowerCase()] = value as string;
  }
  return headers;
}

/**
 * Returns the pairs of a record or of what lists them, such as `Headers` or a `Map`.
 *
 * @throws {NexconnConfigurationError} INVALID_OPTION
 */
export function headerPairs(given: object): readonly (readonly [string, unknown])[] {
  if (typeof given !== 'object' || given === null || !(Symbol.iterator in given)) {
    // Whatever its names are.
    optionChecks.checkNames(given, { ...given }, 'headers.');
    return Object.entries(given);
  }
  const pairs: readonly unknown[] = Array.from(given as Iterable<unknown>);
  if (!pairs.every((pair) => Array.isArray(pair) && pair.length === 2 && typeof pair[0] === 'string')) {
    refuse('headers', 'is a list of something else than pairs. Pass { name: value }.');
  }
  return pairs as readonly [string, unknown][];
}

function problemOfHeader(name: string, value: unknown): string | undefined {
  if (!isHeaderName(name)) return 'is no name of a header. Correct it.';
  const isOwn = /^(content-type|x-request-id)$/i.test(name);
  if (isOwn || isTransportHeader(name) || isSignatureHeader(name)) return 'is set by the client. Leave it out.';
  if (typeof value !== 'string') return `is of type ${typeof value}. Pass a text.`;
  return /^[\x20-\x7e]*$/.test(value) ? undefined : 'has characters that a header cannot hold. Use ASCII.';
}

/** Whether a header is one that whatever sends the request sets. */
export function isTransportHeader(name: string): boolean {
  return /^(accept-encoding|connection|content-length|expect|host|keep-alive|transfer-encoding|upgrade)$/i.test(name);
}
