import { isTokenServiceError, TokenServiceError } from '../errors.js';
import { redactLikelySecrets } from '../redaction/redact-likely-secrets.js';
import { legible } from '../redaction/safe-cause.js';
import type { TokenUser } from '../types.js';
import { checkAnyUserId, checkAvatarUrl, checkText } from '../users/check-user.js';
import { withTimeout } from '../with-timeout.js';
import { Problem, toProblem, tryLater } from './problem.js';

type User = TokenUser | null | undefined;

/** A day: an app that is told a longer time has been told nothing. */
const longestRetryAfterMs = 86_400_000;

/** Of what `authenticate` returned in place of a user. */
const maxFieldsShown = 10;

/** No scheme of the IANA registry: it stands for the app's own log-in, and no browser opens a dialog for it. */
export const appLogin = 'AppLogin';

/**
 * Resolves to the user who is logged in, as the app's `authenticate` returns them.
 *
 * @throws {Problem} NOT_SIGNED_IN, TRY_LATER, INTERNAL_ERROR
 */
export async function identify(authenticate: () => User | Promise<User>, timeoutMs: number): Promise<TokenUser> {
  let user: User;
  try {
    const asked = authenticate();
    user = isThenable(asked)
      ? await withTimeout(asked, timeoutMs, `authenticate has not settled within ${timeoutMs} ms.`)
      : asked;
  } catch (thrown) {
    const error = legible(thrown);
    // As of opaqueUserId: another request would fail alike.
    if (isTokenServiceError(error) && /^INVALID_/.test(error.code)) throw toProblem(error);
    // Not a 401: an app would log the user out because a session store had a bad moment.
    const { retryAfterMs } = Object(error) as { retryAfterMs?: unknown };
    const isTime = typeof retryAfterMs === 'number' && Number.isFinite(retryAfterMs) && retryAfterMs > 0;
    throw tryLater(error, isTime ? Math.min(retryAfterMs, longestRetryAfterMs) : undefined);
  }
  if (user === undefined || user === null) {
    throw new Problem('NOT_SIGNED_IN', 'Nobody is logged in. Log in to the app first.');
  }
  if (typeof user !== 'object') refuseUser(`authenticate returned a ${typeof user}. Return { userId, name }.`);
  // Read once: what was checked is what is used.
  const { userId, name, avatarUrl } = user;
  try {
    checkAnyUserId(userId);
    checkText('name', name);
    checkAvatarUrl(avatarUrl);
  } catch (error) {
    refuseUser(`authenticate returned ${fieldsOf(user)}: ${(error as Error).message}`);
  }
  return { userId, name, avatarUrl };
}

function refuseUser(message: string): never {
  const cause = new TokenServiceError(message, { code: 'INVALID_USER' });
  throw new Problem('INTERNAL_ERROR', 'The server failed.', { cause });
}

/** Returns the names of what an object holds, and no value. */
function fieldsOf(user: object): string {
  const fields = Object.keys(user).slice(0, maxFieldsShown);
  if (Array.isArray(user) || fields.length === 0) return Array.isArray(user) ? 'a list' : 'an object without fields';
  return redactLikelySecrets(`an object with ${fields.join(', ')}`);
}

function isThenable(value: User | Promise<User>): value is Promise<User> {
  return typeof (value as Promise<User> | undefined | null)?.then === 'function';
}

/** Whether a text can be a `WWW-Authenticate`: a scheme, with parameters behind it or without. */
export function isChallenge(text: unknown): text is string {
  return typeof text === 'string' && text.length <= 200 && /^[\w!#$%&'*+.^`|~-]+( [\x21-\x7e]+)*$/.test(text);
}

/** Returns the `WWW-Authenticate` of a refused request, which RFC 9110 demands of every 401. */
export function challengeFor({ headers }: Request, challenge: string): string {
  // RFC 6750: only who sent a token is told that it is invalid.
  const wasSent = /^bearer\b/i.test(challenge) && /^bearer\b/i.test(headers.get('authorization') ?? '');
  if (!wasSent || challenge.includes('error=')) return challenge;
  return `${challenge}${challenge.includes(' ') ? ',' : ''} error="invalid_token"`;
}
