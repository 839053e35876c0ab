import type { Priority } from '@nexconn-kit/client';
import type { Settings } from '../resolve-options.js';
import { clearInterval, performanceNow, setInterval, setTimeout } from '../system-time.js';
import type { IssueReason, StoredToken, StoredUser, StoreEntry, TokenUser } from '../types.js';
import { issueError, storeError, waitError } from './issue-errors.js';
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

export function createIssuer({ client, store, validityMs, maxWaitMs, now, emit }: Settings): Issuer {
  async function read(userId: string): Promise<StoreEntry> {
    return store.read(userId).catch((error) => Promise.reject(storeError(error)));
  }

  async function judge(entry: StoreEntry, user: TokenUser, rejectedToken?: string): Promise<Verdict> {
    const secretIds = await client.appSecrets.ids();
    return judgeToken(entry, user, { secretIds, validityMs, now: now(), rejectedToken });
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
    const { accessToken } = await client.issueAccessToken(request, {
      priority,
      onAccepted: (accepted) => {
        secretId = accepted.secretId;
      },
    });
    return { ...user, accessToken, secretId, issuedAt: now() };
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
