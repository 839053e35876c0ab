import { createNexconnClient } from '@nexconn-kit/client';
import { startMock } from '@nexconn-kit/mock';
import type { Command } from 'commander';
import { CliError } from '../errors.js';
import { curlAndOpenssl } from '../internal/curl-and-openssl.js';
import { environmentLines } from '../internal/environment-lines.js';
import { parsePort } from '../internal/parse-option.js';
import { startReferenceServer } from '../internal/start-reference-server.js';
import { untilAborted } from '../internal/until-aborted.js';
import type { CliContext } from '../types.js';

interface SandboxFlags {
  mockPort: number;
  docsPort: number;
}

const helpEnd = `
Starts the mock and the API reference page, issues one token through the client,
and shows how to issue more. Needs no account and no network.

Exit codes: 0 stopped by Ctrl-C, 1 a port is taken, 2 wrong use.`;

/** Adds `nexconn sandbox`. */
export function addSandboxCommand(program: Command, context: CliContext): void {
  program
    .command('sandbox')
    .description('run the mock and the API reference on this machine, until Ctrl-C')
    .option('--mock-port <port>', 'port of the mock, 0 for any free one', parsePort, 4010)
    .option('--docs-port <port>', 'port of the API reference, 0 for any free one', parsePort, 4030)
    .addHelpText('after', helpEnd)
    .action((flags: SandboxFlags) => runSandbox(flags, context));
}

async function runSandbox({ mockPort, docsPort }: SandboxFlags, context: CliContext): Promise<void> {
  const stop = context.stopSignal();
  await using mock = await startMock({ port: mockPort }).catch(nameFlag(mockPort, '--mock-port'));
  await using docs = await startReferenceServer(context.referencePagePath, docsPort).catch(
    nameFlag(docsPort, '--docs-port'),
  );
  await using client = createNexconnClient({ appKey: mock.appKey, appSecret: mock.appSecret, baseUrl: mock.url });
  const { userId, accessToken } = await client.issueAccessToken({ userId: 'jlk456j5', name: 'Ada' });
  const lines = [
    `Access token of the user ${userId}, issued by the client:`,
    `  ${accessToken}`,
    '',
    'Issue another with curl and openssl (paste into bash):',
    ...curlAndOpenssl(mock).map((line) => `  ${line}`),
    '',
    'Point any other client at the mock:',
    ...environmentLines(mock).map((line) => `  ${line}`),
    '',
    `Mock           ${mock.url}`,
    `API reference  ${docs.url}`,
    `Mock console   ${mock.url}/_console`,
    '',
    'Ctrl-C stops it.',
  ];
  context.stdout.write(`${lines.join('\n')}\n`);
  await untilAborted(stop);
}

function nameFlag(port: number, flag: string): (error: unknown) => never {
  return (error) => {
    const taken = error instanceof Error && 'code' in error && error.code === 'PORT_IN_USE';
    if (!taken) throw error;
    const message = `Port ${port} is taken. Choose another with ${flag}; 0 takes any free one.`;
    throw new CliError('PORT_IN_USE', message, { cause: error });
  };
}
