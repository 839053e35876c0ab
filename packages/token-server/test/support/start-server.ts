import { bundleSources } from '../../../../test/support/bundle-sources.js';
import { type StartedCommand, startCommand } from '../../../../test/support/start-command.js';

export type { StartedCommand as StartedServer };

/** The command, made of its sources. */
export const bin: string = await bundleSources(new URL('../../src/bin.ts', import.meta.url));

/** Starts the server from its sources as a process of its own, which does not outlive the test. */
export function startServer(args: string[], env: Record<string, string> = {}): StartedCommand {
  return startCommand(bin, args, env);
}
