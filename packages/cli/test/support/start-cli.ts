import { fileURLToPath } from 'node:url';
import { type StartedCommand, startCommand } from '../../../../test/support/start-command.js';

export { endsByItself } from '../../../../test/support/start-command.js';
export type { StartedCommand as StartedCli };

/** The sources of the command. */
export const bin: string = fileURLToPath(new URL('../../src/bin.ts', import.meta.url));

/** Starts `nexconn` from its sources as a process of its own, which does not outlive the test. */
export function startCli(args: string[], env: Record<string, string> = {}): StartedCommand {
  return startCommand(bin, args, env);
}
