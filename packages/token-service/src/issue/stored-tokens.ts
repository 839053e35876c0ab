import { isRequestError, isUnsent } from '../errors.js';
import type { Settings } from '../resolve-options.js';
import { isSealed } from '../stores/sealed-token.js';
import { isToken } from '../stores/stored-row.js';
import type { IssueReason, StoredToken, StoreEntry, TokenUser } from '../types.js';
import { createCoolDown } from './cool-down.js';
import { issueError, storeError, unreadableError } from './issue-errors.js';
import { judgeToken, type Verdict } from './token-policy.js';
import { createToldSecrets, type ToldSecrets } from './told-secrets.js';

/** What the store has of each user, checked, and what it is worth now. */
export interface StoredTokens extends ToldSecrets {
  readonly read: (userId: string) => Promise<StoreEntry>;
  readonly judge: (entry: StoreEntry, user: TokenUser, rejectedToken?: string) => Promise<Verdict>;
  /** Remembers that a token was issued: another change of this user is told to the API later. */
  readonly onIssued: (userId: string, reason: IssueReason) => void;
  /** Remembers that the API was asked in vain: who has a valid token keeps it for a while. */
  readonly onFailure: (userId: string, reason: IssueReason, failure: unknown) => void;
  /** Remembers that what was issued could not be stored, as on a full disk: each log-in would issue again. */
  readonly onUnstored: (userId: string) => void;
}

/** How long a call that has failed is not made again for a user who has a valid token. */
const failureCoolDownMs = 60_000;
/** Of how many users it is remembered when they changed, or failed, last. */
const maxUsers = 100_000;

export function createStoredTokens(settings: Settings): StoredTokens {
  const { store, validityMs, now, unreadableTokens } = settings;
  const changes = createCoolDown({ coolDownMs: settings.changeCoolDownMs, maxUsers, now });
  const failures = createCoolDown({ coolDownMs: failureCoolDownMs, maxUsers, now });
  const told = createToldSecrets(settings);

  return {
    ...told,
    /** Nothing that is not the token of this user, in clear, is taken for one, whoever wrote it there. */
    async read(userId) {
      const { token, currentSecret, isUnreadable } = await store
        .read(userId)
        .catch((error) => Promise.reject(storeError(error)));
      const isOurs = token !== undefined && isTokenOf(token, userId);
      const isClosed = isUnreadable || (isOurs && isSealed(token.accessToken));
      if (isClosed && unreadableTokens === 'refuse') throw unreadableError();
      return { token: isOurs && !isClosed ? token : undefined, currentSecret };
    },

    async judge(entry, user, rejectedToken) {
      const secretIds = await told.secretIds();
      const context = { secretIds, validityMs, now: now(), rejectedToken };
      const hasFailed = failures.isOn(user.userId);
      const asked = judgeToken(entry, user, context);
      const { fallback } = asked;
      const isCoolingDown = fallback && (hasFailed || changes.isOn(user.userId));
      // As if nothing had changed: the next one after that time tells the API.
      const verdict = isCoolingDown ? judgeToken(entry, fallback, context) : asked;
      return hasFailed && verdict.renewal ? { ...verdict, renewal: undefined } : verdict;
    },

    onIssued(userId, reason) {
      if (reason === 'changed') changes.start(userId);
    },

    onFailure(userId, reason, failure) {
      if ((reason === 'changed' || reason === 'early') && mayRepeat(failure)) failures.start(userId);
    },

    onUnstored: failures.start,
  };
}

/** Some stores cut a text at NUL, or replace half a surrogate pair: the token that they return would be another one. */
export function isKeptToken(accessToken: unknown): boolean {
  if (typeof accessToken !== 'string' || /[\p{Cc}\p{Cs}]/u.test(accessToken)) return false;
  // Not blank: something of it is seen.
  return /[^\s\p{Cf}\p{DI}\u2800]/u.test(accessToken);
}

function isTokenOf(token: StoredToken, asked: string): boolean {
  return token.userId === asked && isToken(token) && isKeptToken(token.accessToken);
}

/** Whether the API was asked in vain, and would be again with each log-in. */
function mayRepeat(failure: unknown): boolean {
  const error = issueError(failure);
  if (isRequestError(error)) return !isUnsent(error);
  return error.code === 'TRY_LATER' || error.code === 'ISSUE_FAILED';
}
