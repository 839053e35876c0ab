import type { HeaderPrefix } from '@nexconn-kit/signing';
import type { CliContext } from '@nexconn-kit/token-server/command-line';
import {
  baseUrlOf,
  CliError,
  type Command,
  type EndpointFlags,
  Option,
  parseTimestamp,
  readAll,
  readEndpoint,
  regions,
} from '@nexconn-kit/token-server/command-line';
import { parseBaseUrl } from '../../options/base-url.js';
import { readCredentials } from '../../options/credentials.js';
import { readTerminal } from '../../terminal/terminal.js';

interface SignFlags extends EndpointFlags {
  nonce?: string;
  timestamp?: number;
  headerPrefix?: HeaderPrefix;
  appSecretFile?: string;
  json?: boolean;
  curl?: boolean;
  curlFlags?: boolean;
  http?: boolean;
  explain?: boolean;
}

const helpEnd = `
NEXCONN_APP_KEY and NEXCONN_APP_SECRET name the app. The secret has no flag,
and is not printed, not by --explain either. Headers are good for one request,
and for a few minutes: sign each anew.

Examples:
  nexconn sign | curl -H @- -H 'Content-Type: application/json' -d '…' URL
  nexconn sign --curl --region sg
  nexconn sign --http --region sg > issue.http
  nexconn sign --explain --nonce 14314 --timestamp 1408710653000

Exit codes:
  0  done
  2  wrong use, or a setting is missing`;

/** Adds `nexconn sign`. */
export function addSignCommand(program: Command, context: CliContext): void {
  const forms = ['json', 'curl', 'curlFlags', 'http'];
  const form = (flag: string, description: string): Option => {
    const option = new Option(flag, description);
    return option.conflicts(forms.filter((name) => name !== option.attributeName()));
  };
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
    .addOption(form('--json', 'print one JSON object, an error too'))
    .addOption(form('--curl', 'print a curl command that issues a token with these headers'))
    .addOption(form('--curl-flags', 'print the headers as flags of curl, in one line'))
    .addOption(form('--http', 'print the same request as an .http file, which editors send'))
    .addOption(
      new Option('--explain', 'print what is signed and what comes out, the secret masked').conflicts(forms.slice(1)),
    )
    .addOption(
      new Option(
        '--region <region>',
        `with --curl or --http: ${regions.join(', ')} (default: NEXCONN_REGION)`,
      ).conflicts('baseUrl'),
    )
    .option('--base-url <url>', 'with --curl or --http: another server (default: NEXCONN_BASE_URL)')
    .option('--app-secret-file <file>', 'read the App Secret from this file instead of NEXCONN_APP_SECRET')
    .addHelpText('after', helpEnd)
    .action((flags: SignFlags) => sign(flags, context));
}

async function sign(flags: SignFlags, { env, stdout }: CliContext): Promise<void> {
  refuseUnusedServer(flags);
  const { nonce, timestamp, headerPrefix, appSecretFile } = flags;
  const [{ signRequest }, forms, { explanation }] = await Promise.all([
    import('@nexconn-kit/signing'),
    import('./forms.js'),
    import('./explanation.js'),
  ]);
  const [headers, baseUrl] = readAll(
    () =>
      signRequest(
        { ...readCredentials(env, appSecretFile), headerPrefix },
        {
          ...(nonce === undefined ? {} : { nonce: () => nonce }),
          ...(timestamp === undefined ? {} : { now: () => timestamp }),
        },
      ),
    () => (flags.curl || flags.http ? checkedBaseUrl(baseUrlOf(readEndpoint(env, flags))) : undefined),
  );
  const lines = (): readonly string[] => {
    if (flags.explain) return explanation(headers, { isJson: flags.json === true, ...readTerminal(stdout, env) });
    if (flags.json) return [JSON.stringify(headers)];
    if (flags.curlFlags) return [forms.curlFlags(headers).join(' ')];
    if (baseUrl === undefined) return forms.headerLines(headers);
    return flags.http ? forms.httpFile(headers, baseUrl) : forms.curlCommand(headers, baseUrl);
  };
  stdout.write(`${lines().join('\n')}\n`);
}

/** Headers alone are for any server. @throws {CliError} USAGE */
function refuseUnusedServer({ region, baseUrl, curl, http }: SignFlags): void {
  if (curl || http || (region ?? baseUrl) === undefined) return;
  const flag = region === undefined ? '--base-url' : '--region';
  const message = `${flag} is what --curl and --http send to. Add one of them, or leave it out.`;
  throw new CliError(message, { code: 'USAGE' });
}

/** Returns a base URL as it was given. @throws {CliError} USAGE */
function checkedBaseUrl(baseUrl: string): string {
  parseBaseUrl(baseUrl);
  return baseUrl;
}
