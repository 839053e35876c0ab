import type { TokenUser } from '../types.js';
import { within } from '../with-timeout.js';
import { Problem, tryLater } from './problem.js';

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
