import type { Priority } from '@nexconn-kit/client';
import { isClientError } from '../errors.js';
import type { Settings } from '../resolve-options.js';
import type { IssueReason, StoredToken, StoredUser } from '../types.js';
import { withTimeout } from '../with-timeout.js';
import { callTimeoutError, changeError, expireError } from './issue-errors.js';

/** What a token is issued for. */
export interface IssueOrder {
  readonly user: StoredUser;
  readonly reason: IssueReason;
  readonly priority: Priority;
  readonly rejectedToken?: string | undefined;
  /** The token that was stored when the need for another one was seen. */
  readonly seenToken?: string | undefined;
  /** Issues even where the stored token looks valid: only the API can tell whether the next secret is in force yet. */
  readonly isProbe?: boolean;
  /** Whether the user was forgotten meanwhile: what is issued is handed out to those who have asked before, and not stored. */
  readonly isForgotten?: () => boolean;
}

/** Resolves to what a call resolves to; one that does not end is given up: a client of somebody else's may have no deadline. */
export async function callClient<T>(
  { callTimeoutMs }: Settings,
  start: (signal: AbortSignal) => Promise<T>,
): Promise<Awaited<T>> {
  const givenUp = new AbortController();
  const call = start(givenUp.signal);
  // Whoever waits for the same, as all later log-ins of this user, would wait with it.
  const [settled] = await withTimeout(Promise.allSettled([call]), callTimeoutMs, '').catch(() => {
    givenUp.abort();
    throw callTimeoutError(callTimeoutMs);
  });
  if (settled.status === 'rejected') throw settled.reason;
  return settled.value;
}

/** Whether the API is to be told of another name or avatar by `updateUser`, as far as the order shows. */
export function isChange({ changedUsers }: Settings, { reason }: Pick<IssueOrder, 'reason'>): boolean {
  return changedUsers === 'update' && reason === 'changed';
}

/** Ends a call of `updateUser` before it is sent, since only a new token will do. */
const needsToken = new Error('The user needs a new token.');

/** An update under way: what is stored of the user once the lease is had, and what has to be done at the call's permit. */
export interface Update {
  /** Returns the stored token, where it is valid but for name and avatar. */
  readonly stored: () => StoredToken | undefined;
  readonly onPermit?: (() => Promise<void>) | undefined;
}

/**
 * Updates the name or avatar at the API, and resolves to the stored token with them. Resolves to undefined where only a new
 * token will do: there is none that is valid, an avatar is taken away, which `updateUser` cannot say, the API does not know the
 * user, or it has switched to another App Secret with this call, which voids the token.
 */
export async function updateUser(
  settings: Settings,
  { user, priority }: IssueOrder,
  { stored, onPermit }: Update,
): Promise<StoredToken | undefined> {
  const { client } = settings;
  const { userId, name, avatarUrl } = user;
  const keepable = (): StoredToken | undefined => {
    const token = stored();
    return avatarUrl === '' && token?.avatarUrl !== '' ? undefined : token;
  };
  if (!onPermit && !keepable()) return undefined;
  const atPermit = onPermit && {
    async onPermit() {
      await onPermit();
      if (!keepable()) throw needsToken;
    },
  };
  let secretId = '';
  const onAccepted = (accepted: { readonly secretId: string }): void => {
    secretId = accepted.secretId;
  };
  const request = avatarUrl === '' ? { userId, name } : { userId, name, avatarUrl };
  try {
    await callClient(settings, async (signal) =>
      client.updateUser?.(request, { priority, signal, onAccepted, ...atPermit }),
    );
  } catch (failure) {
    if (failure === needsToken || isUnknownUser(failure)) return undefined;
    throw isClientError(failure) ? changeError(failure) : failure;
  }
  const token = keepable();
  return token?.secretId === secretId ? { ...token, name, avatarUrl } : undefined;
}

/** The code of a user ID that does not exist. */
const unknownUser = 400;

function isUnknownUser(failure: unknown): boolean {
  return isClientError(failure) && failure.apiCode === unknownUser;
}

/** Voids the tokens of a user at the API that were issued until now, by the clock of this server. */
export async function expireTokens(settings: Settings, userId: string): Promise<void> {
  const { client, now } = settings;
  // One that was issued in the very millisecond would stay valid.
  const expiresAt = Math.floor(now()) + 1;
  try {
    await callClient(settings, async (signal) =>
      client.expireAccessToken?.({ userIds: [userId], expiresAt }, { signal }),
    );
  } catch (failure) {
    throw expireError(failure);
  }
}
