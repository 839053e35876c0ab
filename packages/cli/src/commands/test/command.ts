import type { CliContext, Command } from '@nexconn-kit/token-server/command-line';
import { Option, parseCount, parseList, parsePositive, parseTimeoutMs } from '@nexconn-kit/token-server/command-line';
import type { TestFlags } from './flags.js';

const helpEnd = `
Draws requests of each operation, valid and invalid, and looks at what comes of
them: a status, media type, body and headers as documented, no 5xx, and a 4xx
where a request breaks the document. What shows a fault is made smaller, and
printed as a curl command, with its secrets masked. The same --seed draws the
same requests.

It makes what the operations make, such as users: test a mock or a development
server. Credentials are those of nexconn call: NEXCONN_APP_KEY and
NEXCONN_APP_SECRET, or NEXCONN_CREDENTIAL_… for each security scheme.

Without --document it tests a server of the Nexconn Server API. The tests of an
app run against a mock by: nexconn mock -- npm test

Examples:
  nexconn test --url http://127.0.0.1:4010
  nexconn test --document zoo.yaml --url http://127.0.0.1:8080 --seed 42
  nexconn test --document zoo.yaml --url http://127.0.0.1:8080 --report junit

Exit codes:
  0  no fault was found
  1  the server has a fault, or does not answer
  2  wrong use, or a setting is missing`;

/** Adds `nexconn test`. */
export function addTestCommand(program: Command, context: CliContext): void {
  program
    .command('test')
    .description('test whether a server does what its OpenAPI document says')
    .requiredOption('--url <url>', 'where the server stands, with the base path of its API')
    .option('--document <path>', 'an OpenAPI document, 3.0 to 3.2 (default: the one of this build)')
    .option('--overlay <paths...>', 'OpenAPI Overlays to apply to it, in this order')
    .option('--allow-remote', 'follow what the document refers to on other hosts')
    .option('--operation <list>', 'operationIds of those to test (default: all)', parseList)
    .option('--runs <n>', 'valid requests of each operation, and as many invalid ones', parsePositive, 20)
    .option('--seed <n>', 'what the requests are drawn by (default: a new one, which is printed)', parseCount)
    .option('--rate <n>', 'requests a second, at most', parsePositive, 20)
    .option('--timeout-ms <ms>', 'longest wait for one answer, in milliseconds', parseTimeoutMs, 5000)
    .option('--max-seconds <n>', 'longest time of the whole test', parsePositive, 300)
    .addOption(new Option('--report <form>', 'what is printed').choices(['text', 'junit', 'json']).default('text'))
    .addOption(new Option('--json', 'the same as --report json, and an error is JSON too').conflicts('report'))
    .option('--app-secret-file <file>', 'read the App Secret from this file instead of NEXCONN_APP_SECRET')
    .option('--credentials-file <file>', 'read credentials from this file: {"petKey":"…"}')
    .option('--dangerously-test-production', 'test a host of the Nexconn Server API itself, which makes users there')
    .addHelpText('after', helpEnd)
    .action(async (flags: TestFlags) => {
      const { runTest } = await import('./run-test.js');
      return runTest(flags, context);
    });
}
