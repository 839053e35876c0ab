import type { Settings } from '../resolve-options.js';
import { performanceNow, setTimeout } from '../system-time.js';
import type { StoredToken } from '../types.js';
import { type IssueOrder, isChange } from './call-client.js';
import { issueError, waitError } from './issue-errors.js';
import { acquireLease, alreadyIssued, issueUnderLease } from './issue-under-lease.js';
import type { StoredTokens } from './stored-tokens.js';

/** How often those who wait for another instance look. */
const pollMs = { min: 50, max: 150 };

/** What issues tokens: one call of the API for each need, on however many instances it arises. */
export interface Issuer {
  /** Resolves to the new token, or to one that another instance has issued meanwhile. */
  readonly issue: (order: IssueOrder) => Promise<StoredToken>;
  /** Has nothing stored of what is being issued for a user now, here. */
  readonly forget: (userId: string) => void;
}

export function createIssuer(settings: Settings, tokens: StoredTokens): Issuer {
  const { client, maxWaitMs, emit } = settings;
  const underWay = new Set<{ readonly userId: string; isForgotten: boolean }>();

  /** Throws before the store is troubled with an order that the rate limit would refuse: in a crowd that is most of them. */
  function checkRateLimit(order: IssueOrder): void {
    const { priority } = order;
    client.rateLimit?.check(isChange(settings, order) ? 'updateUser' : 'issueAccessToken', { priority });
  }

  /** Resolves after a while, to what the holder of the lease has issued. */
  async function waitForOthers(order: IssueOrder, endsAt: number): Promise<StoredToken | undefined> {
    if (performanceNow() >= endsAt) throw waitError(maxWaitMs);
    const waitMs = pollMs.min + Math.random() * (pollMs.max - pollMs.min);
    await new Promise((resolve) => setTimeout(resolve, waitMs));
    return alreadyIssued(settings, tokens, order, await tokens.read(order.user.userId));
  }

  async function issueInTurn(order: IssueOrder): Promise<StoredToken> {
    for (const endsAt = performanceNow() + maxWaitMs; ; ) {
      const leaseId = order.priority === 'bulk' ? undefined : await acquireLease(settings, order);
      const canIssue = order.priority === 'bulk' || leaseId !== undefined;
      const issued = canIssue ? await issueUnderLease(settings, tokens, order, leaseId) : undefined;
      const token = issued ?? (await waitForOthers(order, endsAt));
      if (token) return token;
    }
  }

  async function issue(order: IssueOrder): Promise<StoredToken> {
    const run = { userId: order.user.userId, isForgotten: false };
    underWay.add(run);
    try {
      tokens.checkClient();
      checkRateLimit(order);
      return await issueInTurn({ ...order, isForgotten: () => run.isForgotten });
    } catch (failure) {
      const error = issueError(failure);
      emit({ type: 'issue-failed', userId: order.user.userId, reason: order.reason, error });
      throw error;
    } finally {
      underWay.delete(run);
    }
  }

  function forget(userId: string): void {
    for (const run of underWay) if (run.userId === userId) run.isForgotten = true;
  }

  return { issue, forget };
}
