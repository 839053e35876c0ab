import type { SecretIds } from '@nexconn-kit/client';
import type { IssueReason, StoredToken, StoreEntry, TokenUser } from '../types.js';

/** What is to be done for a user: hand the stored token out, hand it out and renew it, or issue first. */
export type Verdict =
  | { readonly token: StoredToken; readonly renewal: 'early' | undefined; readonly fallback?: undefined }
  | {
      readonly token: undefined;
      readonly reason: IssueReason;
      readonly renewal?: undefined;
      /** The stored token where name or avatar changed: the chat server would accept it all the same. */
      readonly fallback?: StoredToken;
    };

/** What a verdict depends on beside what is stored. */
export interface JudgeContext {
  readonly secretIds: SecretIds;
  /** Undefined where tokens do not expire. */
  readonly validityMs: number | undefined;
  /** In Unix milliseconds. */
  readonly now: number;
  /** A token that was refused to the app. */
  readonly rejectedToken?: string | undefined;
}

/** Tokens are renewed at random points of this part of their life, so that not all are at once. */
const earliestRenewal = 0.75;
const latestRenewal = 0.9;

/** By how much the clocks of two instances may differ. */
const clockDifferenceMs = 60_000;

/** Returns the verdict on a user's stored token. */
export function judgeToken({ token, currentSecret }: StoreEntry, user: TokenUser, context: JudgeContext): Verdict {
  const { validityMs, now, rejectedToken } = context;
  if (!token) return { token: undefined, reason: 'first' };
  if (token.secretId !== secretInForce(context.secretIds, currentSecret)) return { token: undefined, reason: 'secret' };
  if (token.accessToken === rejectedToken) return { token: undefined, reason: 'rejected' };
  const age = ageOf(token, now);
  // How old one is that was stored by a clock far ahead of this one, nobody knows.
  const isFromFuture = token.issuedAt - now > clockDifferenceMs;
  if (validityMs !== undefined && (age >= validityMs || isFromFuture)) return { token: undefined, reason: 'expired' };
  // Issuing anew is what overwrites them at the API.
  if (token.name !== user.name || token.avatarUrl !== (user.avatarUrl ?? '')) {
    return { token: undefined, reason: 'changed', fallback: token };
  }
  if (validityMs === undefined) return { token, renewal: undefined };
  const renewAt = earliestRenewal + (latestRenewal - earliestRenewal) * shareOf(token.userId + token.issuedAt);
  return { token, renewal: age >= validityMs * renewAt ? 'early' : undefined };
}

/**
 * Returns the App Secret whose tokens are valid, by what this client knows and what the fleet has seen; undefined where
 * the fleet has switched to one that is not configured here, since no stored token can be vouched for then.
 */
export function secretInForce({ all, inForce }: SecretIds, currentSecret: string | undefined): string | undefined {
  if (currentSecret === undefined) return inForce;
  const seen = all.indexOf(currentSecret);
  // A rotation goes one way, so that the later one of the two is in force.
  return seen < 0 ? undefined : all[Math.max(seen, all.indexOf(inForce))];
}

/** Returns a token's age in milliseconds, never below 0: a clock that is a little behind makes none younger than new. */
export function ageOf({ issuedAt }: Pick<StoredToken, 'issuedAt'>, now: number): number {
  return Math.max(0, now - issuedAt);
}

/** Returns a number from 0 to 1, the same for the same text on every instance. */
function shareOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
  return ((hash ^ (hash >>> 13)) >>> 0) / 2 ** 32;
}
