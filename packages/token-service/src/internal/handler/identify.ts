import type { TokenUser } from '../../types.js';
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
  const user = await within(timeoutMs, ask).catch((error) => {
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

async function within<T>(timeoutMs: number, start: () => T | Promise<T>): Promise<T> {
  const started = start();
  if (!isThenable(started)) return started;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const deadline = new Promise<never>((_, reject) => {
    const expire = (): void => reject(new Error(`authenticate took longer than ${timeoutMs} ms.`));
    timer = setTimeout(expire, timeoutMs);
  });
  try {
    return await Promise.race([started, deadline]);
  } finally {
    clearTimeout(timer);
  }
}

function isThenable<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof (value as Promise<T> | undefined | null)?.then === 'function';
}
