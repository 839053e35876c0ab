import { TokenServiceError } from '../errors.js';
import type { ReissueOptions, ReissueProgress, StoredUser } from '../types.js';
import { secretInForce } from './judge-token.js';
import type { Settings } from './resolve-options.js';
import { storeError } from './service-error.js';

/** How many users are read at once: memory stays flat however many there are. */
const pageSize = 500;

/**
 * Issues anew for every user whose token is of a secret that has gone. What is done is done: whoever starts again finds
 * only those that are left.
 *
 * @throws {TokenServiceError} INVALID_OPTION, STORE_FAILED, ABORTED
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
    const [first] = await store.listOutdated(last, undefined, 1).catch(failing);
    if (first) {
      // Whoever has just rotated it must not be told that there is nothing to do.
      client.tryNextSecret?.();
      await issue(first, true);
    }
    return secretInForce(await client.secretIds(), await store.switchedTo().catch(failing)) ?? last;
  }

  function progress(): ReissueProgress {
    const settled = done + failed;
    const paceMs = settled > 0 ? (performance.now() - startedAt) / settled : undefined;
    const remainingMs = paceMs === undefined ? undefined : Math.max(0, total - settled) * paceMs;
    return { total, done, failed, remainingMs };
  }

  async function fill(): Promise<void> {
    const page = await store.listOutdated(secretId, after, pageSize).catch(failing);
    after = page.at(-1)?.userId;
    isLast = page.length < pageSize;
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

  async function work(): Promise<void> {
    for (let user = await next(); user; user = await next()) {
      if (signal?.aborted) {
        throw new TokenServiceError('Issuing anew was aborted by its signal.', {
          code: 'ABORTED',
          cause: signal.reason,
        });
      }
      const isDone = await issue(user, false).then(
        () => true,
        () => false,
      );
      if (isDone) done += 1;
      else failed += 1;
      onProgress?.(progress());
    }
  }

  const workers = await Promise.allSettled(Array.from({ length: concurrency }, work));
  const broken = workers.find((worker) => worker.status === 'rejected');
  if (broken) throw broken.reason;
  return progress();
}
