import { hostname } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import type { LoadedDocument } from '@nexconn-kit/document';
import type { JsonObject } from '@nexconn-kit/document/compiler';
import type { CliContext, Command } from '@nexconn-kit/token-server/command-line';
import {
  isBlockedPort,
  parseList,
  parsePattern,
  parsePort,
  untilAborted,
} from '@nexconn-kit/token-server/command-line';
import { warningLines } from '../../options/document.js';
import { type CertificateFlags, certificateOf } from '../../process/certificate.js';
import { batchLines, writeUnlessStalled } from '../../process/output-lines.js';
import { environmentLines } from '../../process/shell.js';
import { createRequestLines, type RequestFacts } from '../../terminal/request-line.js';
import { type AppFlags, addAppOptions, pickAppFlags } from './app-options.js';
import { addCoverageCommand, writeCoverage } from './coverage.js';
import { countOperations, findDocument, openDocument } from './document.js';
import { profileOptions } from './profile.js';
import { writeReadyFile } from './ready-file.js';
import { runAgainst } from './run-against.js';

interface MockFlags extends AppFlags, CertificateFlags {
  port: number;
  document?: string;
  overlay?: readonly string[];
  allowRemote?: boolean;
  profile?: string;
  watch?: boolean;
  userIdPattern?: RegExp;
  allowedOrigins?: readonly string[];
  readyFile?: string;
  coverage?: string;
  quiet?: boolean;
}

const helpEnd = `
The mock takes one pair of credentials, the example of the API's own
documentation, and prints it. It checks the signature of every request.

--watch keeps apps, users, tokens and faults, and keeps the last good document
where a change is in error. Without --document it watches the one of a checkout
of nexconn-kit, spec/nexconn/openapi.yaml.

--tls makes a certificate on the spot, for localhost, the name of this machine
and the names that follow, and prints the file that clients trust it by.

With a command after --, the mock takes any free port unless --port is given,
and the command finds NEXCONN_APP_KEY, NEXCONN_APP_SECRET and NEXCONN_BASE_URL
in its environment, and NODE_EXTRA_CA_CERTS with --tls. SIGINT and SIGTERM end
both. SIGKILL, which no process can answer, ends the mock alone: the command runs
on, and its calls fail by ECONNREFUSED.

Examples:
  nexconn mock
  nexconn mock --environment development --user-limit 3
  nexconn mock --profile nexconn-profile.json
  nexconn mock -- npm test

Exit codes:
  0  stopped by Ctrl-C
  1  the port is taken, the document is in error, or the command cannot be run
  2  wrong use
With a command, its own.`;

/** Adds `nexconn mock`. */
export function addMockCommand(program: Command, context: CliContext): void {
  const mock = program
    .command('mock')
    .description('run a mock of the API on this machine, until Ctrl-C or a command ends')
    .argument('[command...]', 'a command to run against it, after --')
    .option('--port <port>', 'port to listen on, 0 for any free one', parsePort, 4010)
    .option('--host <address>', 'address to listen on, 0.0.0.0 for all (default: 127.0.0.1)')
    .option('--tls [names]', 'listen with https, by a certificate made on the spot', parseList)
    .option('--document <path>', 'an OpenAPI document to play, 3.0 to 3.2 (default: the one of this build)')
    .option('--overlay <paths...>', 'OpenAPI Overlays to apply to it, in this order')
    .option('--allow-remote', 'follow what the document refers to on other hosts')
    .option('--profile <file>', 'answer as the account does that nexconn probe has asked')
    .option('--watch', 'play the document anew after a change of any of its files')
    .option('--user-id-pattern <regexp>', 'which user IDs are accepted (default: letters and digits)', parsePattern)
    .option(
      '--allowed-origins <list>',
      'origins whose pages may call it, "any" for all (default: those of this machine)',
      parseList,
    )
    .option('--ready-file <path>', 'write the environment for clients there once it is ready')
    .option('--coverage <path>', 'write there at the end what of the document was met')
    .option('--quiet', 'print no line for each request');
  addAppOptions(mock)
    .addHelpText('after', helpEnd)
    .action((words: string[], flags: MockFlags, command: Command) => {
      const port = words.length > 0 && command.getOptionValueSource('port') === 'default' ? 0 : flags.port;
      return runMock(words, { ...flags, port }, context);
    });
  addCoverageCommand(mock, context);
}

async function runMock(words: readonly string[], flags: MockFlags, context: CliContext): Promise<void> {
  // The journal turns over with every request: the heap would grow to three times what is in use before it is collected.
  setFlagsFromString('--heap-growing-percent=50');
  const { port, userIdPattern, readyFile } = flags;
  const stop = context.stopSignal();
  // The output of a command must not be mixed with lines of the mock.
  const quiet = flags.quiet || words.length > 0;
  const print = batchLines((text) => writeUnlessStalled(context.stdout, text));
  const lineOf = createRequestLines(context.stdout, context.env);
  const onRequest = (facts: RequestFacts): void => print(lineOf(facts));
  const allowedOrigins = flags.allowedOrigins?.includes('any') ? 'any' : flags.allowedOrigins;
  const path = findDocument(flags);
  const opened =
    path === undefined
      ? undefined
      : await openDocument(path, { overlays: flags.overlay, allowRemote: flags.allowRemote });
  const document = opened?.loaded;
  if (document) context.stderr.write(warningLines(document));
  if (isBlockedPort(port)) {
    const says = `Port ${port} is one that fetch and browsers never call. Take another with --port, such as 4010.`;
    context.stderr.write(`${says}\n`);
  }
  const { host } = flags;
  // Imported here: no other command needs it, and each would wait for it.
  const { startMock } = await import('@nexconn-kit/mock');
  await using tls = await certificateOf(flags);
  await using mock = await startMock({
    ...(await profileOptions(flags.profile)),
    ...pickAppFlags(flags),
    ...(userIdPattern && { userIdPattern }),
    ...{ document, port, host, allowedOrigins, onRequest: quiet ? undefined : onRequest },
    tls: tls && { cert: tls.cert, key: tls.key },
  });
  // The App Secret is not enumerable.
  const environment = { ...mock, appSecret: mock.appSecret, caFile: tls?.file };
  const stdout = words.length > 0 ? { write: () => undefined } : context.stdout;
  using _watch = flags.watch ? opened?.follow(mock, { stderr: context.stderr, stdout }) : undefined;
  await using _ = await writeReadyFile(readyFile, environment);
  await using _coverage = {
    [Symbol.asyncDispose]: async () => {
      if (flags.coverage !== undefined) await writeCoverage(flags.coverage, await mock.console.getCoverage());
    },
  };
  if (words.length > 0) {
    await runAgainst(environment, words, context.env, stop);
    return;
  }
  const lines = [
    `The mock of ${document ? path : 'the Nexconn Server API'} is ready at ${mock.url}`,
    ...(document ? [`It plays ${countOperations(document)}.`] : []),
    ...(flags.profile === undefined ? [] : [`It answers as the account of ${flags.profile} does.`]),
    ...otherMachines(host, mock.url),
    `Requests, users and tokens: ${mock.url}/_console`,
    'Point a client at it by its environment, in a shell with export before each:',
    ...(await shownLines(environmentLines(environment), document)).map((line) => `  ${line}`),
    'Ctrl-C stops it.',
  ];
  context.stdout.write(`${lines.join('\n')}\n`);
  await untilAborted(stop);
}

/** Without a signature nobody needs an App Key. */
async function shownLines(lines: readonly string[], loaded: LoadedDocument | undefined): Promise<readonly string[]> {
  if (loaded === undefined) return lines;
  const { hasSignature } = await import('@nexconn-kit/document/compiler');
  return hasSignature(loaded.document as JsonObject) ? lines : lines.filter((line) => !line.startsWith('NEXCONN_APP_'));
}

/** On all addresses, other machines and containers call it by the name that they know this one by. */
function otherMachines(host: string | undefined, url: string): string[] {
  if (host !== '0.0.0.0' && host !== '::') return [];
  const { protocol, port } = new URL(url);
  return [`From other machines: ${protocol}//${hostname()}:${port}, or by another name of this one`];
}
