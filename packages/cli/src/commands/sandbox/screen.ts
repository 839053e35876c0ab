import { isIP } from 'node:net';
import { isLoopback } from '@nexconn-kit/token-server/command-line';
import { environmentLines, quoteForShell } from '../../process/shell.js';
import { curlAndOpenssl } from './curl-and-openssl.js';
import type { Sandbox } from './start-sandbox.js';

/** Returns what is printed once a sandbox runs: the page to open first. */
export function screenOf(
  { mock, tokens, docs, isKept, caFile }: Sandbox,
  folder: string | false,
  hasCurl: boolean,
  host = '127.0.0.1',
): string[] {
  return [
    'The Nexconn sandbox runs on this machine. Open the demo app:',
    '',
    `  ${tokens.url}`,
    '',
    `Mock           ${mock.url}`,
    `Token service  ${tokens.url}`,
    `Documentation  ${docs.url}`,
    `Mock console   ${mock.url}/_console`,
    ...(caFile === undefined ? [] : [`Certificate    ${caFile}`]),
    '',
    isKept ? `Users, tokens and App Secret are kept in ${folder}; --fresh starts empty.` : 'It keeps all in memory.',
    ...(hasCurl ? [] : ['For a token, curl lines and the settings of another client, add --curl.']),
    ...(caFile === undefined ? [] : ['Clients on Node trust its certificate by NODE_EXTRA_CA_CERTS.']),
    ...otherMachines(host),
    'Ctrl-C stops it.',
  ];
}

/** Who else may call, and how: a name, which others may have, is answered for this machine alone. */
function otherMachines(host: string): string[] {
  if (isLoopback(host) || host === '::1') return [];
  return isIP(host) === 0 || host === '0.0.0.0' || host === '::'
    ? ['Tokens for this machine alone. For a phone: --host with an address of it.']
    : [`Whoever reaches ${host} gets a token of any user of this mock.`];
}

/** Returns how to get tokens without the demo app: a token, lines to paste into bash, and the settings of another client. */
export async function curlLines({ mock, client, tokens, caFile }: Sandbox, userHeader: string): Promise<string[]> {
  const { userId, accessToken } = await client.issueAccessToken({ userId: 'jlk456j5', name: 'Ada' });
  // By the secret that signs now, which may have been rotated.
  const secret = await mock.currentAppSecret();
  const appSecret = typeof secret === 'string' ? secret : secret.current;
  const app = { appKey: mock.appKey, appSecret, url: mock.url, caFile };
  const trust = caFile === undefined ? '' : `--cacert ${quoteForShell(caFile)} `;
  return [
    `Access token of the user ${userId}, issued by the client:`,
    `  ${accessToken}`,
    '',
    'Issue another with curl and openssl (paste into bash):',
    ...curlAndOpenssl(app).map((line) => `  ${line}`),
    '',
    'Log in as an app does, through the token service:',
    `  curl -sS ${trust}-X POST -H '${userHeader}: jlk456j5' ${tokens.url}/access-token`,
    '',
    'Point any other client at the mock:',
    ...environmentLines(app).map((line) => `  ${line}`),
    '',
  ];
}
