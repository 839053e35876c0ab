import { envelope } from '@nexconn-kit/contract';
import type { WireAnswer } from './exchange.js';
import { maskText } from './mask-text.js';

/** What an answer is by its body: one of the API, or of somebody before it, such as a gateway. */
export type AnswerKind =
  | { readonly kind: 'api'; readonly code: number; readonly message: string; readonly result: unknown }
  | { readonly kind: 'foreign'; readonly what: 'an HTML page' | 'no JSON' | 'JSON without a code' | 'nothing' };

/** Returns what an answer is. */
export function readAnswer({ body }: Pick<WireAnswer, 'body'>): AnswerKind {
  if (body.trim() === '') return { kind: 'foreign', what: 'nothing' };
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return { kind: 'foreign', what: /^\s*<(!doctype|html|head|\?xml)/i.test(body) ? 'an HTML page' : 'no JSON' };
  }
  const fields = Object(value) as Readonly<Record<string, unknown>>;
  const code = fields[envelope?.code ?? 'code'];
  if (typeof code !== 'number') return { kind: 'foreign', what: 'JSON without a code' };
  const message = fields[envelope?.message ?? 'errorMessage'];
  return {
    kind: 'api',
    code,
    message: typeof message === 'string' ? message : '',
    result: fields[envelope?.result ?? 'result'],
  };
}

/** Returns a text of somebody else on one line, not endless, and without what must not be seen. */
export function quoteForeign(text: string, secrets: readonly string[], limit = 160): string {
  const line = maskText(text, secrets, '[redacted]')
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim();
  return line.length > limit ? `${line.slice(0, limit)}…` : line;
}

/** What has the length of a signature at least, and the characters of one or of a token. */
const longWord = /[\w+/=]{40,}/g;

/** Returns the words of an answer as `quoteForeign` does, without a signature or a token that stands in them. */
export function quoteAnswer(text: string, secrets: readonly string[]): string {
  return quoteForeign(text.replace(longWord, '[redacted]'), secrets);
}

/** Returns the headers of an answer with `quoteAnswer` for each value. */
export function quoteHeaders(headers: WireAnswer['headers'], secrets: readonly string[]): WireAnswer['headers'] {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, quoteAnswer(value, secrets)]));
}
