import { writeFile } from 'node:fs/promises';
import { type CliContext, CliError, refuseSpecialFile } from '@nexconn-kit/token-server/command-line';
import type { PreparedRequest, SeenAnswer } from '../../api/exchange.js';
import { printable, readTerminal } from '../../terminal/terminal.js';

/** How answers and requests are printed. */
export interface PrintFlags {
  readonly json?: boolean;
  /** Whether status and headers are printed, too. */
  readonly include?: boolean;
  /** The file that the body goes to. */
  readonly out?: string;
}

type Output = Pick<CliContext, 'stdout' | 'stderr' | 'env'>;

/** Prints an answer: its body as it came, with `json` all of it as one JSON object. */
export async function printAnswer(
  answer: SeenAnswer,
  { json, include, out }: PrintFlags,
  output: Output,
): Promise<void> {
  const { status, statusText, headers } = answer;
  const body = answer.body();
  const text = textOf(body);
  if (out !== undefined) await writeBody(out, body);
  const shown = out === undefined ? text : '';
  if (json) {
    const value = out === undefined ? { body: jsonOf(text ?? '') } : { file: out };
    output.stdout.write(`${JSON.stringify({ status, headers: fieldsOf(headers), ...value })}\n`);
    return;
  }
  if (include) output.stdout.write(`${legibleOn(output, headOf(`HTTP ${status} ${statusText}`.trimEnd(), headers))}\n`);
  if (shown === undefined)
    output.stderr.write(`The body has ${body.length} bytes that are no text. Name a file with --out.\n`);
  else if (shown === '' && out === undefined && !include && isTerminal(output))
    output.stderr.write(`HTTP ${status} ${statusText}`.trimEnd().concat(': the answer has no body.\n'));
  else if (shown !== '') output.stdout.write(`${legibleOn(output, shown.replace(/\n$/, ''))}\n`);
}

/** Prints a request as HTTP has it, or with `json` as one JSON object. */
export function printRequest(
  { method, url, headers, body }: PreparedRequest,
  { json }: PrintFlags,
  output: Output,
): void {
  if (json) {
    const value = { method, url, headers: fieldsOf(headers), ...(body !== '' && { body: jsonOf(body) }) };
    output.stdout.write(`${JSON.stringify(value)}\n`);
    return;
  }
  const text = `${headOf(`${method} ${url}`, headers)}${body === '' ? '' : `\n${body}\n`}`;
  output.stdout.write(`${legibleOn(output, text.replace(/\n$/, ''))}\n`);
}

/** Returns headers by their names; one that came several times, as `Set-Cookie` may, is a list. */
function fieldsOf(headers: readonly (readonly [string, string])[]): Record<string, string | readonly string[]> {
  const names = new Set(headers.map(([name]) => name));
  return Object.fromEntries(
    [...names].map((name) => {
      const values = headers.filter(([each]) => each === name).map(([, value]) => value);
      return [name, values.length === 1 ? (values[0] as string) : values];
    }),
  );
}

function headOf(first: string, headers: readonly (readonly [string, string])[]): string {
  return [first, ...headers.map(([name, value]) => `${name}: ${value}`), ''].join('\n');
}

/** What would steer a terminal is written out there; files and pipes get the text as it is. */
function legibleOn({ stdout, env }: Output, text: string): string {
  if (!isTerminal({ stdout, env })) return text;
  return text.split('\n').map(printable).join('\n');
}

function isTerminal({ stdout, env }: Pick<Output, 'stdout' | 'env'>): boolean {
  return readTerminal(stdout, env).isTerminal;
}

/** Undefined for bytes that are no text. */
function textOf(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** @throws {CliError} FILE_NOT_WRITTEN */
async function writeBody(path: string, body: Buffer): Promise<void> {
  await refuseSpecialFile(path);
  await writeFile(path, body, { mode: 0o600 }).catch((cause: NodeJS.ErrnoException) => {
    const message = `The answer cannot be written to ${path} (${cause.code}). The call was made. Name another file with --out.`;
    throw new CliError(message, { code: 'FILE_NOT_WRITTEN', cause });
  });
}
