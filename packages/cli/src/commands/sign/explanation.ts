import { table } from '../../terminal/table.js';
import type { Terminal } from '../../terminal/terminal.js';
import { wrap } from '../../terminal/text.js';
import { headerLines } from './forms.js';

const masked = '[App Secret, masked]';
const unsigned = 'Method, path, query, body and the other headers are not signed.';

/** Returns the lines that say what was signed and what came out, as JSON in one line or for people. It has no secret to show. */
export function explanation(
  headers: Readonly<Record<string, string>>,
  { isJson, columns, style }: Pick<Terminal, 'columns' | 'style'> & { readonly isJson: boolean },
): string[] {
  const [, nonce = '', timestamp = '', signature = ''] = Object.values(headers);
  const textToSign = masked + nonce + timestamp;
  const signedAt = timeOf(timestamp);
  if (isJson) {
    const parts = { appSecret: masked, nonce, timestamp };
    return [JSON.stringify({ parts, textToSign, hash: 'SHA-1', encoding: 'lower-case hex', signature, headers })];
  }
  const parts = [
    ['App Secret', masked],
    ['Nonce', nonce],
    ['Timestamp', `${timestamp} ${style.dim(`Unix milliseconds, ${signedAt}`)}`],
  ];
  return [
    style.bold('1. Join three texts, with nothing between them:'),
    ...indented(table(parts, { columns: columns - 2 })),
    '',
    style.bold('2. This is the text to sign:'),
    `  ${masked}${style.dim(nonce)}${timestamp}`,
    '',
    style.bold('3. Its SHA-1 hash, in 40 lower-case hexadecimal digits, is the signature:'),
    `  ${style.good(signature)}`,
    '',
    style.bold('4. Send it with what it was made from:'),
    ...indented(headerLines(headers)),
    '',
    ...wrap(unsigned, columns),
  ];
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}

function timeOf(timestamp: string): string {
  const date = new Date(Number(timestamp));
  return Number.isNaN(date.getTime()) ? 'in the far future' : date.toISOString();
}
