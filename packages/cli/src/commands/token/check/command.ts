import type { CliContext, Command } from '@nexconn-kit/token-server/command-line';
import { CliError, CommandEnded, readSmallFile } from '@nexconn-kit/token-server/command-line';
import { parseMockUrl } from '../../../process/mock-console.js';
import { type Finding, notKnown } from '../../../terminal/finding.js';
import { createLineWriter } from '../../../terminal/finding-lines.js';
import { askMock, type MockVerdict } from './ask-mock.js';
import { faultOf } from './fault-of.js';

interface TokenCheckFlags {
  readonly mock?: URL;
  readonly json?: boolean;
}

const helpEnd = `
FILE, or stdin, holds the token alone, or a JSON object with "accessToken", as
token issue prints it. A token is never an argument: every user of a machine can
see those of a running command. It is not printed.

Examples:
  nexconn token issue --user-id jlk456j5 --name Ada | nexconn token check
  nexconn token check token.txt --mock http://127.0.0.1:4010

Without --mock it looks for what goes wrong on the way of a token: cut, quoted,
encoded for a URL, something else than a token. The Server API answers no
question about a token: only a client SDK that connects with it can tell whether
the real one takes it.

Exit codes:
  0  nothing is wrong with it
  1  something is
  2  wrong use`;

/** What no command can tell of a token of the real API. */
const unknown =
  'Whether the real API takes it cannot be known here: only a client SDK that connects with it is told, by a code of 0 or 310xx.';

/** The longest text that is read; a token has 256 bytes at most. */
const maxBytes = 65_536;

/** Adds `nexconn token check`. */
export function addCheckCommand(token: Command, context: CliContext): void {
  token
    .command('check [file]')
    .description('look at a token, of a file or stdin; with --mock, connect with it')
    .option('--mock <url>', "ask this mock's connection check as well", parseMockUrl)
    .option('--json', 'print one JSON object, an error too')
    .addHelpText('after', helpEnd)
    .action((file: string | undefined, flags: TokenCheckFlags) => checkToken(file, flags, context));
}

async function checkToken(file: string | undefined, flags: TokenCheckFlags, context: CliContext): Promise<void> {
  const { env, stdout } = context;
  if (file === undefined && process.stdin.isTTY) {
    throw usage('Name the file of the token, or pipe it in. See nexconn token check --help.');
  }
  const token = tokenIn(file === undefined || file === '-' ? await readStdin() : readFile(file));
  const fault = faultOf(token, env);
  const verdict = flags.mock && (await askMock(flags.mock, token, env));
  const writeFinding = createLineWriter(context);
  const isGood = fault === undefined && (verdict === undefined || verdict.code === 0);
  if (flags.json) stdout.write(`${JSON.stringify({ isGood, fault, mock: verdict })}\n`);
  else for (const finding of findingsOf(token, fault, verdict)) writeFinding(finding);
  if (!isGood) throw new CommandEnded(1);
}

function findingsOf(token: string, fault: string | undefined, verdict: MockVerdict | undefined): Finding[] {
  const length = `${Buffer.byteLength(token)} bytes, not shown`;
  return [
    finding('shape', fault === undefined, fault ?? `It looks like an access token (${length}).`),
    ...(verdict ? [finding('mock', verdict.code === 0, describeVerdict(verdict))] : []),
    notKnown('real API', unknown),
  ];
}

function finding(check: string, isGood: boolean, says: string): Finding {
  return { check, state: isGood ? 'ok' : 'failed', says };
}

function describeVerdict({ code, userId, meaning }: MockVerdict): string {
  return code === 0
    ? `A client SDK connects with it${userId ? `, as ${userId}` : ''}.`
    : `A client SDK is refused, with ${code}: ${meaning}`;
}

/** Returns the token of a text: its only line, or a field of its JSON object. */
function tokenIn(text: string): string {
  const line = text.replace(/\r?\n$/, '');
  if (!line.startsWith('{')) return line;
  try {
    const { accessToken }: { accessToken?: unknown } = JSON.parse(line);
    if (typeof accessToken === 'string') return accessToken;
  } catch {
    // No JSON, and no token either, which is said by its shape.
    return line;
  }
  throw usage('The JSON object has no text "accessToken". Give what token issue prints, or the token alone.');
}

function readFile(path: string): string {
  try {
    return readSmallFile(path, { maxBytes });
  } catch (error) {
    // Without the path: who takes the argument for the token has put the token there.
    const { code, message: problem } = error as NodeJS.ErrnoException;
    if (code === 'TOO_LARGE') throw tooLarge();
    throw usage(`The file that is named ${problem}. Give the path of a file, or pipe the token in.`);
  }
}

async function readStdin(): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of process.stdin) {
    chunks.push(chunk as Buffer);
    size += (chunk as Buffer).length;
    if (size > maxBytes) break;
  }
  return checkSize(Buffer.concat(chunks));
}

function checkSize(bytes: Buffer): string {
  if (bytes.length <= maxBytes) return bytes.toString('utf8');
  throw tooLarge();
}

function tooLarge(): CliError {
  return usage(`The input has more than ${maxBytes} bytes; a token has at most 256. Give the token alone.`);
}

function usage(message: string): CliError {
  return new CliError(message, { code: 'USAGE' });
}
