import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import type { StoredToken } from '../types.js';

/** An encryption key. */
export interface SealKey {
  /** Names the key in what it encrypted: 8 hexadecimal digits. */
  readonly id: string;
  readonly bytes: Buffer;
}

/** A token that was decrypted. */
export interface OpenedToken {
  readonly accessToken: string;
  /** Whether it was encrypted by another key than the first one. */
  readonly isOfOldKey: boolean;
  /** Whether it has the form of 0.1. */
  readonly isOfOldForm: boolean;
}

/**
 * Stands before what is encrypted, with the version of the form, so that whoever has no key sees that it is no token.
 * Existing rows depend on it.
 */
const mark = 'nexconn-encrypted:';
const form = `${mark}2:`;
/** The form of 0.1, without a mark. Real tokens have an `@` in them. */
const firstForm = /^[0-9a-f]{8}\.[A-Za-z0-9+/]{38,}={0,2}$/;

const idLength = 8;
const ivBytes = 12;
const tagBytes = 16;

/** Names a key of 32 bytes. */
export function toSealKey(bytes: Buffer): SealKey {
  return { id: createHash('sha256').update(bytes).digest('hex').slice(0, idLength), bytes };
}

/** Whether a stored token is an encrypted one, of whatever version. */
export function isSealed(accessToken: string): boolean {
  return accessToken.startsWith(mark) || firstForm.test(accessToken);
}

/** Returns the stored form of a token: encrypted, and bound to its app, its user and the rest of its row. */
export function sealToken(token: StoredToken, appKey: string, { id, bytes }: SealKey): string {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv('aes-256-gcm', bytes, iv).setAAD(boundTo(token, token.userId, appKey));
  const sealed = Buffer.concat([iv, cipher.update(token.accessToken), cipher.final(), cipher.getAuthTag()]);
  return `${form}${id}:${sealed.toString('base64')}`;
}

/**
 * Returns the token of a stored row as the row of the user who was asked for; undefined where no key opens it, or where the
 * row was written for somebody else, for another app, or with another name, time or App Secret.
 */
export function openToken(
  row: StoredToken,
  { userId, appKey }: { readonly userId: string; readonly appKey: string },
  keys: readonly SealKey[],
): OpenedToken | undefined {
  const { accessToken } = row;
  const isPresentForm = accessToken.startsWith(form);
  if (!isPresentForm && !firstForm.test(accessToken)) return undefined;
  const idAndSealed = isPresentForm ? accessToken.slice(form.length) : accessToken;
  const key = keys.find(({ id }) => id === idAndSealed.slice(0, idLength));
  // What 0.1 wrote is bound to user and App Secret alone.
  const bound = isPresentForm ? boundTo(row, userId, appKey) : Buffer.from(`${userId}\n${row.secretId}`);
  const opened = key && decrypt(Buffer.from(idAndSealed.slice(idLength + 1), 'base64'), key, bound);
  if (opened === undefined) return undefined;
  return { accessToken: opened, isOfOldKey: key !== keys[0], isOfOldForm: !isPresentForm };
}

/** As JSON, so that no two rows have the same bytes. */
function boundTo({ name, avatarUrl, secretId, issuedAt }: StoredToken, userId: string, appKey: string): Buffer {
  return Buffer.from(JSON.stringify([form, appKey, userId, name, avatarUrl, secretId, issuedAt]));
}

function decrypt(sealed: Buffer, { bytes }: SealKey, bound: Buffer): string | undefined {
  try {
    const decipher = createDecipheriv('aes-256-gcm', bytes, sealed.subarray(0, ivBytes), { authTagLength: tagBytes })
      .setAAD(bound)
      .setAuthTag(sealed.subarray(-tagBytes));
    const clear = decipher.update(sealed.subarray(ivBytes, -tagBytes));
    return Buffer.concat([clear, decipher.final()]).toString();
  } catch {
    return undefined;
  }
}
