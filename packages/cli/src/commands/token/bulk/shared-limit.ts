import { type OpenRateStore, openRateStore, refusePassword } from '@nexconn-kit/token-server';
import type { CliContext } from '@nexconn-kit/token-server/command-line';
import type { BulkFlags } from './row-run.js';

const variable = 'NEXCONN_RATE_STORE';

/**
 * Opens what the limit is shared over with the servers of the app, as they name it; undefined where it is not shared.
 *
 * @throws {CliError} USAGE, PACKAGE_MISSING, STORE_UNAVAILABLE
 */
export async function openSharedLimit(
  { redis, postgres }: Pick<BulkFlags, 'redis' | 'postgres'>,
  env: CliContext['env'],
): Promise<OpenRateStore | undefined> {
  const given = redis ?? postgres;
  if (given === undefined) return env[variable] ? openRateStore(env[variable], variable) : undefined;
  const flag = redis === undefined ? '--postgres' : '--redis';
  refusePassword(given, flag, variable);
  return openRateStore(given, flag);
}
