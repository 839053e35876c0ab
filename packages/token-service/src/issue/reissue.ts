import type { NexconnRequestError } from '@nexconn-kit/client';
import { isPassing, TokenServiceError } from '../errors.js';
import { resolveReissueOptions, type Settings } from '../resolve-options.js';
import { createPager } from '../stores/list-pages.js';
import { clearTimeout, performanceNow, setTimeout } from '../system-time.js';
import type { ReissueOptions, ReissueProgress, StoredUser } from '../types.js';
import { watchSignal } from '../watch-signal.js';
import { withTimeout } from '../with-timeout.js';
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
/** After how many users in a row whose attempts the store has failed the run ends: each attempt takes of the rate limit. */
const maxUnstored = 3;
/** How long a store may take for a page or a count: a Redis builds its index of all users anew before. */
const listTimeoutMs = 300_000;
/** How long what is under way has once the signal aborts: a token that was just issued is stored. */
const graceMs = 2_000;
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
  const probe = (user: StoredUser): Promise<unknown> => withRetries(() => issue(user, true), signal);
  const { secretId, reissued } = await untilAborted(() => findTarget(settings, probe), signal);
  const total = reissued + (await untilAborted(() => countOutdated(settings, secretId), signal));
  const nextPage = createPager((after) => askStore(() => store.listOutdated(secretId, after, pageSize)));
  const nextUser = createUserQueue(() => withRetries(nextPage, signal));
  const startedAt = performanceNow();
  let [done, failed, unstored] = [reissued, 0, 0];
  let isBroken = false;

  function progress(): ReissueProgress {
    const settled = done + failed;
    const paceMs = settled > 0 ? (performanceNow() - startedAt) / settled : undefined;
    const remainingMs = paceMs === undefined ? undefined : Math.max(0, total - settled) * paceMs;
    return { total, done, failed, remainingMs };
  }

  async function succeeds(user: StoredUser): Promise<boolean> {
    try {
      await withRetries(() => issue(user, false), signal);
      unstored = 0;
      return true;
    } catch (error) {
      const { code } = error as TokenServiceError | NexconnRequestError;
      if (code === 'STORE_FAILED') unstored += 1;
      isBroken ||= code === 'ABORTED' || unstored >= maxUnstored;
      if (isBroken) throw error;
      return false;
    }
  }

  async function work(): Promise<void> {
    for (let user = await nextUser(); user && !isBroken; user = await nextUser()) {
      if (await succeeds(user)) done += 1;
      else failed += 1;
      onProgress(progress());
    }
  }

  if (reissued > 0) onProgress(progress());
  const workers = await Promise.allSettled(Array.from({ length: concurrency }, work));
  const broken = workers.find((worker) => worker.status === 'rejected');
  if (broken) throw broken.reason;
  return progress();
}

interface Target {
  readonly secretId: string;
  /** How many users have got a token of it while it was found out. */
  readonly reissued: number;
}

/**
 * Returns the App Secret that every token is to be of. One that waits for its rotation is in force once the API accepts
 * it, which one call finds out.
 */
async function findTarget(settings: Settings, probe: (user: StoredUser) => Promise<unknown>): Promise<Target> {
  const { client, store } = settings;
  const { all, inForce } = await readSecretIds(settings);
  const last = all.at(-1) ?? inForce;
  if (secretInForce({ all, inForce }, await store.currentSecret().catch(failing)) === last)
    return { secretId: last, reissued: 0 };
  const users = await createPager((after) => askStore(() => store.listOutdated(last, after, maxProbes)))();
  // Whoever has just rotated it must not be told that there is nothing to do.
  if (users.length > 0) client.appSecrets.tryNext?.();
  await probeOneOf(users, probe);
  const known = secretInForce(await readSecretIds(settings), await store.currentSecret().catch(failing));
  return { secretId: known ?? last, reissued: known === last ? Math.min(users.length, 1) : 0 };
}

async function countOutdated({ store }: Settings, secretId: string): Promise<number> {
  const count: { readonly outdated?: unknown } | null | undefined = await askStore(() => store.count(secretId));
  const outdated = count?.outdated;
  if (typeof outdated === 'number' && Number.isSafeInteger(outdated)) return outdated;
  throw storeError(new TypeError('Its count returned something else than { users, outdated }, both whole numbers.'));
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
function createUserQueue(nextPage: () => Promise<readonly StoredUser[]>): () => Promise<StoredUser | undefined> {
  let queue: readonly StoredUser[] = [];
  let isLast = false;
  let filling: Promise<void> | undefined;

  async function fill(): Promise<void> {
    queue = await nextPage();
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
    try {
      return await untilAborted(work, signal);
    } catch (error) {
      if (!isPassing(error)) throw error;
      if (error.code !== 'QUEUE_FULL') attempts += 1;
      if (attempts === maxAttempts) throw error;
      await pause(Math.min(error.retryAfterMs, longestPauseMs), signal);
    }
  }
}

/** Settles as the work does; rejects without it where the signal has aborted before, or a moment after it aborts. */
async function untilAborted<T>(work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work();
  if (signal.aborted) throw abortError(signal);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let unwatch: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    unwatch = watchSignal(signal, () => {
      timer = setTimeout(() => reject(abortError(signal)), graceMs);
    });
  });
  try {
    return await Promise.race([work(), aborted]);
  } finally {
    clearTimeout(timer);
    unwatch?.();
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

/** Asks a store about all users. */
async function askStore<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await withTimeout(ask(), listTimeoutMs, `The store has not answered within ${listTimeoutMs} ms.`);
  } catch (error) {
    throw storeError(error);
  }
}

function failing(cause: unknown): never {
  throw storeError(cause);
}
