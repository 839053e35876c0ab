import { signRequest } from '@nexconn-kit/signing/webcrypto';
import type { Described } from './described.js';
import type { Draft } from './form.js';

/** A request as it goes out. */
export interface Sent {
  readonly url: string;
  readonly draft: Draft;
  /** All of its headers but those that browsers add. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** What was hashed beside the App Secret, where it is signed. */
  readonly signature: { readonly nonce: string; readonly timestamp: string } | undefined;
}

/** What a mock answered. */
export interface Answer {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** JSON in lines, or the text as it is. */
  readonly body: string;
  readonly isGood: boolean;
  /** One sentence: what became of the call, and why. */
  readonly verdict: string;
}

/**
 * Returns a request with its signature.
 *
 * @throws {SigningError} INVALID_CREDENTIALS, as a rejection
 */
export async function signDraft(
  url: string,
  draft: Draft,
  credentials: { readonly appKey: string; readonly appSecret: string } | undefined,
): Promise<Sent> {
  if (credentials === undefined) return { url, draft, headers: draft.headers, signature: undefined };
  const signed = await signRequest(credentials);
  return {
    url,
    draft,
    headers: [...Object.entries(signed), ...draft.headers],
    signature: { nonce: signed.Nonce, timestamp: signed.Timestamp },
  };
}

/**
 * Sends a request to a mock, and reads its answer.
 *
 * @throws TypeError, as a rejection, where there is no answer
 */
export async function send(
  { url, draft, headers }: Sent,
  described: Pick<Described, 'errors' | 'envelope'>,
  fetch: typeof globalThis.fetch,
): Promise<Answer> {
  const response = await fetch(`${url}${draft.target}`, {
    method: draft.method,
    headers: headers.map(([name, value]): [string, string] => [name, value]),
    ...(draft.body !== undefined && { body: draft.body }),
    cache: 'no-store',
    credentials: 'omit',
    redirect: 'error',
  });
  const text = await response.text();
  return { status: response.status, headers: [...response.headers], ...judge(response, text, described) };
}

function judge(
  { status, headers }: Response,
  text: string,
  { errors, envelope }: Pick<Described, 'errors' | 'envelope'>,
): Pick<Answer, 'body' | 'isGood' | 'verdict'> {
  const read = readObject(text);
  if (read === undefined) {
    return { body: text, isGood: false, verdict: `Answered ${status}, with something else than the API's JSON.` };
  }
  const body = JSON.stringify(read, null, 2);
  const { [envelope.code]: code, [envelope.message]: message } = read;
  if (status < 300 && (code === undefined || code === envelope.success)) {
    return { body, isGood: true, verdict: `Answered ${status}${code === undefined ? '' : `, code ${code}`}.` };
  }
  const reason = headers.get('X-Mock-Reason') ?? (typeof message === 'string' ? message : undefined);
  const meaning = errors.find((error) => error.code === code)?.meaning;
  const sentences = [reason ?? meaning, reason !== undefined && meaning]
    .filter(Boolean)
    .map((each) => sentence(`${each}`));
  return { body, isGood: false, verdict: [`Refused with ${status}, code ${code}.`, ...sentences].join(' ') };
}

function readObject(text: string): Record<string, unknown> | undefined {
  try {
    const read: unknown = JSON.parse(text);
    return typeof read === 'object' && read !== null ? (read as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function sentence(words: string): string {
  return /[.!?]$/.test(words) ? words : `${words}.`;
}

/** Returns a request as lines of HTTP. */
export function requestInLines({ url, draft, headers }: Sent): string {
  const { host } = new URL(url);
  const lines = [`${draft.method} ${draft.target} HTTP/1.1`, `Host: ${host}`];
  for (const [name, value] of headers) lines.push(`${name}: ${value}`);
  return [...lines, '', ...(draft.body === undefined ? [] : [draft.body])].join('\n');
}
