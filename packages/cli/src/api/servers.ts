import type { ResolvedDocument } from '@nexconn-kit/document/compiler';
import type { CliContext } from '@nexconn-kit/token-server/command-line';
import { CliError, readEndpoint } from '@nexconn-kit/token-server/command-line';
import { parseBaseUrl } from '../options/base-url.js';

/** What chooses a server. */
export interface ServerFlags {
  readonly document?: string;
  readonly region?: string;
  readonly baseUrl?: string;
  /** Which one of the document's, from 1 on. */
  readonly server?: number;
}

/**
 * Returns the servers that a call may go to, the primary one first. The environment names that of the Nexconn Server API alone:
 * what is for another API must not go there.
 *
 * @throws {CliError} USAGE, MISSING_CONFIGURATION
 */
export function chooseServers(
  { servers }: Pick<ResolvedDocument, 'servers'>,
  { document, region, baseUrl, server }: ServerFlags,
  env: CliContext['env'],
): readonly string[] {
  if (baseUrl !== undefined) return [checked(baseUrl)];
  if (server !== undefined)
    return [absolute(servers[server - 1]?.url ?? refuse(`The document has ${servers.length} servers.`))];
  if (document === undefined) {
    const endpoint = readEndpoint(env, region === undefined ? {} : { region });
    return 'baseUrl' in endpoint ? [checked(endpoint.baseUrl)] : ofRegion(endpoint.region);
  }
  if (region !== undefined) return ofRegion(region);
  return [absolute(servers[0]?.url ?? refuse('The document has no server.'))];

  function ofRegion(wanted: string): readonly string[] {
    const found = servers.filter((each) => each.region === wanted);
    if (found.length === 0) refuse(`The document has no server of the region ${wanted}.`);
    return found.sort((a, b) => Number(b.role === 'primary') - Number(a.role === 'primary')).map(({ url }) => url);
  }
}

function checked(baseUrl: string): string {
  parseBaseUrl(baseUrl);
  return baseUrl;
}

function absolute(url: string): string {
  return URL.canParse(url) ? url : refuse(`The server ${url} of the document is no whole address.`);
}

function refuse(problem: string): never {
  throw new CliError(`${problem} Name one with --base-url, such as https://api.example.com.`, { code: 'USAGE' });
}
