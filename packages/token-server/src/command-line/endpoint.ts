import { type Region, servers } from '@nexconn-kit/contract';
import { CliError } from './errors.js';
import type { CliContext } from './types.js';

/** Which server is called, as an option of `createNexconnClient`. */
export type Endpoint = { readonly region: Region } | { readonly baseUrl: string };

/** The flags that choose a server. */
export interface EndpointFlags {
  readonly region?: string;
  readonly baseUrl?: string;
}

/** The regions of the OpenAPI document. */
export const regions: readonly Region[] = [...new Set(servers.map(({ region }) => region))] as Region[];

/**
 * Returns the server to call: a flag before the environment, there `NEXCONN_BASE_URL` before `NEXCONN_REGION`.
 *
 * @throws {CliError} USAGE, MISSING_CONFIGURATION
 */
export function readEndpoint(env: CliContext['env'], flags: EndpointFlags): Endpoint {
  if (flags.baseUrl !== undefined) return { baseUrl: flags.baseUrl };
  if (flags.region !== undefined) return { region: asRegion(flags.region, '--region') };
  if (env.NEXCONN_BASE_URL) return { baseUrl: env.NEXCONN_BASE_URL };
  if (env.NEXCONN_REGION) return { region: asRegion(env.NEXCONN_REGION, 'NEXCONN_REGION') };
  const message = `Set NEXCONN_REGION to ${listed(regions)} (or use --region): the region that the app lives in.`;
  throw new CliError(message, { code: 'MISSING_CONFIGURATION' });
}

/** Returns the base URL of an endpoint; a region's is its primary server. */
export function baseUrlOf(endpoint: Endpoint): string {
  if ('baseUrl' in endpoint) return endpoint.baseUrl.replace(/\/+$/, '');
  const server = servers.find(({ region, role }) => region === endpoint.region && role === 'primary');
  if (server === undefined) {
    throw new CliError(`The region ${endpoint.region} has no primary server.`, { code: 'USAGE' });
  }
  return server.url;
}

function asRegion(value: string, source: string): Region {
  const region = regions.find((known) => known === value);
  if (region !== undefined) return region;
  throw new CliError(`${source} is "${value}". Set it to ${listed(regions)}.`, { code: 'USAGE' });
}

function listed(values: readonly string[]): string {
  return `${values.slice(0, -1).join(', ')} or ${values.at(-1)}`;
}

/** Whether a host name, as a URL has it, is this machine; `spec/vectors/loopback.json` lists some. */
export function isLoopback(hostname: string): boolean {
  return /^((.+\.)?localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}
