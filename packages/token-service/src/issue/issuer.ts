import type { Priority } from '@nexconn-kit/client';
import { isRequestError, isUnsent } from '../errors.js';
import type { Settings } from '../resolve-options.js';
import { isSealed } from '../stores/sealed-token.js';
import { isToken } from '../stores/stored-row.js';
import { clearInterval, performanceNow, setInterval, setTimeout } from '../system-time.js';
import type { IssueReason, StoredToken, StoredUser, StoreEntry, TokenUser } from '../types.js';
import { createCoolDown } from './cool-down.js';
import { foreignResultError, issueError, storeError, unreadableError, waitError } from './issue-errors.js';
import { readSecretIds } from './read-secret-ids.js';
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
/** How long a call that has failed is not made again for a user who has a valid token. */
const failureCoolDownMs = 60_000;
/** Of how many users it is remembered when they changed, or failed, last. */
const maxUsers = 100_000;

/** Some stores cut a text at NUL, or replace half a surrogate pair: the token that they return would be another one. */
function isKeptToken(accessToken: unknown): boolean {
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

/** Ends a call that turns out to be none of this instance's once it has its permit. */
const issuedElsewhere = new Error('The token is issued by another instance.');

export function createIssuer(settings: Settings): Issuer {
  const { client, store, validityMs, maxWaitMs, now, emit, unreadableTokens } = settings;
  const changes = createCoolDown({ coolDownMs: settings.changeCoolDownMs, maxUsers, now });
  const failures = createCoolDown({ coolDownMs: failureCoolDownMs, maxUsers, now });

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
    const secretIds = await readSecretIds(settings);
    const context = { secretIds, validityMs, now: now(), rejectedToken };
    const hasFailed = failures.isOn(user.userId);
    const asked = judgeToken(entry, user, context);
    const { fallback } = asked;
    const isCoolingDown = fallback && (hasFailed || changes.isOn(user.userId));
    // As if nothing had changed: the next one after that time tells the API.
    const verdict = isCoolingDown ? judgeToken(entry, fallback, context) : asked;
    return hasFailed && verdict.renewal ? { ...verdict, renewal: undefined } : verdict;
  }

  /** Resolves to what somebody else has issued since the order; a renewal ahead of time wants more than a valid token. */
  async function alreadyIssued(
    { user, reason, rejectedToken, isProbe }: IssueOrder,
    entry: StoreEntry,
  ): Promise<StoredToken | undefined> {
    if (isProbe) return undefined;
    const { token, renewal } = await judge(entry, user, rejectedToken);
    return reason === 'early' && renewal ? undefined : token;
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

  async function acquireLease({ user: { userId } }: IssueOrder): Promise<string | undefined> {
    return store.acquireLease(userId, leaseMs).catch((error) => Promise.reject(storeError(error)));
  }

  /** Resolves after a while, to what the holder of the lease has issued. */
  async function waitForOthers(order: IssueOrder, endsAt: number): Promise<StoredToken | undefined> {
    if (performanceNow() >= endsAt) throw waitError(maxWaitMs);
    const waitMs = pollMs.min + Math.random() * (pollMs.max - pollMs.min);
    await new Promise((resolve) => setTimeout(resolve, waitMs));
    return alreadyIssued(order, await read(order.user.userId));
  }

  async function call({ user, priority }: IssueOrder, onPermit?: () => Promise<void>): Promise<StoredToken> {
    const { userId, name, avatarUrl } = user;
    let secretId = '';
    const request = avatarUrl === '' ? { userId, name } : { userId, name, avatarUrl };
    const issued = await client.issueAccessToken(request, {
      priority,
      onPermit,
      onAccepted: (accepted) => {
        secretId = accepted.secretId;
      },
    });
    // The client compares them too, but may be another one, or one that was told not to.
    const { accessToken } = issued;
    if (issued.userId !== userId || !isKeptToken(accessToken)) throw foreignResultError();
    // Whole milliseconds, which every store keeps as they are.
    return { ...user, accessToken, secretId, issuedAt: Math.floor(now()) };
  }

  /** The first token under another secret tells the fleet that the tokens of the one before are void. */
  async function recordSecret({ secretId }: StoredToken, { currentSecret }: StoreEntry): Promise<void> {
    if (secretId !== currentSecret) await store.setCurrentSecret(secretId, { expected: currentSecret });
  }

  async function keep(token: StoredToken, entry: StoreEntry, leaseId: string): Promise<void> {
    const { userId } = token;
    try {
      await recordSecret(token, entry);
      await store.write(token, leaseId);
    } catch (error) {
      // The token is valid all the same; only the next log-in will need another.
      emit({ type: 'store-failed', userId, error: storeError(error) });
      // The user need not wait for this; the next log-in would, until the lease expires.
      void store.releaseLease(userId, leaseId).catch(() => {});
    }
  }

  /**
   * Issues while it has the lease: the one that is given, else one that is taken once the call has its permit. Whoever waits
   * behind all log-ins must not keep the user of the lease from logging in meanwhile. Resolves to undefined where somebody
   * else has it.
   */
  async function issueUnderLease(order: IssueOrder, given?: string): Promise<StoredToken | undefined> {
    const { user, reason } = order;
    const { userId } = user;
    const startedAt = performanceNow();
    let leaseId = given;
    let [issued, entry]: [StoredToken?, StoreEntry?] = [];
    let extending: ReturnType<typeof setInterval> | undefined;
    let isOver = false;

    async function begin(): Promise<void> {
      const id = leaseId ?? (await acquireLease(order));
      // The client has given the call up meanwhile: nobody is left who would release it.
      if (isOver && id !== undefined) await store.releaseLease(userId, id);
      if (isOver) throw issuedElsewhere;
      leaseId = id;
      if (id === undefined) throw issuedElsewhere;
      extending = setInterval(() => void store.extendLease(userId, id, leaseMs).catch(() => {}), extendEveryMs);
      entry = await read(userId);
      issued = await alreadyIssued(order, entry);
      if (issued) throw issuedElsewhere;
    }

    try {
      if (given !== undefined) await begin();
      const token = await call(order, given === undefined ? begin : undefined);
      // A client of somebody else's may know nothing of permits.
      await keep(token, entry ?? (await read(userId)), leaseId ?? '');
      if (reason === 'changed') changes.start(userId);
      emit({ type: 'issued', userId, reason, durationMs: performanceNow() - startedAt });
      return token;
    } catch (failure) {
      if (leaseId !== undefined) await store.releaseLease(userId, leaseId).catch(() => {});
      if (failure === issuedElsewhere) return issued;
      if ((reason === 'changed' || reason === 'early') && mayRepeat(failure)) failures.start(userId);
      throw failure;
    } finally {
      isOver = true;
      clearInterval(extending);
    }
  }

  async function issueInTurn(order: IssueOrder): Promise<StoredToken> {
    for (const endsAt = performanceNow() + maxWaitMs; ; ) {
      const leaseId = order.priority === 'bulk' ? undefined : await acquireLease(order);
      const canIssue = order.priority === 'bulk' || leaseId !== undefined;
      const token = (canIssue && (await issueUnderLease(order, leaseId))) || (await waitForOthers(order, endsAt));
      if (token) return token;
    }
  }

  async function issue(order: IssueOrder): Promise<StoredToken> {
    checkRateLimit(order);
    try {
      return await issueInTurn(order);
    } catch (failure) {
      const error = issueError(failure);
      emit({ type: 'issue-failed', userId: order.user.userId, reason: order.reason, error });
      throw error;
    }
  }

  return { read, judge, issue };
}
