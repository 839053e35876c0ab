import { CliError } from '@nexconn-kit/token-server/command-line';

/**
 * Returns the URL that the paths of the API are put behind: one of http or https, with neither user nor password, and nothing
 * behind its path. The message never shows it, since a password may stand in it.
 *
 * @throws {CliError} USAGE
 */
export function parseBaseUrl(baseUrl: string): URL {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  if (url && /^https?:$/.test(url.protocol) && url.username + url.password + url.search + url.hash === '') return url;
  const message =
    'The base URL is none, or has a user, a password, a query or a fragment. Set it to https://api.sg-light-api.com or ' +
    'another one without them.';
  throw new CliError(message, { code: 'USAGE' });
}
