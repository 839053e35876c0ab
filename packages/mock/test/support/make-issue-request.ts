import { type SignRequestOptions, signRequest } from '@nexconn-kit/signing';

export const appKey = 'uwd1c0sxdlx2';
export const appSecret = 'Y1W2MeFwwwRxa0';
export const issuePath = '/v4/auth/access-token/issue';
export const ada = { userId: 'jlk456j5', name: 'Ada' };

/** What a test changes about a good request. */
export interface Changes {
  baseUrl?: string;
  path?: string;
  method?: string;
  /** Replaces headers by lower-case name; `null` leaves one out. */
  headers?: Record<string, string | null>;
  /** Sent as it is if it is text or bytes, otherwise as JSON; `null` sends none. */
  body?: unknown;
  sign?: SignRequestOptions & { appKey?: string; appSecret?: string; headerPrefix?: '' | 'RC-' };
}

/** Returns a good, freshly signed request to issue a token for Ada, but for the changes. */
export function makeIssueRequest(changes: Changes = {}): Request {
  const { baseUrl = 'http://mock.test', path = issuePath, method = 'POST', body = ada, sign = {} } = changes;
  const { now, nonce, ...credentials } = sign;
  const headers = new Headers({
    'content-type': 'application/json',
    ...signRequest({ appKey, appSecret, ...credentials }, { now, nonce }),
  });
  for (const [name, value] of Object.entries(changes.headers ?? {})) {
    if (value === null) headers.delete(name);
    else headers.set(name, value);
  }
  const sent = typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
  const bodiless = body === null || method === 'GET' || method === 'HEAD';
  return new Request(`${baseUrl}${path}`, { method, headers, ...(!bodiless && { body: sent as BodyInit }) });
}

/** The parts of an answer that tests compare. */
export interface Answer {
  status: number;
  contentType: string | null;
  code: unknown;
  errorMessage: string;
  result: { userId: string; accessToken: string };
}

export async function readAnswer(response: Response): Promise<Answer> {
  const body = JSON.parse(await response.text());
  const { code, errorMessage, result } = body;
  return { status: response.status, contentType: response.headers.get('content-type'), code, errorMessage, result };
}
