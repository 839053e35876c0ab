import type { ValidationIssue } from '@nexconn-kit/contract';
import type { Call } from '../call/call.js';

/** What became of the check of a result. */
export interface CheckedResult {
  /** What is wrong with it, in words that hold nothing of it; undefined where nothing is. */
  readonly problem?: string | undefined;
  /** What is longer in it than documented; undefined where nothing is. */
  readonly longTexts?: readonly ValidationIssue[] | undefined;
}

/** Returns what the document, and the request, say against a result. */
export function checkResult(result: unknown, call: Call): CheckedResult {
  const issues = call.operation?.validateResult?.(result) ?? [];
  // Services raise such limits, and the call has succeeded; but whoever stores the text has to know.
  const [wrong, ...others] = issues.filter(({ keyword }) => keyword !== 'maxLength' && keyword !== 'x-max-bytes');
  if (wrong) {
    const more = others.length > 0 ? ` (and ${others.length} more)` : '';
    return { problem: `a result that does not fit the document: ${wrong.message.slice(0, -1)}${more}` };
  }
  const echo = findOtherEcho(result, call);
  if (echo) return { problem: `a result whose ${echo} is not that of the request; checkEchoes: false takes it` };
  return { longTexts: issues.length > 0 ? issues : undefined };
}

function findOtherEcho(result: unknown, { operation, sent }: Call): string | undefined {
  const echoes = sent && operation?.echoes;
  for (const name in echoes) {
    const given = sent?.[echoes[name] as string] ?? undefined;
    // A parameter is sent as text, whatever it was.
    if (given !== undefined && String(Reflect.get(Object(result), name)) !== String(given)) return name;
  }
  return undefined;
}
