import { operationTable } from '@nexconn-kit/contract';
import { type HeaderPrefix, signRequest } from '@nexconn-kit/signing';
import type { CliContext } from '@nexconn-kit/token-server/command-line';
import {
  baseUrlOf,
  type Command,
  type EndpointFlags,
  Option,
  parseTimestamp,
  readEndpoint,
  regions,
} from '@nexconn-kit/token-server/command-line';
import { readCredentials } from '../../options/credentials.js';
import { quoteForShell } from '../../process/shell.js';

interface SignFlags extends EndpointFlags {
  nonce?: string;
  timestamp?: number;
  headerPrefix?: HeaderPrefix;
  appSecretFile?: string;
  json?: boolean;
  curl?: boolean;
}

const helpEnd = `
NEXCONN_APP_KEY and NEXCONN_APP_SECRET name the app. The secret has no flag,
and is not printed. The lines suit curl:
  nexconn sign | curl -H @- -H 'Content-Type: application/json' -d '…' URL

Exit codes: 0 done, 2 wrong use or a setting is missing.`;

/** Adds `nexconn sign`. */
export function addSignCommand(program: Command, context: CliContext): void {
  program
    .command('sign')
    .description('print the four signature headers of a request')
    .option('--nonce <text>', '1 to 18 visible ASCII characters (default: 18 random hexadecimal digits)')
    .option('--timestamp <ms>', 'Unix time in milliseconds (default: now)', parseTimestamp)
    .addOption(
      new Option('--header-prefix <prefix>', 'RC- where a gateway drops the plain names (default: none)').choices([
        'RC-',
      ]),
    )
    .addOption(new Option('--json', 'print one JSON object, an error too').conflicts('curl'))
    .option('--curl', 'print a curl command that issues a token with these headers')
    .addOption(
      new Option('--region <region>', `with --curl: ${regions.join(', ')} (default: NEXCONN_REGION)`).conflicts(
        'baseUrl',
      ),
    )
    .option('--base-url <url>', 'with --curl: another server (default: NEXCONN_BASE_URL)')
    .option('--app-secret-file <file>', 'read the App Secret from this file instead of NEXCONN_APP_SECRET')
    .addHelpText('after', helpEnd)
    .action((flags: SignFlags) => {
      context.stdout.write(`${signedText(flags, context.env)}\n`);
    });
}

function signedText(flags: SignFlags, env: CliContext['env']): string {
  const headers = signedHeaders(flags, env);
  if (flags.json) return JSON.stringify(headers);
  if (flags.curl) return curlCommand(headers, baseUrlOf(readEndpoint(env, flags)));
  return headerLines(headers).join('\n');
}

function signedHeaders(flags: SignFlags, env: CliContext['env']): Record<string, string> {
  const { nonce, timestamp, headerPrefix, appSecretFile } = flags;
  return signRequest(
    { ...readCredentials(env, appSecretFile), headerPrefix },
    {
      ...(nonce === undefined ? {} : { nonce: () => nonce }),
      ...(timestamp === undefined ? {} : { now: () => timestamp }),
    },
  );
}

function curlCommand(headers: Record<string, string>, baseUrl: string): string {
  const { method, path } = operationTable.issueAccessToken;
  const lines = [...headerLines(headers), 'Content-Type: application/json'];
  return [
    `curl -X ${method} ${quoteForShell(baseUrl + path)}`,
    ...lines.map((line) => `  -H ${quoteForShell(line)}`),
    `  -d ${quoteForShell('{"userId":"jlk456j5","name":"Ada"}')}`,
  ].join(' \\\n');
}

function headerLines(headers: Record<string, string>): string[] {
  return Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
}
