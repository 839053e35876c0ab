import { startMock } from '@nexconn-kit/mock';
import type { Command } from 'commander';
import { environmentLines } from '../internal/environment-lines.js';
import { parsePattern, parsePort } from '../internal/parse-option.js';
import { untilAborted } from '../internal/until-aborted.js';
import type { CliContext } from '../types.js';

interface MockFlags {
  port: number;
  userIdPattern?: RegExp;
  quiet?: boolean;
}

const helpEnd = `
The mock takes one pair of credentials, the example of the API's own
documentation, and prints it. It checks the signature of every request.

Exit codes: 0 stopped by Ctrl-C, 1 the port is taken, 2 wrong use.`;

/** Adds `nexconn mock`. */
export function addMockCommand(program: Command, context: CliContext): void {
  program
    .command('mock')
    .description('run a mock of the API on this machine, until Ctrl-C')
    .option('--port <port>', 'port to listen on, 0 for any free one', parsePort, 4010)
    .option('--user-id-pattern <regexp>', 'which user IDs are accepted (default: letters and digits)', parsePattern)
    .option('--quiet', 'print no line for each request')
    .addHelpText('after', helpEnd)
    .action((flags: MockFlags) => runMock(flags, context));
}

async function runMock({ port, userIdPattern, quiet }: MockFlags, { stdout, stopSignal }: CliContext): Promise<void> {
  const stop = stopSignal();
  const log = quiet ? undefined : (line: string) => stdout.write(`${line}\n`);
  await using mock = await startMock({ port, userIdPattern, log });
  const lines = [
    `The mock of the Nexconn Server API is ready at ${mock.url}`,
    'Point a client at it with:',
    ...environmentLines(mock).map((line) => `  ${line}`),
    'Ctrl-C stops it.',
  ];
  stdout.write(`${lines.join('\n')}\n`);
  await untilAborted(stop);
}
