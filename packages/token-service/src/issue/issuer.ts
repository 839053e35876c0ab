import type { Lane } from '@nexconn-kit/client';
import type { Settings } from '../resolve-options.js';
import type { IssueReason, StoredToken, StoredUser, StoreEntry, TokenUser } from '../types.js';
import { issueError, storeError, waitError } from './issue-errors.js';
import { judgeToken, type Verdict } from './token-policy.js';

/** What a token is issued for. */
export interface IssueOrder {
  readonly user: StoredUser;
  readonly reason: IssueReason;
  readonly lane: Lane;
  readonly rejectedToken?: string | undefined;
  /** Issues even where the stored token looks good: only the API tells whether the next secret is in force yet. */
  readonly isProbe?: boolean;
}

/** Issues tokens, one call for a need of the whole fleet. */
export interface Issuer {
  readonly read: (userId: string) => Promise<StoreEntry>;
  readonly judge: (entry: StoreEntry, user: TokenUser, rejectedToken?: string) => Promise<Verdict>;
  /** Gives the new token, or the one that another instance has issued meanwhile. */
  readonly issue: (order: IssueOrder) => Promise<StoredToken>;
}

/** A right that its owner has lost, as by kill -9, ends after this; one in use is prolonged in time. */
const leaseMs = 15_000;
const prolongEveryMs = 5_000;
/** How often those who wait for another instance look. */
const pollMs = { least: 50, most: 150 };

/** Makes the one place that calls the API. */
export function createIssuer({ client, store, ttlMs, maxWaitMs, now, emit }: Settings): Issuer {
  async function read(userId: string): Promise<StoreEntry> {
    return store.read(userId).catch((error) => Promise.reject(storeError(error)));
  }

  async function judge(entry: StoreEntry, user: TokenUser, rejectedToken?: string): Promise<Verdict> {
    const secretIds = await client.secretIds();
    return judgeToken(entry, user, { secretIds, ttlMs, now: now(), rejectedToken });
  }

  /** What somebody else has issued since the order was given; an early renewal asks for more than a good token. */
  async function alreadyDone({ user, reason, rejectedToken, isProbe }: IssueOrder): Promise<StoredToken | undefined> {
    if (isProbe) return undefined;
    const { token, ...verdict } = await judge(await read(user.userId), user, rejectedToken);
    const isDue = reason === 'early' && 'renewal' in verdict && verdict.renewal !== undefined;
    return isDue ? undefined : token;
  }

  /** Whoever would be sent away does not trouble the store first: in a crowd that is most of them. */
  function refuseInVain({ user: { userId }, reason, lane }: IssueOrder): void {
    try {
      client.checkTurn?.('issueAccessToken', { lane });
    } catch (failure) {
      const error = issueError(failure);
      emit({ type: 'issue-failed', userId, reason, error });
      throw error;
    }
  }

  /** Waits for the right to issue for the user; gives a token instead where another instance was quicker. */
  async function claim(order: IssueOrder): Promise<string | StoredToken> {
    const { userId } = order.user;
    for (const endsAt = performance.now() + maxWaitMs; ; ) {
      const proof = await store.claim(userId, leaseMs).catch((error) => Promise.reject(storeError(error)));
      if (proof !== undefined) return proof;
      if (performance.now() >= endsAt) throw waitError(maxWaitMs);
      const waitMs = pollMs.least + Math.random() * (pollMs.most - pollMs.least);
      await new Promise((resolve) => setTimeout(resolve, waitMs));
      const token = await alreadyDone(order);
      if (token) return token;
    }
  }

  async function call({ user, lane }: IssueOrder): Promise<StoredToken> {
    const { userId, name, avatarUrl } = user;
    let secretId = '';
    const request = avatarUrl === '' ? { userId, name } : { userId, name, avatarUrl };
    const { accessToken } = await client.issueAccessToken(request, {
      lane,
      onAccepted: (accepted) => {
        secretId = accepted.secretId;
      },
    });
    return { ...user, accessToken, secretId, issuedAt: now() };
  }

  /** The first token under another secret tells the fleet that the tokens of the one before are void. */
  async function noteSecret({ secretId }: StoredToken, { switchedTo }: StoreEntry): Promise<void> {
    if (secretId !== switchedTo) await store.switchTo(secretId, switchedTo);
  }

  async function callAndKeep(order: IssueOrder, proof: string): Promise<StoredToken> {
    const { userId } = order.user;
    const prolong = setInterval(() => void store.prolong(userId, proof, leaseMs).catch(() => {}), prolongEveryMs);
    try {
      const entry = await read(userId);
      const token = await call(order);
      try {
        await noteSecret(token, entry);
        await store.write(token, proof);
      } catch (error) {
        // It is good all the same; only the next log-in will need another.
        emit({ type: 'store-failed', userId, error: storeError(error) });
        // The user need not wait for this; the next log-in would, until the right ends by itself.
        void store.release(userId, proof).catch(() => {});
      }
      return token;
    } finally {
      clearInterval(prolong);
    }
  }

  async function issue(order: IssueOrder): Promise<StoredToken> {
    const { user, reason } = order;
    const startedAt = performance.now();
    refuseInVain(order);
    const claimed = await claim(order);
    if (typeof claimed !== 'string') return claimed;
    try {
      const done = await alreadyDone(order);
      if (done) {
        await store.release(user.userId, claimed).catch(() => {});
        return done;
      }
      const token = await callAndKeep(order, claimed);
      emit({ type: 'issued', userId: user.userId, reason, durationMs: performance.now() - startedAt });
      return token;
    } catch (failure) {
      await store.release(user.userId, claimed).catch(() => {});
      const error = issueError(failure);
      emit({ type: 'issue-failed', userId: user.userId, reason, error });
      throw error;
    }
  }

  return { read, judge, issue };
}
