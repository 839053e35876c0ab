import { refuseOption, TokenServiceError } from '../errors.js';
import type { StoredToken, TokenStore } from '../types.js';
import { checkAnyUserId } from '../users/check-user.js';
import { scopeSeparator } from './app-rows.js';
import type { BackupEnd, BackupHead } from './back-up-store.js';
import { checkStore } from './check-store.js';

/** What became of the users of a backup. */
export interface RestoredUsers {
  readonly restored: number;
  /** Who has a token of the same time or a later one, or is being issued one. */
  readonly kept: number;
}

/** For how long nobody else issues for the user who is being restored, in milliseconds. */
const leaseMs = 10_000;

/**
 * Restores a backup of `backUpStore` into a store, of the same kind or another one, which may be in use meanwhile. A user
 * who has a later token keeps it, and users who are not in the backup stay. The whole backup is checked before.
 *
 * @param readLines Reads the backup line by line; called twice.
 * @throws {TokenServiceError} INVALID_OPTION where an argument is wrong, or it is no backup, is cut off, of a newer version, or holds what no store keeps; STORE_FAILED
 */
export async function restoreStore(store: TokenStore, readLines: () => AsyncIterable<string>): Promise<RestoredUsers> {
  checkStore(store);
  if (typeof readLines !== 'function') refuseOption('readLines', 'is no function. Pass one that reads the backup.');
  const { currentSecret } = await check(readLines());
  const users = { restored: 0, kept: 0 };
  for await (const line of readLines()) {
    const parsed = parse(line);
    if (!isToken(parsed)) continue;
    if (await restore(store, parsed)) users.restored += 1;
    else users.kept += 1;
  }
  // One that is there already is that of the tokens that are in use.
  if (currentSecret !== undefined) await store.setCurrentSecret(currentSecret, { expected: undefined });
  return users;
}

async function restore(store: TokenStore, token: StoredToken): Promise<boolean> {
  const leaseId = await store.acquireLease(token.userId, leaseMs);
  if (leaseId === undefined) return false;
  let isWritten = false;
  try {
    const { token: present } = await store.read(token.userId);
    if (present === undefined || present.issuedAt < token.issuedAt) {
      await store.write(token, leaseId);
      isWritten = true;
    }
  } finally {
    // A write releases it. Left to expire, it would hold the user's log-in up.
    if (!isWritten) await store.releaseLease(token.userId, leaseId).catch(() => {});
  }
  return isWritten;
}

async function check(lines: AsyncIterable<string>): Promise<BackupHead> {
  if (!(Symbol.asyncIterator in Object(lines) || Symbol.iterator in Object(lines))) {
    refuseOption('readLines', 'returned no lines. Return them as an async iterable.');
  }
  let head: BackupHead | undefined;
  let tokens = 0;
  let end: Partial<BackupEnd> | undefined;
  for await (const line of lines) {
    const parsed = parse(line);
    if (head === undefined) head = checkHead(parsed as Partial<BackupHead>);
    else if (end !== undefined) refuse('goes on after its end');
    else if (isToken(parsed)) {
      tokens += 1;
      checkToken(parsed, `token ${tokens}`);
    } else end = parsed as Partial<BackupEnd>;
  }
  if (head === undefined) refuse('is empty');
  if (end?.users !== tokens) refuse('is cut off');
  return head;
}

function checkHead({ format, version, currentSecret }: Partial<BackupHead>): BackupHead {
  if (format !== 'nexconn-token-backup') refuse('is no backup of a token store');
  if (version !== 1) refuse(`is of version ${version}, and this one knows 1: update`);
  // A database answers with null for what is not there.
  if (currentSecret === undefined || currentSecret === null) return { format, version };
  checkText(currentSecret, 'currentSecret of its head');
  return { format, version, currentSecret };
}

/** Checks what the types leave open, as the service does at its doors: a store would end half-way at what it does not keep. */
function checkToken({ userId, name, avatarUrl, accessToken, secretId, issuedAt }: StoredToken, place: string): void {
  try {
    checkAnyUserId(userId);
  } catch (cause) {
    refuse(`has in ${place} what is no user: ${(cause as Error).message}`);
  }
  for (const [field, text] of Object.entries({ accessToken, secretId })) checkText(text, `${field} of ${place}`);
  // Each by itself: two halves of surrogate pairs, one at the end of a name, are a whole one together.
  if (isNotKept(name) || isNotKept(avatarUrl))
    refuse(`has a character in ${place}, in a name or an avatar, that not all stores keep`);
  if (issuedAt < 0 || issuedAt > latestTime) refuse(`has a time in ${place} that is none`);
}

/** The last moment that a `Date` can be. */
const latestTime = 8_640_000_000_000_000;

function checkText(text: unknown, place: string): void {
  if (typeof text !== 'string' || text === '' || isNotKept(text))
    refuse(`has in ${place} what is no text, or is empty`);
}

/** NUL, the separator of apps, and halves of surrogate pairs: a store ends at them, or keeps something else. */
function isNotKept(text: string): boolean {
  return /[\0\p{Cs}]/u.test(text) || text.includes(scopeSeparator);
}

function parse(line: string): unknown {
  try {
    const parsed: unknown = JSON.parse(line);
    if (typeof parsed === 'object' && parsed !== null) return parsed;
  } catch {
    // The text, which may hold a token, stays out of the message.
  }
  return refuse('holds a line that is no JSON object');
}

function isToken(parsed: unknown): parsed is StoredToken {
  const { userId, name, avatarUrl, accessToken, secretId, issuedAt } = parsed as Partial<StoredToken>;
  const texts = [userId, name, avatarUrl, accessToken, secretId];
  return texts.every((text) => typeof text === 'string') && Number.isSafeInteger(issuedAt);
}

function refuse(problem: string): never {
  throw new TokenServiceError(`The backup ${problem}. Nothing was restored.`, { code: 'INVALID_OPTION' });
}
