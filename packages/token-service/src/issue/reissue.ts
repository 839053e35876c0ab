import type { NexconnRequestError } from '@nexconn-kit/client';
import { isTokenServiceError, TokenServiceError } from '../errors.js';
import { resolveReissueOptions, type Settings } from '../resolve-options.js';
import { clearTimeout, performanceNow, setTimeout } from '../system-time.js';
import type { ReissueOptions, ReissueProgress, StoredUser } from '../types.js';
import { watchSignal } from '../watch-signal.js';
import { storeError } from './issue-errors.js';
import { readSecretIds } from './read-secret-ids.js';
import { secretInForce } from './token-policy.js';

/** Issues for one user. A probe is issued whatever is stored. */
type Issue = (user: StoredUser, isProbe: boolean) => Promise<unknown>;

/** How many users are read at once: memory stays flat however many there are. */
const pageSize = 500;
/** How many users at most are tried to find out which App Secret is in force. */
const maxProbes = 3;
/** How many attempts an outage of the API or the store gets. Where the queue is full there is no limit: log-ins go first. */
const maxAttempts = 5;
/** Whoever was told to wait for longer tries again after this: log-ins may leave room before that. */
const longestPauseMs = 5_000;

/**
 * Issues anew for every user whose token is of an App Secret that was rotated out. What is done is done: another run finds
 * only those that are left. It waits where log-ins use up the rate limit, and for trouble that passes.
 *
 * @throws {TokenServiceError} INVALID_OPTION, STORE_FAILED, ABORTED; ISSUE_FAILED, TRY_LATER from the probes
 * @throws {NexconnRequestError} INVALID_REQUEST from the probes
 */
export async function reissueOutdated(
  settings: Settings,
  options: ReissueOptions,
  issue: Issue,
): Promise<ReissueProgress> {
  const { store } = settings;
  const { concurrency, signal, onProgress } = resolveReissueOptions(options);
  const secretId = await findTarget(settings, (user) => withRetries(() => issue(user, true), signal));
  const { outdated: total } = await store.count(secretId).catch(failing);
  const nextUser = createUserQueue((after) =>
    withRetries(() => store.listOutdated(secretId, after, pageSize).catch(failing), signal),
  );
  const startedAt = performanceNow();
  let [done, failed] = [0, 0];

  function progress(): ReissueProgress {
    const settled = done + failed;
    const paceMs = settled > 0 ? (performanceNow() - startedAt) / settled : undefined;
    const remainingMs = paceMs === undefined ? undefined : Math.max(0, total - settled) * paceMs;
    return { total, done, failed, remainingMs };
  }

  async function succeeds(user: StoredUser): Promise<boolean> {
    try {
      await withRetries(() => issue(user, false), signal);
      return true;
    } catch (error) {
      if (isTokenServiceError(error) && error.code === 'ABORTED') throw error;
      return false;
    }
  }

  async function work(): Promise<void> {
    for (let user = await nextUser(); user; user = await nextUser()) {
      if (await succeeds(user)) done += 1;
      else failed += 1;
      onProgress(progress());
    }
  }

  const workers = await Promise.allSettled(Array.from({ length: concurrency }, work));
  const broken = workers.find((worker) => worker.status === 'rejected');
  if (broken) throw broken.reason;
  return progress();
}

/**
 * Returns the App Secret that every token is to be of. One that waits for its rotation is in force once the API accepts
 * it, which one call finds out.
 */
async function findTarget(settings: Settings, probe: (user: StoredUser) => Promise<unknown>): Promise<string> {
  const { client, store } = settings;
  const { all, inForce } = await readSecretIds(settings);
  const last = all.at(-1) ?? inForce;
  if (secretInForce({ all, inForce }, await store.currentSecret().catch(failing)) === last) return last;
  const users = await store.listOutdated(last, undefined, maxProbes).catch(failing);
  // Whoever has just rotated it must not be told that there is nothing to do.
  if (users.length > 0) client.appSecrets.tryNext?.();
  await probeOneOf(users, probe);
  return secretInForce(await readSecretIds(settings), await store.currentSecret().catch(failing)) ?? last;
}

/** One user whom the API does not accept must not keep the tokens of all others from being issued. */
async function probeOneOf(
  [user, ...others]: readonly StoredUser[],
  probe: (user: StoredUser) => Promise<unknown>,
): Promise<void> {
  if (!user) return;
  try {
    await probe(user);
  } catch (error) {
    const { code } = error as TokenServiceError | NexconnRequestError;
    const mayBeTheUser = code === 'INVALID_REQUEST' || code === 'INVALID_USER' || code === 'ISSUE_FAILED';
    if (!mayBeTheUser || others.length === 0) throw error;
    await probeOneOf(others, probe);
  }
}

/** Returns what resolves to one user after the other, for many who ask, and to undefined at the end. */
function createUserQueue(
  readPage: (after: string | undefined) => Promise<readonly StoredUser[]>,
): () => Promise<StoredUser | undefined> {
  let queue: readonly StoredUser[] = [];
  let after: string | undefined;
  let isLast = false;
  let filling: Promise<void> | undefined;

  async function fill(): Promise<void> {
    queue = await readPage(after);
    after = queue.at(-1)?.userId;
    // A page that is not full need not be the last one: of some users a Redis may have nothing left but the ID.
    isLast = queue.length === 0;
  }

  return async function nextUser() {
    while (queue.length === 0 && !isLast) {
      filling ??= fill().finally(() => {
        filling = undefined;
      });
      await filling;
    }
    const [user, ...rest] = queue;
    queue = rest;
    return user;
  };
}

/**
 * Runs work of a long job that nobody waits for by the second, with another attempt where waiting helps.
 *
 * @throws {TokenServiceError} ABORTED, before the work is begun or while it is waited for; and what the work throws
 */
export async function withRetries<T>(work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  for (let attempts = 0; ; ) {
    if (signal?.aborted) throw abortError(signal);
    try {
      return await work();
    } catch (error) {
      if (!isTokenServiceError(error) || error.retryAfterMs === undefined) throw error;
      if (error.code !== 'QUEUE_FULL') attempts += 1;
      if (attempts === maxAttempts) throw error;
      await pause(Math.min(error.retryAfterMs, longestPauseMs), signal);
    }
  }
}

function abortError({ reason }: AbortSignal): TokenServiceError {
  return new TokenServiceError('Issuing anew was aborted by its signal.', { code: 'ABORTED', cause: reason });
}

/** Resolves after that time, or once the signal aborts. */
function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      unwatch?.();
      resolve();
    };
    const timer = setTimeout(end, ms);
    const unwatch = signal && watchSignal(signal, end);
  });
}

function failing(cause: unknown): never {
  throw storeError(cause);
}
