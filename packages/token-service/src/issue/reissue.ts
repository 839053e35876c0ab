import { NexconnRequestError } from '@nexconn-kit/client';
import { TokenServiceError } from '../errors.js';
import type { Settings } from '../resolve-options.js';
import type { ReissueOptions, ReissueProgress, StoredUser } from '../types.js';
import { storeError } from './issue-errors.js';
import { secretInForce } from './token-policy.js';

/** How many users are read at once: memory stays flat however many there are. */
const pageSize = 500;
/** So many users at the most are tried to find out which App Secret is in force. */
const mostProbes = 3;

/**
 * Issues anew for every user whose token is of a secret that has gone. What is done is done: whoever starts again finds
 * only those that are left. It waits where log-ins take all of the limit, and for trouble that passes.
 *
 * @throws {TokenServiceError} INVALID_OPTION, STORE_FAILED, ABORTED; ISSUE_FAILED, TRY_LATER from the probes
 * @throws {NexconnRequestError} INVALID_REQUEST from the probes
 */
export async function reissueOutdated(
  { client, store }: Settings,
  { concurrency = 32, signal, onProgress }: ReissueOptions,
  issue: (user: StoredUser, isProbe: boolean) => Promise<unknown>,
): Promise<ReissueProgress> {
  if (!(Number.isInteger(concurrency) && concurrency >= 1 && concurrency <= 256)) {
    const message = 'concurrency must be a whole number from 1 to 256.';
    throw new TokenServiceError(message, { code: 'INVALID_OPTION' });
  }
  const failing = (error: unknown): never => {
    throw storeError(error);
  };
  const secretId = await findTarget();
  const { outdated: total } = await store.count(secretId).catch(failing);
  const startedAt = performance.now();
  let [done, failed] = [0, 0];
  let queue: readonly StoredUser[] = [];
  let after: string | undefined;
  let isLast = false;
  let filling: Promise<void> | undefined;

  /** A secret that waits for its rotation is in force once the API takes it, which one call finds out. */
  async function findTarget(): Promise<string> {
    const { all, inForce } = await client.secretIds();
    const last = all.at(-1) ?? inForce;
    if (secretInForce({ all, inForce }, await store.switchedTo().catch(failing)) === last) return last;
    const first = await store.listOutdated(last, undefined, mostProbes).catch(failing);
    // Whoever has just rotated it must not be told that there is nothing to do.
    if (first.length > 0) client.tryNextSecret?.();
    await probe(first);
    return secretInForce(await client.secretIds(), await store.switchedTo().catch(failing)) ?? last;
  }

  /** One user whom the API does not take must not keep the tokens of all others from being issued. */
  async function probe([user, ...others]: readonly StoredUser[]): Promise<void> {
    if (!user) return;
    try {
      await patiently(() => issue(user, true), signal);
    } catch (error) {
      const mayBeTheUser = error instanceof NexconnRequestError || (error as TokenServiceError).code === 'ISSUE_FAILED';
      if (!mayBeTheUser || others.length === 0) throw error;
      await probe(others);
    }
  }

  function progress(): ReissueProgress {
    const settled = done + failed;
    const paceMs = settled > 0 ? (performance.now() - startedAt) / settled : undefined;
    const remainingMs = paceMs === undefined ? undefined : Math.max(0, total - settled) * paceMs;
    return { total, done, failed, remainingMs };
  }

  async function fill(): Promise<void> {
    const page = await patiently(() => store.listOutdated(secretId, after, pageSize).catch(failing), signal);
    after = page.at(-1)?.userId;
    // A page that is not full need not be the last one: of some users a Redis may have nothing left but the ID.
    isLast = page.length === 0;
    queue = [...queue, ...page];
  }

  async function next(): Promise<StoredUser | undefined> {
    while (queue.length === 0 && !isLast) {
      filling ??= fill().finally(() => {
        filling = undefined;
      });
      await filling;
    }
    const [user, ...rest] = queue;
    queue = rest;
    return user;
  }

  async function succeeds(user: StoredUser): Promise<boolean> {
    try {
      await patiently(() => issue(user, false), signal);
      return true;
    } catch (error) {
      if (error instanceof TokenServiceError && error.code === 'ABORTED') throw error;
      return false;
    }
  }

  async function work(): Promise<void> {
    for (let user = await next(); user; user = await next()) {
      if (await succeeds(user)) done += 1;
      else failed += 1;
      onProgress?.(progress());
    }
  }

  const workers = await Promise.allSettled(Array.from({ length: concurrency }, work));
  const broken = workers.find((worker) => worker.status === 'rejected');
  if (broken) throw broken.reason;
  return progress();
}

/** Trouble of the API or the store is waited out so often; who is out of turn waits for as long as log-ins go first. */
const mostTroubles = 5;
/** How soon somebody who was told to wait longer asks again: log-ins may leave room before that. */
const longestPauseMs = 5_000;

/**
 * Does some work of a long job that nobody waits for by the second, again where waiting helps.
 *
 * @throws {TokenServiceError} ABORTED, before the work is begun or while it is waited for; and what the work throws
 */
export async function patiently<T>(work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  for (let troubles = 0; ; ) {
    if (signal?.aborted) throw abortError(signal);
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof TokenServiceError) || error.retryAfterMs === undefined) throw error;
      if (error.code !== 'QUEUE_FULL') troubles += 1;
      if (troubles === mostTroubles) throw error;
      await pause(Math.min(error.retryAfterMs, longestPauseMs), signal);
    }
  }
}

function abortError({ reason }: AbortSignal): TokenServiceError {
  return new TokenServiceError('Issuing anew was aborted by its signal.', { code: 'ABORTED', cause: reason });
}

/** Waits that long, or until the signal aborts. */
function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal?.addEventListener('abort', end);
  });
}
