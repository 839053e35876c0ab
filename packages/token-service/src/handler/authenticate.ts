import type { TokenUser } from '../types.js';
import { within } from '../with-timeout.js';
import { Problem, tryLater } from './problem.js';

/** No scheme of the IANA registry: it says that the app's own log-in is asked for, and no browser opens a dialog for it. */
export const appLogin = 'AppLogin';

/**
 * Asks the app who is logged in, and waits no longer than the deadline.
 *
 * @throws {Problem} NOT_SIGNED_IN, TRY_LATER, INTERNAL_ERROR
 */
export async function identify(
  ask: () => TokenUser | null | undefined | Promise<TokenUser | null | undefined>,
  timeoutMs: number,
): Promise<TokenUser> {
  const sentence = `authenticate took longer than ${timeoutMs} ms.`;
  const user = await within(timeoutMs, sentence, ask).catch((error) => {
    // Not a 401: an app would log the user out because a session store had a bad moment.
    throw tryLater(error);
  });
  if (user === undefined || user === null) {
    throw new Problem('NOT_SIGNED_IN', 'Nobody is logged in. Log in to the app first.');
  }
  if (typeof user !== 'object' || typeof user.userId !== 'string' || user.userId === '') {
    const cause = new TypeError('authenticate gave no user: it must give { userId, name }, or undefined.');
    throw new Problem('INTERNAL_ERROR', 'The server failed.', { cause });
  }
  return user;
}

/** Says whether a text can be a `WWW-Authenticate`: a scheme, and parameters behind it where there are any. */
export function isChallenge(text: unknown): text is string {
  return typeof text === 'string' && text.length <= 200 && /^[\w!#$%&'*+.^`|~-]+( [\x21-\x7e]+)*$/.test(text);
}

/** Gives the `WWW-Authenticate` of a refused request, which RFC 9110 asks of every 401. */
export function challengeFor({ headers }: Request, challenge: string): string {
  // RFC 6750: only who sent a token is told that it is not good.
  const wasSent = /^bearer\b/i.test(challenge) && /^bearer\b/i.test(headers.get('authorization') ?? '');
  if (!wasSent || challenge.includes('error=')) return challenge;
  return `${challenge}${challenge.includes(' ') ? ',' : ''} error="invalid_token"`;
}
