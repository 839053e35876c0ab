import { signRequest } from '@nexconn-kit/signing';
import {
  type CliContext,
  CliError,
  CommandEnded,
  readSmallFile,
  UnreadFile,
} from '@nexconn-kit/token-server/command-line';
import { readCredentials } from '../../options/credentials.js';
import { readBounded } from '../../process/read-bounded.js';
import { printable, readTerminal } from '../../terminal/terminal.js';
import { wrap } from '../../terminal/text.js';
import { maskText } from '../../wire/mask-text.js';
import { createJudge, nextSecretVariable, type Verdict } from './judge.js';
import { type CapturedRequest, readCapture } from './read-capture.js';

/** The flags of `nexconn verify`. */
export interface VerifyFlags {
  readonly at?: number;
  readonly clockToleranceMs: number;
  readonly appSecretFile?: string;
  readonly json?: boolean;
}

/** HAR files of a long session have some MiB. */
const maxBytes = 64 * 1024 * 1024;
/** A request that is captured meanwhile, as by `<(curl -v …)`, takes its time. */
const waitMs = 60_000;

const cutDown = 'Cut it down to the requests that are in question.';

/**
 * Writes what is said of each request of a capture.
 *
 * @throws {CliError} USAGE, MISSING_CONFIGURATION
 * @throws {CommandEnded} where one is wrong
 */
export async function verifyCapture(file: string | undefined, flags: VerifyFlags, context: CliContext): Promise<void> {
  const { env, stdout } = context;
  const credentials = readCredentials(env, flags.appSecretFile);
  // What cannot sign, such as a secret with a line feed, cannot verify either.
  signRequest(credentials);
  const nextSecret = env[nextSecretVariable] || undefined;
  if (nextSecret !== undefined) signRequest({ ...credentials, appSecret: nextSecret });
  const requests = readCapture(await readInput(file));
  refuseRedacted(requests);
  const judge = createJudge({ credentials, nextSecret, atMs: flags.at, clockToleranceMs: flags.clockToleranceMs });
  const secrets = [credentials.appSecret, nextSecret ?? ''];
  const judged = requests.map((request) => ({
    line: request.line && maskText(request.line, secrets, '[App Secret, masked]'),
    verdict: judge(request),
  }));
  const ok = judged.every(({ verdict }) => verdict.ok);
  if (flags.json) {
    const results = judged.map(({ line, verdict }) => ({ request: line, ...verdict }));
    stdout.write(`${JSON.stringify({ ok, requests: results })}\n`);
  } else {
    const { columns, style } = readTerminal(stdout, env);
    const lines = judged.flatMap(({ line, verdict }, index) => {
      const mark = verdict.ok ? style.good('✓') : style.bad('✗');
      const said = sayVerdict(verdict, columns);
      if (judged.length === 1) return said.map((text, row) => `${row === 0 ? mark : ' '} ${text}`);
      const name = [mark, `${index + 1}.`, ...(line === undefined ? [] : [printable(line)])].join(' ');
      return [name, ...said.map((text) => `  ${text}`)];
    });
    stdout.write(`${lines.join('\n')}\n`);
  }
  if (!ok) throw new CommandEnded(1);
}

function sayVerdict({ message, advice }: Verdict, columns: number): string[] {
  const texts = [message, ...(advice === undefined ? [] : [advice])];
  return texts.flatMap((text) => wrap(printable(text), columns - 2));
}

function refuseRedacted(requests: readonly CapturedRequest[]): void {
  const index = requests.findIndex(({ headers }) =>
    headers.some(([name, value]) => /signature$/i.test(name) && /redact|mask|[*•…]{2}/i.test(value)),
  );
  if (index < 0) return;
  const message = `The Signature of request ${index + 1} was redacted when it was captured. Capture it anew.`;
  throw new CliError(message, { code: 'USAGE' });
}

async function readInput(file: string | undefined): Promise<string> {
  const isStdin = file === undefined || file === '-';
  if (isStdin && process.stdin.isTTY) {
    throw new CliError('Name the file of what was captured, or pipe it in. See nexconn verify --help.', {
      code: 'USAGE',
    });
  }
  try {
    if (!isStdin) return readSmallFile(file, { maxBytes, waitMs });
    const text = await readBounded(process.stdin, maxBytes);
    if (text !== undefined) return text;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const advice = code === 'TOO_LARGE' ? cutDown : 'Check the path.';
    const problem = error instanceof UnreadFile ? message : `cannot be read (${code})`;
    throw new CliError(`${isStdin ? 'stdin' : file} ${problem}. ${advice}`, { code: 'USAGE' });
  }
  throw new CliError(`stdin has more than ${maxBytes} bytes. ${cutDown}`, { code: 'USAGE' });
}
