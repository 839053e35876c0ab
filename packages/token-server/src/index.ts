import type { NexconnClient } from '@nexconn-kit/client';
import type { RunningServer, TrustingServerOptions } from './server/start-trusting-server.js';

export { addBackupCommands } from './commands/backup.js';
export { addReencryptCommand } from './commands/reencrypt.js';
export { addServeCommand } from './commands/serve.js';
export type { RunningServer, TrustingServerOptions };

/**
 * Starts the server for development: in memory, with errors on stderr alone, and for whoever sends the header.
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
