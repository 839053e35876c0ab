import { fileURLToPath } from 'node:url';
import { type StartedCommand, startCommand } from '../../../../test/support/start-command.js';

export type { StartedCommand as StartedServer };

/** The sources of the command. */
export const bin: string = fileURLToPath(new URL('../../src/bin.ts', import.meta.url));

/** Starts the server from its sources as a process of its own, which does not outlive the test. */
export function startServer(args: string[], env: Record<string, string> = {}): StartedCommand {
  return startCommand(bin, args, env);
}
