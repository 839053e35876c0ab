import type { SecretIds } from '@nexconn-kit/client';
import type { IssueReason, StoredToken, StoreEntry, TokenUser } from '../types.js';

/** What is to be done for a user: hand the stored token out, hand it out and renew it, or issue first. */
export type Verdict =
  | { readonly token: StoredToken; readonly renewal: 'early' | undefined }
  /** `fallback` is the stored token where the chat server would take it all the same. */
  | { readonly token: undefined; readonly reason: IssueReason; readonly fallback?: StoredToken };

/** What a verdict depends on beside what is stored. */
export interface JudgeContext {
  readonly secretIds: SecretIds;
  /** Undefined where tokens have no end. */
  readonly ttlMs: number | undefined;
  /** In Unix milliseconds. */
  readonly now: number;
  /** A token that the app was refused with. */
  readonly rejectedToken?: string | undefined;
}

/** Tokens are renewed at random points of this part of their life, so that not all come at once. */
const earliestRenewal = 0.75;
const latestRenewal = 0.9;

/** Decides about a user's stored token. */
export function judgeToken({ token, switchedTo }: StoreEntry, user: TokenUser, context: JudgeContext): Verdict {
  const { ttlMs, now, rejectedToken } = context;
  if (!token) return { token: undefined, reason: 'first' };
  if (token.secretId !== secretInForce(context.secretIds, switchedTo)) return { token: undefined, reason: 'secret' };
  if (token.accessToken === rejectedToken) return { token: undefined, reason: 'rejected' };
  const age = ageOf(token, now);
  if (ttlMs !== undefined && age >= ttlMs) return { token: undefined, reason: 'expired' };
  // A re-issue is what overwrites them at the API.
  if (token.name !== user.name || token.avatarUrl !== (user.avatarUrl ?? '')) {
    return { token: undefined, reason: 'changed', fallback: token };
  }
  if (ttlMs === undefined) return { token, renewal: undefined };
  const renewAt = earliestRenewal + (latestRenewal - earliestRenewal) * shareOf(token.userId + token.issuedAt);
  return { token, renewal: age >= ttlMs * renewAt ? 'early' : undefined };
}

/**
 * The App Secret whose tokens are good, by what this client knows and what the fleet has seen; undefined where the fleet
 * has gone over to one that is not configured here: then no stored token can be vouched for.
 */
export function secretInForce({ all, inForce }: SecretIds, switchedTo: string | undefined): string | undefined {
  if (switchedTo === undefined) return inForce;
  const seen = all.indexOf(switchedTo);
  // A rotation goes one way, so that the later one of the two is in force.
  return seen < 0 ? undefined : all[Math.max(seen, all.indexOf(inForce))];
}

/** A clock that was set back must not make a token younger than new. */
export function ageOf({ issuedAt }: Pick<StoredToken, 'issuedAt'>, now: number): number {
  return Math.max(0, now - issuedAt);
}

/** A number from 0 to 1 that is the same for the same text on every instance. */
function shareOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
  return ((hash ^ (hash >>> 13)) >>> 0) / 2 ** 32;
}
