import type { Priority } from '@nexconn-kit/client';
import { isPassing, isUnsent, optionChecks } from './errors.js';
import { expireTokens, type IssueOrder } from './issue/call-client.js';
import { coolDownError, issueError, storeError } from './issue/issue-errors.js';
import { createIssuer } from './issue/issuer.js';
import { reissueOutdated } from './issue/reissue.js';
import { createSingleFlight } from './issue/single-flight.js';
import { createStoredTokens } from './issue/stored-tokens.js';
import { ageOf } from './issue/token-policy.js';
import { resolveForgetOptions, resolveOptions, resolvePriority } from './resolve-options.js';
import type { HandedToken, StoredToken, StoredUser, TokenService, TokenServiceOptions, TokenUser } from './types.js';
import { createUserChecks } from './users/check-user.js';
import { createSequenceWatch } from './users/sequential-ids.js';
import { withTimeout } from './with-timeout.js';

/** What another token is needed for. */
type Need = Pick<IssueOrder, 'user' | 'reason' | 'rejectedToken' | 'seenToken'> & { readonly priority?: Priority };

/** Returns the key of what is issued for a user: log-ins and renewals ahead of time run beside each other. */
function flightOf(priority: Priority, userId: string): string {
  return `${priority} ${userId}`;
}

/** How long a log-in waits for the API to be told of a changed name or avatar; the call goes on, and the next log-in has its token. */
const changeWaitMs = 3_000;

/**
 * Creates the token service of an app server: it issues a token once, stores it, hands it out again, and renews it in time.
 *
 * It authenticates nobody: pass only users whom the app has authenticated.
 *
 * @throws {TokenServiceError} INVALID_OPTION
 * @example
 * const tokens = createTokenService({ client: nexconn, store: createMemoryStore() });
 * const { accessToken } = await tokens.get({ userId: 'jlk456j5', name: 'Ada' });
 */
export function createTokenService(options: TokenServiceOptions): TokenService {
  const settings = resolveOptions(options);
  const { store, validityMs, replaceCoolDownMs, changeCoolDownMs, now, emit } = settings;
  const stored = createStoredTokens(settings);
  const { issue, forget } = createIssuer(settings, stored);
  const singleFlight = createSingleFlight<StoredToken>();
  const watchIds = createSequenceWatch();
  /** The users whose call for a changed name or avatar was waited for in vain, and is still under way. */
  const hangingChanges = new Set<string>();
  const { checkUser, checkUserId } = createUserChecks(settings.client);

  function hand(token: StoredToken): HandedToken {
    const { userId, accessToken } = token;
    const leftMs = validityMs === undefined ? null : Math.max(0, validityMs - ageOf(token, now()));
    return { userId, accessToken, expiresInSeconds: leftMs === null ? null : Math.floor(leftMs / 1000) };
  }

  function issueInSingleFlight(needed: Need): Promise<StoredToken> {
    const { user, reason, rejectedToken, seenToken, priority = 'interactive' } = needed;
    const key = flightOf(priority, user.userId);
    const need = JSON.stringify([user.name, user.avatarUrl, rejectedToken]);

    /** Whether what came of another name or avatar will do: a token that is a new one for both, or trouble that is no name's. */
    function isEnough(settled: PromiseSettledResult<StoredToken>): boolean {
      if (settled.status === 'rejected') return isPassing(settled.reason);
      const { accessToken } = settled.value;
      return changeCoolDownMs > 0 && accessToken !== rejectedToken && accessToken !== seenToken;
    }
    return singleFlight.share(key, need, () => issue({ user, reason, priority, rejectedToken, seenToken }), isEnough);
  }

  function renewInBackground(user: StoredUser, seenToken: string): void {
    // An event reports its failure; the stored token is still valid for some time.
    // It must not keep anybody from logging in, nor the user whose renewal waits behind all log-ins.
    issueInSingleFlight({ user, reason: 'early', priority: 'bulk', seenToken }).catch(() => {});
  }

  /** Resolves to the token that is stored, where nothing but name or avatar is against it. Read again: its secret may be rotated out. */
  async function storedToken(user: StoredUser, rejectedToken?: string): Promise<StoredToken | undefined> {
    const verdict = await stored.judge(await stored.read(user.userId), user, rejectedToken);
    const token = verdict.token ?? verdict.fallback;
    if (token) emit({ type: 'served', userId: user.userId });
    return token;
  }

  /** Nobody is kept from logging in by a name that the API cannot be told now: the stored token is valid all the same. */
  async function issueOrFallBack(need: Need): Promise<StoredToken> {
    const { user, reason, rejectedToken, priority } = need;
    // Nobody waits for it, who would need the stored token at once.
    if (priority === 'bulk') return issueInSingleFlight(need);
    const { userId } = user;
    const isHanging = reason === 'changed' && hangingChanges.has(userId);
    const atOnce = isHanging ? await storedToken(user, rejectedToken) : undefined;
    if (atOnce) return atOnce;
    const issuing = issueInSingleFlight(need);
    if (reason !== 'changed') return issuing;
    try {
      return await withTimeout(issuing, changeWaitMs, 'The API has not been told of the change yet.');
    } catch (error) {
      // The app has to mend what could not even be sent.
      if (isUnsent(error)) throw error;
      hangingChanges.add(userId);
      issuing.catch(() => {}).finally(() => hangingChanges.delete(userId));
      return (await storedToken(user, rejectedToken)) ?? issuing;
    }
  }

  async function get(given: TokenUser & { readonly priority?: Priority | undefined }): Promise<HandedToken> {
    const user = checkUser(given);
    const priority = resolvePriority(given.priority);
    const entry = await stored.read(user.userId);
    const verdict = await stored.judge(entry, user);
    if (verdict.token) {
      emit({ type: 'served', userId: user.userId });
      if (verdict.renewal) renewInBackground(user, verdict.token.accessToken);
      return hand(verdict.token);
    }
    const { reason } = verdict;
    const examples = reason === 'first' ? watchIds(user.userId) : undefined;
    if (examples) emit({ type: 'sequential-ids', examples });
    return hand(await issueOrFallBack({ user, reason, priority, seenToken: entry.token?.accessToken }));
  }

  async function replace(given: TokenUser & { readonly rejectedToken: string }): Promise<HandedToken> {
    const user = checkUser(given);
    const rejectedToken = optionChecks.checkText('rejectedToken', given.rejectedToken);
    const entry = await stored.read(user.userId);
    const verdict = await stored.judge(entry, user, rejectedToken);
    if (verdict.token) {
      emit({ type: 'served', userId: user.userId });
      return hand(verdict.token);
    }
    if (verdict.reason === 'rejected' && entry.token) {
      // A clock that was set back makes an age below 0, which means nothing.
      const age = now() - entry.token.issuedAt;
      if (age >= 0 && age < replaceCoolDownMs) throw coolDownError(replaceCoolDownMs - age);
    }
    const seenToken = entry.token?.accessToken;
    return hand(await issueOrFallBack({ user, reason: verdict.reason, rejectedToken, seenToken }));
  }

  /** What a store lists was written by whoever can write there. */
  async function reissue(user: StoredUser, isProbe: boolean): Promise<void> {
    try {
      checkUserId(user.userId);
    } catch (failure) {
      const error = issueError(failure);
      emit({ type: 'issue-failed', userId: user.userId, reason: 'secret', error });
      throw error;
    }
    await issue({ user, reason: 'secret', priority: 'bulk', isProbe });
  }

  return {
    get,
    replace,
    async forget(userId, forgetOptions = {}) {
      checkUserId(userId);
      const isExpiring = resolveForgetOptions(forgetOptions, settings);
      forget(userId);
      singleFlight.drop(flightOf('interactive', userId), flightOf('bulk', userId));
      if (isExpiring) {
        await expireTokens(settings, userId);
        emit({ type: 'expired', userId });
      }
      await store.remove(userId).catch((error) => Promise.reject(storeError(error)));
    },
    reissueAll: (reissueOptions = {}) => reissueOutdated(settings, reissueOptions, reissue),
    idle: singleFlight.idle,
  };
}
