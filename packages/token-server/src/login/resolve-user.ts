import { fitUser, opaqueUserId, type TokenUser } from '@nexconn-kit/token-service';
import { CliError } from '../command-line/errors.js';
import { variableOf } from '../settings/serve-settings.js';

/** A log-in that was verified, before its user has an ID and a name that the API accepts. */
export interface Login extends Omit<TokenUser, 'name'> {
  readonly name: string | undefined;
}

/** Resolves with the log-in of a request; undefined where it proves nothing. Rejects where that cannot be told now. */
export type Verify = (request: Request) => Promise<Login | undefined>;

/** Resolves with the user of a request; undefined where it proves nothing. Rejects where that cannot be told now. */
export type Authenticate = (request: Request) => Promise<TokenUser | undefined>;

/** What the log is to hold of log-ins; never a part of the token. */
export interface LoginListener {
  /** Called with the reason of a refusal, a code. */
  readonly onRefused: (reason: string) => void;
  /** Called at the first log-in without a name. */
  readonly onNameless: () => void;
  /** Called at the first name that was cut, and at the first avatar that was left out. */
  readonly onFitted: (field: 'name' | 'avatarUrl') => void;
}

/**
 * Returns the authentication that gives each log-in the ID and the name that the API accepts.
 *
 * @throws {CliError} USAGE where the key cannot be used
 */
export function resolveUsers(verify: Verify, userIdKey: string | undefined, listener: LoginListener): Authenticate {
  return withFittedProfile(withName(withOpaqueIds(withUsableIds(verify, listener), userIdKey)), listener);
}

/** Whether a text has what the token service refuses in a user ID, which stays unseen where the ID is replaced by an opaque one. */
function hasUnseenCharacter(text: string): boolean {
  return /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{DI}\u2800]/u.test(text);
}

/** Whoever has an ID that some store or reader would take for another one is nobody; what else the API asks, the client says. */
function withUsableIds(verify: Verify, { onRefused }: LoginListener): Verify {
  return async function verifyUsable(request) {
    const login = await verify(request);
    if (!login || !hasUnseenCharacter(login.userId)) return login;
    onRefused('UNUSABLE_USER_ID');
    return undefined;
  };
}

function withOpaqueIds(verify: Verify, key: string | undefined): Verify {
  if (key === undefined) return verify;
  try {
    opaqueUserId('probe', key);
  } catch (cause) {
    throw new CliError(`${variableOf('userIdKey')}: ${(cause as Error).message}`, { code: 'USAGE', cause });
  }
  return async function verifyOpaquely(request) {
    const login = await verify(request);
    return login && { ...login, userId: opaqueUserId(login.userId, key) };
  };
}

/** The API registers nobody without a name, and access tokens of identity providers often have none. */
function withName(verify: Verify): Authenticate {
  return async function authenticate(request) {
    const login = await verify(request);
    return login && { ...login, name: login.name ?? login.userId };
  };
}

/** Name and avatar only serve push notifications: none that is too long may keep a user from logging in. */
function withFittedProfile(authenticate: Authenticate, { onFitted }: LoginListener): Authenticate {
  const told = new Set<string>();
  return async function authenticateFitted(request) {
    const given = await authenticate(request);
    const user = fitUser(given);
    for (const field of ['name', 'avatarUrl'] as const) {
      if (user?.[field] === given?.[field] || told.has(field)) continue;
      told.add(field);
      onFitted(field);
    }
    return user;
  };
}
