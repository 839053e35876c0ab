import type { CliContext, Command } from '@nexconn-kit/token-server/command-line';
import {
  CliError,
  InvalidArgumentError,
  isBlockedPort,
  parseList,
  parsePort,
  untilAborted,
} from '@nexconn-kit/token-server/command-line';
import { type CertificateFlags, certificateOf } from '../../process/certificate.js';
import { batchLines, writeUnlessStalled } from '../../process/output-lines.js';
import { createRequestLines } from '../../terminal/request-line.js';
import { openBrowser } from './open-browser.js';
import { curlLines, screenOf } from './screen.js';

interface SandboxFlags extends CertificateFlags {
  mockPort: number;
  tokensPort: number;
  docsPort: number;
  curl?: true;
  open?: true;
  quiet?: true;
  state: string | false;
  fresh?: true;
}

const helpEnd = `
Starts a demo app with its token service, the mock that it gets its tokens of,
and the documentation. Needs no account and no network. Its token service
believes whatever user the caller names.

--tls makes a certificate on the spot, for localhost, the name of this machine
and the names that follow, and prints the file that clients trust it by.

Examples:
  nexconn sandbox
  nexconn sandbox --open
  nexconn sandbox --curl --quiet
  nexconn sandbox --fresh
  nexconn sandbox --mock-port 0 --tokens-port 0 --docs-port 0

Exit codes:
  0  stopped by Ctrl-C
  1  a port is taken, or another sandbox uses the same state
  2  wrong use`;

/** Adds `nexconn sandbox`. */
export function addSandboxCommand(program: Command, context: CliContext, docsFolder: string): void {
  const sandbox = program
    .command('sandbox')
    .description('run a demo app, the token service, the mock and the documentation, until Ctrl-C')
    .option('--open', 'open the demo app in a browser')
    .option('--curl', 'print a token, curl lines, and the settings of another client as well')
    .option('--quiet', 'print no line for each request')
    .option('--state <folder>', 'where users, tokens and App Secret are kept for the next start', '.sandbox')
    .option('--fresh', 'remove what is kept there, and start without users')
    .option('--no-state', 'keep all of it in memory')
    .option(
      '--host <address>',
      'address to listen on, such as 192.168.0.7 for a phone, or 0.0.0.0 in a container (default: 127.0.0.1)',
    )
    .option('--tls [names]', 'listen with https, by a certificate made on the spot', parseList)
    .option('--mock-port <port>', 'port of the mock, 0 for any free one', parsePagePort, 4010)
    .option(
      '--tokens-port <port>',
      'port of the demo app and its token service, 0 for any free one',
      parsePagePort,
      4020,
    )
    .option('--docs-port <port>', 'port of the documentation, 0 for any free one', parsePagePort, 4030)
    .addHelpText('after', helpEnd)
    .action((flags: SandboxFlags) => {
      if (named.size > 1) refuseBoth('--state names where it is kept', '--state');
      return runSandbox(flags, context, docsFolder);
    });
  // Of the two, which are one setting, the last would count.
  const named = new Set<string>();
  for (const flag of ['state', 'no-state']) sandbox.on(`option:${flag}`, () => named.add(flag));
}

/** @throws {CliError} USAGE */
function refuseBoth(what: string, flag: string): never {
  const message = `${what}, and --no-state keeps nothing. Leave out ${flag} or --no-state.`;
  throw new CliError(message, { code: 'USAGE' });
}

/** Returns the port of something that is opened in a browser. */
function parsePagePort(text: string): number {
  const port = parsePort(text);
  if (isBlockedPort(port))
    throw new InvalidArgumentError('No browser calls that port. Give another; 0 takes any free one.');
  return port;
}

/** Said once, below the line of the first such request. */
const oddUserId = 'Production refuses such a user ID, unless NEXCONN_USER_ID_KEY makes it opaque.';

/** @throws {CliError} USAGE, and those of `startSandbox` */
async function runSandbox(flags: SandboxFlags, context: CliContext, docsFolder: string): Promise<void> {
  const { host, mockPort, tokensPort, docsPort, quiet, curl, open, state, fresh } = flags;
  if (fresh && state === false) refuseBoth('--fresh removes what is kept', '--fresh');
  const { stdout, env } = context;
  const stop = context.stopSignal();
  // Imported here: no other command needs what it starts, and each would wait for it.
  const { startSandbox, userHeader } = await import('./start-sandbox.js');
  const print = batchLines((text) => writeUnlessStalled(stdout, text));
  const lineOf = createRequestLines(stdout, env);
  let isShown = false;
  await using certificate = await certificateOf(flags);
  await using sandbox = await startSandbox({
    ...{ host, mockPort, tokensPort, docsPort, docsFolder, certificate },
    stateFolder: state === false ? undefined : state,
    isFresh: fresh === true,
    onTrouble: (sentence) => context.stderr.write(`${sentence}\n`),
    onWait: (sentence) => context.stderr.write(`${sentence}\n`),
    userIdKey: env.NEXCONN_USER_ID_KEY || undefined,
    onRequest(facts) {
      if (isShown && !quiet) print(lineOf(facts));
    },
    onOddUserId: () => print(oddUserId),
  });
  const details = curl ? await curlLines(sandbox, userHeader) : [];
  stdout.write(`${[...details, ...screenOf(sandbox, state, curl === true, host)].join('\n')}\n`);
  isShown = true;
  if (open) {
    const trouble = await openBrowser(sandbox.tokens.url, env);
    if (trouble !== undefined) print(`No browser was opened: ${trouble}. Open the demo app yourself.`);
  }
  await untilAborted(stop);
}
