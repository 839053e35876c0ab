import type { Settings } from '../resolve-options.js';
import { clearInterval, performanceNow, setInterval } from '../system-time.js';
import type { StoredToken, StoreEntry } from '../types.js';
import { callClient, type IssueOrder, isChange, updateUser } from './call-client.js';
import { foreignResultError, storeError } from './issue-errors.js';
import { isKeptToken, type StoredTokens } from './stored-tokens.js';

/** A lease that its holder has lost, as by kill -9, expires after this; one in use is extended in time. */
const leaseMs = 15_000;
const extendEveryMs = 5_000;

/** Ends a call that turns out to be none of this instance's once it has its permit. */
const issuedElsewhere = new Error('The token is issued by another instance.');

/** Resolves to the lease of the order's user; to undefined where another instance has it. */
export async function acquireLease({ store }: Settings, { user: { userId } }: IssueOrder): Promise<string | undefined> {
  return store.acquireLease(userId, leaseMs).catch((error) => Promise.reject(storeError(error)));
}

/** Resolves to what somebody else has issued since the order; a renewal ahead of time wants more than a valid token. */
export async function alreadyIssued(
  { changeCoolDownMs }: Settings,
  tokens: StoredTokens,
  { user, reason, priority, rejectedToken, seenToken, isProbe }: IssueOrder,
  entry: StoreEntry,
): Promise<StoredToken | undefined> {
  if (isProbe) return undefined;
  const { token, renewal, fallback } = await tokens.judge(entry, user, rejectedToken);
  // Of several names at once the API is told one, and nothing that is issued in the background brings an earlier one back.
  const mayDiffer = changeCoolDownMs > 0 || priority === 'bulk';
  if (fallback) return mayDiffer && fallback.accessToken !== seenToken ? fallback : undefined;
  return reason === 'early' && renewal ? undefined : token;
}

/**
 * Issues while it has the lease: the one that is given, else one that is taken once the call has its permit. Whoever waits
 * behind all log-ins must not keep the user of the lease from logging in meanwhile. Resolves to undefined where somebody
 * else has it.
 */
export async function issueUnderLease(
  settings: Settings,
  tokens: StoredTokens,
  order: IssueOrder,
  given?: string,
): Promise<StoredToken | undefined> {
  const { store, emit } = settings;
  const { user, reason } = order;
  const { userId } = user;
  const startedAt = performanceNow();
  let leaseId = given;
  let [issued, entry]: [StoredToken?, StoreEntry?] = [];
  /** The stored token, where nothing but name or avatar is against it. */
  let valid: StoredToken | undefined;
  let extending: ReturnType<typeof setInterval> | undefined;
  let isOver = false;

  async function begin(): Promise<void> {
    const id = leaseId ?? (await acquireLease(settings, order));
    // The client has given the call up meanwhile: nobody is left who would release it.
    if (isOver && id !== undefined) await store.releaseLease(userId, id);
    if (isOver) throw issuedElsewhere;
    leaseId = id;
    if (id === undefined) throw issuedElsewhere;
    extending = setInterval(() => void store.extendLease(userId, id, leaseMs).catch(() => {}), extendEveryMs);
    entry = await tokens.read(userId);
    issued = await alreadyIssued(settings, tokens, order, entry);
    if (issued) throw issuedElsewhere;
    if (isChange(settings, order)) valid = (await tokens.judge(entry, user, order.rejectedToken)).fallback;
  }

  async function release(): Promise<void> {
    clearInterval(extending);
    if (leaseId !== undefined) await store.releaseLease(userId, leaseId).catch(() => {});
  }

  async function callUnderLease(): Promise<StoredToken> {
    const onPermit = given === undefined ? begin : undefined;
    if (!isChange(settings, order)) return callApi(settings, order, onPermit);
    const updated = await updateUser(settings, order, { stored: () => valid, onPermit });
    if (updated) return updated;
    // The call for a new token waits for a permit of its own.
    if (onPermit) {
      await release();
      leaseId = undefined;
    }
    return callApi(settings, order, onPermit);
  }

  try {
    if (given !== undefined) await begin();
    const token = await callUnderLease();
    const isUpdate = token.accessToken === valid?.accessToken;
    await tokens.checkTold(token.secretId);
    // A client of somebody else's may know nothing of permits.
    await keep(settings, tokens, order, token, entry ?? (await tokens.read(userId)), leaseId ?? '');
    tokens.onIssued(userId, reason);
    const durationMs = performanceNow() - startedAt;
    emit(isUpdate ? { type: 'updated', userId, durationMs } : { type: 'issued', userId, reason, durationMs });
    return token;
  } catch (failure) {
    await release();
    if (failure === issuedElsewhere) return issued;
    tokens.onFailure(userId, reason, failure);
    throw failure;
  } finally {
    isOver = true;
    clearInterval(extending);
  }
}

async function callApi(
  settings: Settings,
  { user, priority }: IssueOrder,
  onPermit?: () => Promise<void>,
): Promise<StoredToken> {
  const { client, now } = settings;
  const { userId, name, avatarUrl } = user;
  let secretId = '';
  const request = avatarUrl === '' ? { userId, name } : { userId, name, avatarUrl };
  const onAccepted = (accepted: { readonly secretId: string }): void => {
    secretId = accepted.secretId;
  };
  const issued = await callClient(settings, async (signal) =>
    client.issueAccessToken(request, { priority, onPermit, signal, onAccepted }),
  );
  // The client compares them too, but may be another one, or one that was told not to.
  const { accessToken } = issued;
  if (issued.userId !== userId || !isKeptToken(accessToken)) throw foreignResultError();
  // Whole milliseconds, which every store keeps as they are.
  return { ...user, accessToken, secretId, issuedAt: Math.floor(now()) };
}

async function keep(
  { store, emit }: Settings,
  tokens: StoredTokens,
  { priority, isForgotten = () => false }: IssueOrder,
  token: StoredToken,
  { currentSecret }: StoreEntry,
  leaseId: string,
): Promise<void> {
  const { userId, secretId } = token;
  try {
    // The first token under another secret tells the fleet that the tokens of the one before are void.
    if (secretId !== currentSecret) await store.setCurrentSecret(secretId, { expected: currentSecret });
    if (isForgotten()) return await store.releaseLease(userId, leaseId);
    await store.write(token, leaseId);
    // The row may have been removed before this one was written.
    if (isForgotten()) await store.remove(userId);
  } catch (failure) {
    const error = storeError(failure);
    tokens.onUnstored(userId);
    // Nobody has asked for it now: what is not stored is lost.
    if (priority === 'bulk') throw error;
    // The token is valid all the same; only the next log-in will need another.
    emit({ type: 'store-failed', userId, error });
    // The user need not wait for this; the next log-in would, until the lease expires.
    void store.releaseLease(userId, leaseId).catch(() => {});
  }
}
