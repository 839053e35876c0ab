import type { Priority } from '@nexconn-kit/client';
import type { Settings } from '../resolve-options.js';
import { isSealed } from '../stores/sealed-token.js';
import { clearInterval, performanceNow, setInterval, setTimeout } from '../system-time.js';
import type { IssueReason, StoredToken, StoredUser, StoreEntry, TokenUser } from '../types.js';
import { foreignResultError, issueError, storeError, unreadableError, waitError } from './issue-errors.js';
import { judgeToken, type Verdict } from './token-policy.js';

/** What a token is issued for. */
export interface IssueOrder {
  readonly user: StoredUser;
  readonly reason: IssueReason;
  readonly priority: Priority;
  readonly rejectedToken?: string | undefined;
  /** Issues even where the stored token looks valid: only the API can tell whether the next secret is in force yet. */
  readonly isProbe?: boolean;
}

/** The one place that calls the API: one call for each need, on however many instances it arises. */
export interface Issuer {
  readonly read: (userId: string) => Promise<StoreEntry>;
  readonly judge: (entry: StoreEntry, user: TokenUser, rejectedToken?: string) => Promise<Verdict>;
  /** Resolves to the new token, or to one that another instance has issued meanwhile. */
  readonly issue: (order: IssueOrder) => Promise<StoredToken>;
}

/** A lease that its holder has lost, as by kill -9, expires after this; one in use is extended in time. */
const leaseMs = 15_000;
const extendEveryMs = 5_000;
/** How often those who wait for another instance look. */
const pollMs = { min: 50, max: 150 };

/** Of how many users it is remembered when they changed last. */
const mostCoolDowns = 100_000;

/** A time in which something is not done again for the same user. */
interface CoolDown {
  readonly start: (userId: string) => void;
  readonly isOn: (userId: string) => boolean;
}

function createCoolDown(coolDownMs: number, now: () => number): CoolDown {
  const startedAt = new Map<string, number>();
  return {
    start(userId) {
      startedAt.delete(userId);
      startedAt.set(userId, now());
      const [longestAgo] = startedAt.keys();
      if (startedAt.size > mostCoolDowns && longestAgo !== undefined) startedAt.delete(longestAgo);
    },
    isOn(userId) {
      const age = now() - (startedAt.get(userId) ?? Number.NEGATIVE_INFINITY);
      // A clock that was set back ends it.
      return age >= 0 && age < coolDownMs;
    },
  };
}

function isTokenOf({ userId, name, avatarUrl, accessToken, secretId, issuedAt }: StoredToken, asked: string): boolean {
  const isText = [name, avatarUrl, accessToken, secretId].every((each) => typeof each === 'string');
  return userId === asked && isText && accessToken !== '' && Number.isFinite(issuedAt);
}

export function createIssuer(settings: Settings): Issuer {
  const { client, store, validityMs, maxWaitMs, now, emit, unreadableTokens } = settings;
  const changes = createCoolDown(settings.changeCoolDownMs, now);

  /** Nothing that is not the token of this user, in clear, is taken for one, whoever wrote it there. */
  async function read(userId: string): Promise<StoreEntry> {
    const { token, currentSecret, isUnreadable } = await store
      .read(userId)
      .catch((error) => Promise.reject(storeError(error)));
    const isToken = token !== undefined && isTokenOf(token, userId);
    const isClosed = isUnreadable || (isToken && isSealed(token.accessToken));
    if (isClosed && unreadableTokens === 'refuse') throw storeError(unreadableError());
    return { token: isToken && !isClosed ? token : undefined, currentSecret };
  }

  async function judge(entry: StoreEntry, user: TokenUser, rejectedToken?: string): Promise<Verdict> {
    const secretIds = await client.appSecrets.ids();
    const context = { secretIds, validityMs, now: now(), rejectedToken };
    const verdict = judgeToken(entry, user, context);
    const stored = verdict.token === undefined && verdict.reason === 'changed' ? verdict.fallback : undefined;
    // As if nothing had changed: the next one after that time tells the API.
    return stored && changes.isOn(user.userId) ? judgeToken(entry, stored, context) : verdict;
  }

  /** Resolves to what somebody else has issued since the order; a renewal ahead of time wants more than a valid token. */
  async function alreadyIssued({ user, reason, rejectedToken, isProbe }: IssueOrder): Promise<StoredToken | undefined> {
    if (isProbe) return undefined;
    const { token, ...verdict } = await judge(await read(user.userId), user, rejectedToken);
    const isDue = reason === 'early' && 'renewal' in verdict && verdict.renewal !== undefined;
    return isDue ? undefined : token;
  }

  /** Throws before the store is troubled with an order that the rate limit would refuse: in a crowd that is most of them. */
  function checkRateLimit({ user: { userId }, reason, priority }: IssueOrder): void {
    try {
      client.rateLimit?.check('issueAccessToken', { priority });
    } catch (failure) {
      const error = issueError(failure);
      emit({ type: 'issue-failed', userId, reason, error });
      throw error;
    }
  }

  /** Waits for the lease of the user; resolves to a token instead where another instance was quicker. */
  async function acquireLease(order: IssueOrder): Promise<string | StoredToken> {
    const { userId } = order.user;
    for (const endsAt = performanceNow() + maxWaitMs; ; ) {
      const leaseId = await store.acquireLease(userId, leaseMs).catch((error) => Promise.reject(storeError(error)));
      if (leaseId !== undefined) return leaseId;
      if (performanceNow() >= endsAt) throw waitError(maxWaitMs);
      const waitMs = pollMs.min + Math.random() * (pollMs.max - pollMs.min);
      await new Promise((resolve) => setTimeout(resolve, waitMs));
      const token = await alreadyIssued(order);
      if (token) return token;
    }
  }

  async function call({ user, priority }: IssueOrder): Promise<StoredToken> {
    const { userId, name, avatarUrl } = user;
    let secretId = '';
    const request = avatarUrl === '' ? { userId, name } : { userId, name, avatarUrl };
    const issued = await client.issueAccessToken(request, {
      priority,
      onAccepted: (accepted) => {
        secretId = accepted.secretId;
      },
    });
    // The client compares them too, but may be another one, or one that was told not to.
    const { accessToken } = issued;
    if (issued.userId !== userId || typeof accessToken !== 'string' || accessToken === '') throw foreignResultError();
    // Whole milliseconds, which every store keeps as they are.
    return { ...user, accessToken, secretId, issuedAt: Math.floor(now()) };
  }

  /** The first token under another secret tells the fleet that the tokens of the one before are void. */
  async function recordSecret({ secretId }: StoredToken, { currentSecret }: StoreEntry): Promise<void> {
    if (secretId !== currentSecret) await store.setCurrentSecret(secretId, { expected: currentSecret });
  }

  async function callAndStore(order: IssueOrder, leaseId: string): Promise<StoredToken> {
    const { userId } = order.user;
    const extend = (): void => void store.extendLease(userId, leaseId, leaseMs).catch(() => {});
    const extending = setInterval(extend, extendEveryMs);
    try {
      const entry = await read(userId);
      const token = await call(order);
      try {
        await recordSecret(token, entry);
        await store.write(token, leaseId);
      } catch (error) {
        // The token is valid all the same; only the next log-in will need another.
        emit({ type: 'store-failed', userId, error: storeError(error) });
        // The user need not wait for this; the next log-in would, until the lease expires.
        void store.releaseLease(userId, leaseId).catch(() => {});
      }
      return token;
    } finally {
      clearInterval(extending);
    }
  }

  async function issue(order: IssueOrder): Promise<StoredToken> {
    const { user, reason } = order;
    const startedAt = performanceNow();
    checkRateLimit(order);
    const acquired = await acquireLease(order);
    if (typeof acquired !== 'string') return acquired;
    try {
      const issued = await alreadyIssued(order);
      if (issued) {
        await store.releaseLease(user.userId, acquired).catch(() => {});
        return issued;
      }
      const token = await callAndStore(order, acquired);
      if (reason === 'changed') changes.start(user.userId);
      emit({ type: 'issued', userId: user.userId, reason, durationMs: performanceNow() - startedAt });
      return token;
    } catch (failure) {
      await store.releaseLease(user.userId, acquired).catch(() => {});
      const error = issueError(failure);
      emit({ type: 'issue-failed', userId: user.userId, reason, error });
      throw error;
    }
  }

  return { read, judge, issue };
}
