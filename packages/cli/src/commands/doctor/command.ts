import {
  type CliContext,
  type Command,
  CommandEnded,
  exitCode,
  Option,
  parseTimeoutMs,
  regions,
} from '@nexconn-kit/token-server/command-line';
import type { Finding } from '../../terminal/finding.js';
import { createLineWriter } from '../../terminal/finding-lines.js';
import type { DoctorFlags } from './examine.js';
import { countStates, summarize } from './report.js';

const helpEnd = `
Checks Node and the variables, the look of App Key and App Secret, the way to
each host of the region (DNS, TCP, TLS, proxy), the clock, and whether the API
accepts the signature. It sends a signed request without a user, which the API
refuses after the signature, one with a wrong signature, and one that would
void the tokens of nobody, from before 1970; no user is made. With --user-id
it asks for a token in place of that.
The secret and the passwords of proxies are not printed.

NEXCONN_APP_KEY and NEXCONN_APP_SECRET name the app.

Examples:
  nexconn doctor --region sg
  nexconn doctor --regions           # is the app in another region?
  nexconn doctor --user-id ada1      # and is a token really issued?
  nexconn mock -- nexconn doctor     # what it looks like where all is well

Exit codes:
  0  nothing failed
  1  something failed
  2  wrong use`;

/** Adds `nexconn doctor`. */
export function addDoctorCommand(program: Command, context: CliContext): void {
  program
    .command('doctor')
    .description('check settings, network, clock and signature, and say what to do')
    .addOption(new Option('--region <region>', `${regions.join(', ')} (default: NEXCONN_REGION)`).conflicts('baseUrl'))
    .option('--base-url <url>', 'another server, such as a mock (default: NEXCONN_BASE_URL)')
    .option('--app-secret-file <file>', 'read the App Secret from this file instead of NEXCONN_APP_SECRET')
    .option('--regions', 'ask the other regions too whether the app is there')
    .option('--user-id <id>', 'issue a token for this user too; registers the user, if new')
    .option(
      '--timeout-ms <ms>',
      'longest wait for one step, in milliseconds; 12 times that for all',
      parseTimeoutMs,
      5000,
    )
    .option('--json', 'print one JSON object, an error too')
    .addHelpText('after', helpEnd)
    .action((flags: DoctorFlags & { json?: boolean }) => runDoctor(flags, context));
}

/** @throws {CommandEnded} where something failed */
async function runDoctor(flags: DoctorFlags & { json?: boolean }, context: CliContext): Promise<void> {
  const write = flags.json ? () => undefined : createLineWriter(context);
  const findings: Finding[] = [];
  const { examine } = await import('./examine.js');
  for await (const finding of examine(flags, context.env)) {
    findings.push(finding);
    write(finding);
  }
  const counts = countStates(findings);
  const text = flags.json ? JSON.stringify({ findings, counts }) : `\n${summarize(findings)}`;
  context.stdout.write(`${text}\n`);
  if (counts.failed > 0) throw new CommandEnded(exitCode.failed);
}
