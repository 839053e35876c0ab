import { createNexconnClient } from '@nexconn-kit/client';
import { startMock } from '@nexconn-kit/mock';
import { startTrustingServer } from '@nexconn-kit/token-server';
import type { CliContext, Command } from '@nexconn-kit/token-server/command-line';
import { CliError, parsePort, untilAborted } from '@nexconn-kit/token-server/command-line';
import { environmentLines } from '../../process/shell.js';
import { curlAndOpenssl } from './curl-and-openssl.js';
import { startReferenceServer } from './reference-server.js';

/** The header whose user ID the sandbox believes. */
const userHeader = 'X-User-Id';

/** What would else be seen at the first log-in alone. */
const refusedUserIds = [
  'User IDs are letters and digits, as those of the API. For others (UUIDs,',
  'auth0|…, e-mail addresses) set NEXCONN_USER_ID_KEY, which makes opaque ones.',
];

interface SandboxFlags {
  host: string;
  mockPort: number;
  tokensPort: number;
  docsPort: number;
}

const helpEnd = `
Starts the mock, the token service on it and the API reference page, issues one
token through the client, and shows how to get more. Needs no account and no
network. This token service believes whatever user the caller names.

Exit codes: 0 stopped by Ctrl-C, 1 a port is taken, 2 wrong use.`;

/** Adds `nexconn sandbox`. */
export function addSandboxCommand(program: Command, context: CliContext, referencePagePath: string): void {
  program
    .command('sandbox')
    .description('run the mock, the token service and the API reference, until Ctrl-C')
    .option('--host <address>', 'address to listen on, 0.0.0.0 for all, as in a container', '127.0.0.1')
    .option('--mock-port <port>', 'port of the mock, 0 for any free one', parsePort, 4010)
    .option('--tokens-port <port>', 'port of the token service, 0 for any free one', parsePort, 4020)
    .option('--docs-port <port>', 'port of the API reference, 0 for any free one', parsePort, 4030)
    .addHelpText('after', helpEnd)
    .action((flags: SandboxFlags) => runSandbox(flags, context, referencePagePath));
}

async function runSandbox(flags: SandboxFlags, context: CliContext, referencePagePath: string): Promise<void> {
  const { host, mockPort, tokensPort, docsPort } = flags;
  const stop = context.stopSignal();
  const userIdKey = context.env.NEXCONN_USER_ID_KEY || undefined;
  await using mock = await startMock({ port: mockPort, host }).catch(nameFlag(mockPort, '--mock-port'));
  await using docs = await startReferenceServer(referencePagePath, docsPort, host).catch(
    nameFlag(docsPort, '--docs-port'),
  );
  await using client = createNexconnClient({ appKey: mock.appKey, appSecret: mock.appSecret, baseUrl: mock.url });
  await using tokens = await startTrustingServer(client, { userHeader, port: tokensPort, host, userIdKey }).catch(
    nameFlag(tokensPort, '--tokens-port'),
  );
  const { userId, accessToken } = await client.issueAccessToken({ userId: 'jlk456j5', name: 'Ada' });
  const lines = [
    `Access token of the user ${userId}, issued by the client:`,
    `  ${accessToken}`,
    '',
    'Issue another with curl and openssl (paste into bash):',
    ...curlAndOpenssl(mock).map((line) => `  ${line}`),
    '',
    'Log in as an app does, through the token service:',
    `  curl -sS -X POST -H '${userHeader}: jlk456j5' ${tokens.url}/access-token`,
    '',
    ...(userIdKey === undefined ? refusedUserIds : ['Its user IDs are opaque: NEXCONN_USER_ID_KEY is set.']),
    '',
    'Point any other client at the mock:',
    ...environmentLines(mock).map((line) => `  ${line}`),
    '',
    `Mock           ${mock.url}`,
    `Token service  ${tokens.url}`,
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
    throw new CliError(message, { code: 'PORT_IN_USE', cause: error });
  };
}
