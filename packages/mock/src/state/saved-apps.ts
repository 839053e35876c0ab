import { optionChecks, refuseOption } from '../errors.js';
import { type AppState, changeSettings, createAppState, type ResolvedApp, resolveSecret } from './app.js';
import { fromTokenId, noRow, toTokenId, userFingerprintOf } from './fingerprint-index.js';
import { voidAllRows } from './tokens.js';
import type { SavedApp, SavedAppSettings, SavedToken, SavedUser } from './types.js';

/** Returns what an app is made of again; of its tokens, their fingerprints alone. */
export function saveApp({
  made,
  settings,
  secret,
  nextSecret,
  previousSecret,
  users,
  tokens,
  voidBefore,
}: AppState): SavedApp {
  const registeredAtOf = (row: number): [registeredAt?: number] => {
    const at = users.registeredAt.get(row);
    return at === undefined ? [] : [at];
  };
  return {
    appKey: made.appKey,
    made: { appSecret: made.appSecret, settings: made.settings },
    settings,
    appSecret: secret,
    ...(nextSecret !== undefined && { nextSecret }),
    ...(previousSecret !== undefined && { previousSecret }),
    users: rows(users.fingerprints.size(), (row) => [
      users.userIds.get(row),
      users.names.get(row),
      users.avatarUrls.get(row),
      ...registeredAtOf(row),
    ]),
    ...(users.removed.size > 0 && { removedUsers: [...users.removed] }),
    tokens: rows(tokens.fingerprints.size(), (row) => [
      toTokenId(tokens.fingerprints.at(row)),
      tokens.users.get(row),
      tokens.issuedAt.get(row),
      row < voidBefore || tokens.voided.get(row) === 1 ? 1 : 0,
    ]),
    voidBefore,
  };
}

function rows<T>(count: number, read: (row: number) => T): T[] {
  return Array.from({ length: count }, (_, row) => read(row));
}

/**
 * Returns the state of a saved app. A reset takes it back to `first`, the app of the mock's options, or to how it was created.
 *
 * @throws {MockError} `INVALID_OPTION`
 */
export function restoreApp(saved: SavedApp, first: ResolvedApp | undefined, now: () => number): AppState {
  const made = first ?? readMade(saved);
  const state = createAppState(made, now);
  state.settings = readSettings(saved.settings);
  state.secret = resolveSecret(textOf('appSecret', saved.appSecret), noRandom);
  if (saved.nextSecret !== undefined)
    state.nextSecret = resolveSecret(textOf('nextSecret', saved.nextSecret), noRandom);
  if (saved.previousSecret !== undefined) state.previousSecret = textOf('previousSecret', saved.previousSecret);
  for (const user of listOf('users', saved.users)) addUser(state, user);
  for (const row of listOf('removedUsers', saved.removedUsers ?? []))
    state.users.removed.add(numberOf('removedUsers', row, state.users.fingerprints.size() - 1));
  const tokens = listOf('tokens', saved.tokens);
  const voidBefore = numberOf('voidBefore', saved.voidBefore, tokens.length);
  tokens.forEach((token, row) => {
    if (row === voidBefore) voidAllRows(state);
    addSavedToken(state, token);
  });
  if (voidBefore === tokens.length && voidBefore > 0) voidAllRows(state);
  return state;
}

function readMade({ appKey, made }: SavedApp): ResolvedApp {
  const { appSecret, settings } = Object(made) as Partial<SavedApp['made']>;
  return {
    appKey: textOf('appKey', appKey),
    appSecret: resolveSecret(textOf('made.appSecret', appSecret), noRandom),
    settings: readSettings(settings),
  };
}

function readSettings(settings: SavedAppSettings | undefined): AppState['settings'] {
  if (typeof settings !== 'object' || settings === null) return refuse('settings', 'is no object');
  const { environment, suspended, tokenValiditySeconds, rateLimit, userLimit } = settings;
  const changes = { environment, suspended, tokenValiditySeconds, rateLimit, userLimit };
  return changeSettings(changes as AppState['settings'], changes);
}

function addUser({ users }: AppState, [userId, name, avatarUrl, registeredAt]: SavedUser): void {
  const row = users.fingerprints.add(userFingerprintOf(textOf('users.userId', userId)));
  users.userIds.set(row, userId);
  users.names.set(row, textOf('users.name', name));
  users.avatarUrls.set(row, textOf('users.avatarUrl', avatarUrl));
  users.lastToken.set(row, noRow);
  users.tokenCount.set(row, 0);
  users.generation.set(row, 0);
  if (registeredAt === undefined) return;
  if (!Number.isFinite(registeredAt)) refuse('users.registeredAt', 'is no time');
  users.registeredAt.set(row, registeredAt);
}

/** What follows from the order of the tokens is not saved: it could contradict them. */
function addSavedToken(state: AppState, [tokenId, user, issuedAt, voided]: SavedToken): void {
  const { users, tokens, generation } = state;
  const fingerprint = fromTokenId(textOf('tokens.tokenId', tokenId));
  if (fingerprint === undefined) refuse('tokens.tokenId', 'is no fingerprint');
  numberOf('tokens.user', user, users.fingerprints.size() - 1);
  if (typeof issuedAt !== 'number' || !Number.isFinite(issuedAt)) refuse('tokens.issuedAt', 'is no time');
  const isVoided = numberOf('tokens.voided', voided, 1) === 1;
  const row = tokens.fingerprints.add(fingerprint);
  tokens.users.set(row, user);
  tokens.issuedAt.set(row, issuedAt);
  tokens.previous.set(row, users.lastToken.get(user));
  tokens.voided.set(row, isVoided ? 1 : 0);
  users.lastToken.set(user, row);
  users.registeredAt.delete(user);
  const before = users.generation.get(user) === generation ? users.tokenCount.get(user) : 0;
  users.tokenCount.set(user, before + (isVoided ? 0 : 1));
  users.generation.set(user, generation);
  if (isVoided) state.voidedSince += 1;
}

function noRandom(): never {
  throw new TypeError('A saved secret is never a fresh one.');
}

function textOf(field: string, value: unknown): string {
  return typeof value === 'string' ? value : refuse(field, `is of type ${typeof value}`);
}

function listOf<T>(field: string, value: readonly T[]): readonly T[] {
  const isList = Array.isArray(value) && (field !== 'users' && field !== 'tokens' ? true : value.every(Array.isArray));
  return isList ? value : refuse(field, 'is no list');
}

function numberOf(field: string, value: unknown, max: number): number {
  return optionChecks.checkNumber(`state.${field}`, value as number, { unit: 'numbers', min: 0, max, isWhole: true });
}

function refuse(field: string, problem: string): never {
  return refuseOption(`state.${field}`, `${problem}. Pass what exportState() returned.`);
}
