import { asObject } from '../document/lookup.js';
import { shorten } from '../http/shorten.js';
import type { AnswerDraft, Api, MockRequest } from '../http/types.js';

/** Gives one line: method, path, status, business code, and why, if the request was refused. */
export function logLine(
  { envelope }: Pick<Api, 'envelope'>,
  { method, path }: MockRequest,
  { status, body, fault }: AnswerDraft,
  reason: string | undefined,
): string {
  const code = asObject(body)[envelope?.code ?? 'code'];
  // No query and no header: either may carry what should not be kept.
  const line = `${method} ${path} ${status}${code === undefined ? '' : ` ${code}`}`;
  const remark = `${reason === undefined ? '' : ` ${reason}`}${fault === undefined ? '' : ` fault ${fault}`}`;
  return shorten(line + remark, 1000);
}
