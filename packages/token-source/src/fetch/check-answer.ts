import { TokenSourceError } from '../errors.js';
import { malformed } from './malformed.js';

/** An answer with every field in place. */
export interface CheckedAnswer {
  readonly accessToken: string;
  readonly userId: string | undefined;
  readonly lifetimeMs: number | null;
}

/** Checks what the app server or the app's own function gave. Names fields, never values. */
export function checkAnswer(answer: unknown, wanted: string | undefined): CheckedAnswer {
  const { accessToken, userId, expiresInSeconds: seconds = null } = Object(answer) as Record<string, unknown>;
  if (typeof accessToken !== 'string' || !accessToken) throw malformed('has no accessToken');
  if (userId !== undefined && typeof userId !== 'string') throw malformed('has a wrong userId');
  if (seconds !== null && !(typeof seconds === 'number' && seconds >= 0)) {
    throw malformed('has a wrong expiresInSeconds');
  }
  if (wanted !== undefined && userId !== undefined && userId !== wanted) {
    throw new TokenSourceError('WRONG_USER', 'The app server answered with the token of another user: not used.');
  }
  return { accessToken, userId: userId ?? wanted, lifetimeMs: seconds === null ? null : seconds * 1000 };
}
