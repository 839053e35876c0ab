import { bundleSources } from '../../../../test/support/bundle-sources.js';
import { type StartedCommand, startCommand } from '../../../../test/support/start-command.js';

export { endsByItself } from '../../../../test/support/start-command.js';
export type { StartedCommand as StartedCli };

/** The command, made of its sources. */
export const bin: string = await bundleSources(new URL('../../src/bin.ts', import.meta.url));

/** Starts `nexconn` from its sources as a process of its own, which does not outlive the test. */
export function startCli(args: string[], env: Record<string, string> = {}): StartedCommand {
  return startCommand(bin, args, env);
}
