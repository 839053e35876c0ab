import type { NexconnClient } from '@nexconn-kit/client';
import type { TokenServiceEvent } from '@nexconn-kit/token-service';
import type { Command } from 'commander';
import type { CliContext } from './command-line/types.js';
import type { OpenTokens, OpenTokensOptions } from './server/open-tokens.js';
import type { AnsweredRequest, RunningServer, TrustingServerOptions } from './server/start-trusting-server.js';
import type { OpenRateStore } from './stores/open-rate-store.js';
import type { OpenStore } from './stores/open-store.js';

export { addBackupCommands } from './commands/backup.js';
export { addReencryptCommand } from './commands/reencrypt.js';
export { addServeCommand } from './commands/serve.js';
export { refusePassword } from './settings/read-settings.js';
export { inWordsOfSettings, knownVariables, storesOfServers } from './settings/serve-settings.js';
export { type UnknownVariable, unknownVariables } from './settings/unknown-variables.js';
export type {
  AnsweredRequest,
  OpenRateStore,
  OpenTokens,
  OpenTokensOptions,
  RunningServer,
  TokenServiceEvent,
  TrustingServerOptions,
};

/**
 * Starts the server for development: with errors on stderr alone, for whoever sends the header, from any page of this machine.
 *
 * @throws {CliError} PORT_IN_USE, LISTEN_FAILED
 */
export async function startTrustingServer(
  client: NexconnClient,
  options: TrustingServerOptions,
): Promise<RunningServer> {
  // Imported here: no other command of `nexconn` needs its logger and its JWTs.
  const server = await import('./server/start-trusting-server.js');
  return server.startTrustingServer(client, options);
}

/** A file of tokens that this process alone has open. */
export type TokenFile = Pick<OpenStore, 'store' | 'close'>;

/**
 * Opens a SQLite file as the store of a server for development.
 *
 * @throws {CliError} STORE_UNAVAILABLE
 */
export async function openTokenFile(path: string): Promise<TokenFile> {
  const { openStore } = await import('./stores/open-store.js');
  const { store, close } = await openStore(`sqlite:${path}`, undefined, () => {});
  return { store, close };
}

/**
 * Opens the token service by the settings of a server, but for those of its log-ins, for a job beside it; resolves to undefined
 * where the signal aborts before the store answers.
 *
 * @throws {CliError} USAGE, MISSING_CONFIGURATION, PACKAGE_MISSING, STORE_UNAVAILABLE
 */
export async function openTokens(
  command: Command,
  context: Pick<CliContext, 'env'>,
  stop: AbortSignal,
  options?: OpenTokensOptions,
): Promise<OpenTokens | undefined> {
  const server = await import('./server/open-tokens.js');
  return server.openTokens(command, context, stop, options);
}

/**
 * Resolves to what makes a user of an app the one whom the server knows once they log in, by its settings.
 *
 * @throws {CliError} USAGE
 */
export async function readUserMapping(
  command: Command,
  context: Pick<CliContext, 'env'>,
): Promise<OpenTokens['toUser']> {
  const server = await import('./server/open-tokens.js');
  return server.readUserMapping(command, context);
}

/**
 * Opens the store of a rate limit that several processes share, by the URL of a Redis or a PostgreSQL.
 *
 * @throws {CliError} USAGE, PACKAGE_MISSING, STORE_UNAVAILABLE
 */
export async function openRateStore(url: string, place: string): Promise<OpenRateStore> {
  const stores = await import('./stores/open-rate-store.js');
  return stores.openRateStore(url, place);
}
