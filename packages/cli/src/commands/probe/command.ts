import { createInterface } from 'node:readline/promises';
import type { ProfileAnswers } from '@nexconn-kit/mock/profile';
import {
  baseUrlOf,
  type CliContext,
  CliError,
  type Command,
  type EndpointFlags,
  InvalidArgumentError,
  isLoopback,
  Option,
  parseList,
  parseTimeoutMs,
  readAll,
  readEndpoint,
  regions,
} from '@nexconn-kit/token-server/command-line';
import { parseBaseUrl } from '../../options/base-url.js';
import { type Credentials, readCredentials } from '../../options/credentials.js';
import { dateNow, setTimeout } from '../../system-time.js';
import { readTerminal } from '../../terminal/terminal.js';
import { wrap } from '../../terminal/text.js';
import type { ProbeFile } from './profile-file.js';
import type { Outcome, Question } from './question.js';

interface ProbeFlags extends EndpointFlags {
  readonly appSecretFile?: string;
  readonly out: string;
  readonly only?: readonly string[];
  readonly again?: boolean;
  readonly yes?: boolean;
  readonly rate: number;
  readonly timeoutMs: number;
  readonly json?: boolean;
}

const helpEnd = `
For a development app, never for production: it makes up to 5 users, which stay,
and meets the rate limit with some 1,500 requests that are refused. No answer of
the API says which of the two an app is, so that nothing but the confirmation
keeps it from production: the last four characters of the App Key, or --yes.

Each question stands by itself, and what is not clear stays not known. The
profile has the answers and the requests that led to them, but neither secret
nor token. Started again, it asks what was not asked yet.

Questions: clock, nonce, upper-case, statuses, error-body, user-ids, avatar,
lengths, keep-alive, rate.

Examples:
  nexconn probe --region sg
  nexconn probe --only clock,nonce --yes
  nexconn mock --profile nexconn-profile.json

Exit codes:
  0  asked, though an answer may not be known
  1  the app takes no requests, or the profile cannot be written
  2  wrong use, a setting is missing, or it was not confirmed`;

/** Adds `nexconn probe`. */
export function addProbeCommand(program: Command, context: CliContext): void {
  program
    .command('probe')
    .description('ask a development app what is published nowhere, for a profile')
    .addOption(new Option('--region <region>', `${regions.join(', ')} (default: NEXCONN_REGION)`).conflicts('baseUrl'))
    .option('--base-url <url>', 'another server, such as a mock (default: NEXCONN_BASE_URL)')
    .option('--app-secret-file <file>', 'read the App Secret from this file instead of NEXCONN_APP_SECRET')
    .option('--out <file>', 'where the profile is written, and gone on with', 'nexconn-profile.json')
    .option('--only <list>', 'ask these questions alone', parseList)
    .option('--again', 'ask anew what was answered before')
    .option('--yes', 'the app is one of development: do not ask')
    .option('--rate <n>', 'requests a second, 1 to 20', parseRate, 2)
    .option('--timeout-ms <ms>', 'longest wait for one answer, in milliseconds', parseTimeoutMs, 5000)
    .option('--json', 'print one JSON object, an error too')
    .addHelpText('after', helpEnd)
    .action((flags: ProbeFlags) => probe(flags, context));
}

function parseRate(text: string): number {
  if (/^([1-9]|1\d|20)$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Give a whole number from 1 to 20.');
}

async function probe(flags: ProbeFlags, context: CliContext): Promise<void> {
  const { env, stdout, stderr } = context;
  const [credentials, endpoint] = readAll(
    () => readCredentials(env, flags.appSecretFile),
    () => readEndpoint(env, flags),
  );
  const url = readUrl(baseUrlOf(endpoint), env);
  const { maxUsers, questions, runProbe } = await import('./run-probe.js');
  const { beginProfile, continueProfile, saveProfile } = await import('./profile-file.js');
  const chosen = chooseQuestions(flags.only, questions);
  const begun = beginProfile(url.origin, credentials.appKey, new Date(dateNow()).toISOString());
  const file = await continueProfile(flags.out, begun);
  const asked = chosen.filter(({ id }) => flags.again || !Object.hasOwn(file.evidence, id) || id in file.notKnown);
  const write = createWriter(flags.json ? stderr : stdout, flags.json === true, env);
  if (asked.length > 0) {
    write(`Asks ${url.origin} as the app …${credentials.appKey.slice(-4)}, which must be one of development:`);
    write(`it makes up to ${maxUsers} users (${file.users.prefix}…), which stay, and may meet the rate limit.`);
    write('Whether it is one of development, no answer of the API says: look in the console.\n');
    await confirm(credentials, flags, context);
  }
  const result = await runProbe(file, {
    ...{ url, env, ...credentials, asked, timeoutMs: flags.timeoutMs, paceMs: 1000 / flags.rate, now: dateNow },
    wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    async onOutcome(question, outcome, so) {
      await saveProfile(flags.out, so);
      write(describe(question, outcome));
    },
  });
  if (flags.json) stdout.write(`${JSON.stringify(summaryOf(result, flags.out))}\n`);
  else write(`\nThe profile is in ${flags.out}: nexconn mock --profile ${flags.out}`);
}

/** @throws {CliError} USAGE */
function readUrl(baseUrl: string, env: CliContext['env']): URL {
  const url = parseBaseUrl(baseUrl);
  if (url.protocol !== 'http:' || isLoopback(url.hostname) || env.NEXCONN_DANGEROUSLY_ALLOW_HTTP === 'true') return url;
  const message = 'The base URL is http: on another machine. Set it to one with https: in front.';
  throw new CliError(message, { code: 'USAGE' });
}

function chooseQuestions(only: readonly string[] | undefined, all: readonly Question[]): readonly Question[] {
  const names = all.map(({ id }) => id);
  const unknown = only?.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    const message = `There is no question '${unknown}'. The questions are ${names.join(', ')}.`;
    throw new CliError(message, { code: 'USAGE' });
  }
  return only === undefined ? all : all.filter(({ id }) => only.includes(id));
}

/** @throws {CliError} USAGE unless somebody has said that it is an app of development */
async function confirm({ appKey }: Credentials, { yes }: ProbeFlags, { stdout }: CliContext): Promise<void> {
  if (yes) return;
  const isAsked = process.stdin.isTTY === true && readTerminal(stdout, {}).isTerminal;
  if (!isAsked) {
    const message = 'Nobody can be asked here whether that may be done. Pass --yes if it is an app of development.';
    throw new CliError(message, { code: 'USAGE' });
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question('Type the last four characters of the App Key to go on: ');
  terminal.close();
  if (answer.trim() !== appKey.slice(-4)) {
    throw new CliError('Those are not the last four of the App Key. Nothing was asked.', { code: 'USAGE' });
  }
}

const indent = 24;

/** Beside a JSON object, which may be an error on the same output, words are for those who look at them. */
function createWriter(output: CliContext['stdout'], isJson: boolean, env: CliContext['env']): (text: string) => void {
  const { columns, isTerminal } = readTerminal(output, env);
  if (isJson && !isTerminal) return () => {};
  return (text) => {
    const [title = '', words] = text.split('\t');
    if (words === undefined) {
      output.write(`${wrap(title, columns).join('\n')}\n`);
      return;
    }
    const lines = wrap(words, Math.max(30, Math.min(columns, 100) - indent));
    output.write(`${title.padEnd(indent)}${lines.join(`\n${' '.repeat(indent)}`)}\n`);
  };
}

/** The title and what was found, with a tab in between. */
function describe({ title, caveat }: Question, outcome: Outcome): string {
  if ('notKnown' in outcome) return `${title}\tnot known: ${outcome.notKnown}`;
  return `${title}\t${wordsOf(outcome.answers)}${caveat === undefined ? '' : `. ${caveat}`}`;
}

function wordsOf(answers: ProfileAnswers): string {
  const { clockToleranceMs, errorStatuses, ...others } = answers;
  const window =
    clockToleranceMs && `${secondsOf(clockToleranceMs.behind)} behind, ${secondsOf(clockToleranceMs.ahead)} ahead`;
  const statuses = Object.entries(errorStatuses ?? {}).map(([code, status]) => `${code} with HTTP ${status}`);
  const rest = Object.entries(others).map(([name, value]) => `${name}: ${[value].flat().join(', ') || 'none'}`);
  return [...(window ? [window] : []), ...rest, ...statuses].join(', ');
}

function secondsOf(ms: number | null): string {
  return ms === null ? 'any time' : `${ms / 1000} s`;
}

function summaryOf({ server, appKeyEnd, answers, notKnown, users }: ProbeFile, profile: string): object {
  return { profile, server, appKeyEnd, answers, notKnown, users };
}
