import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import type { OptionNames } from '../check-options.js';
import { optionChecks, TokenServiceError } from '../errors.js';
import type { StoredToken, TokenStore } from '../types.js';

/** The options of an encrypted store. */
export interface EncryptionOptions {
  /**
   * 32 bytes each, in base64 or hexadecimal digits. The first one encrypts; all decrypt, so that a key is rotated by
   * putting the new one in front, and removing the old one once all tokens were written anew.
   */
  readonly keys: readonly [string, ...string[]];
}

interface Key {
  /** Names the key in what it encrypted: 8 hexadecimal digits. */
  readonly id: string;
  readonly bytes: Buffer;
}

const names: OptionNames<EncryptionOptions> = { keys: 0 };
const keyBytes = 32;
/** Of 32 random bytes some 30 differ; fewer than this do once in 10^15. */
const leastDifferentBytes = 16;
const ivBytes = 12;
const tagBytes = 16;

/**
 * Creates a store that encrypts the tokens in another store (encryption at rest, AES-256-GCM). A token is bound to its
 * user: moved to another row it can no longer be read.
 *
 * A token that no key can decrypt counts as none, so that another is issued.
 *
 * @throws {TokenServiceError} INVALID_OPTION
 * @example
 * const store = createEncryptedStore(await createSqliteStore('tokens.db'), { keys: [process.env.TOKEN_KEY ?? ''] });
 */
export function createEncryptedStore(store: TokenStore, options: EncryptionOptions): TokenStore {
  optionChecks.checkNames(options ?? {}, names);
  const { keys: given } = options ?? {};
  if (!Array.isArray(given) || given.length === 0) refuse('is empty');
  const keys = given.map(parseKey);
  const [first] = keys as [Key];

  function encrypt({ userId, secretId, accessToken }: StoredToken): string {
    const iv = randomBytes(ivBytes);
    const cipher = createCipheriv('aes-256-gcm', first.bytes, iv).setAAD(Buffer.from(`${userId}\n${secretId}`));
    const sealed = Buffer.concat([iv, cipher.update(accessToken, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return `${first.id}.${sealed.toString('base64')}`;
  }

  function decrypt({ userId, secretId, accessToken }: StoredToken): string | undefined {
    const [id, text = ''] = accessToken.split('.', 2);
    const key = keys.find((each) => each.id === id);
    const sealed = Buffer.from(text, 'base64');
    if (!key || sealed.length < ivBytes + tagBytes) return undefined;
    try {
      const decipher = createDecipheriv('aes-256-gcm', key.bytes, sealed.subarray(0, ivBytes), {
        authTagLength: tagBytes,
      })
        .setAAD(Buffer.from(`${userId}\n${secretId}`))
        .setAuthTag(sealed.subarray(-tagBytes));
      const clear = decipher.update(sealed.subarray(ivBytes, -tagBytes));
      return Buffer.concat([clear, decipher.final()]).toString('utf8');
    } catch {
      return undefined;
    }
  }

  return {
    ...store,
    async read(userId) {
      const { token, currentSecret } = await store.read(userId);
      const accessToken = token && decrypt(token);
      return { token: token && accessToken !== undefined ? { ...token, accessToken } : undefined, currentSecret };
    },
    write: (token, leaseId) => store.write({ ...token, accessToken: encrypt(token) }, leaseId),
  };
}

function parseKey(text: unknown): Key {
  if (typeof text !== 'string') return refuse(`holds a ${typeof text}`);
  const encoding = /^[0-9a-f]{64}$/i.test(text) ? 'hex' : 'base64';
  const bytes = Buffer.from(text, encoding);
  // Buffer passes over whatever is no base64: a password would be read as a key.
  const isExact = encoding === 'hex' || bytes.toString('base64') === text;
  if (bytes.length !== keyBytes || !isExact) refuse('holds what is not 32 bytes in base64 or hexadecimal digits');
  if (new Set(bytes).size < leastDifferentBytes) refuse('holds a key that is not random');
  return { id: createHash('sha256').update(bytes).digest('hex').slice(0, 8), bytes };
}

/** The keys themselves stay out of the message. */
function refuse(problem: string): never {
  const message = `keys ${problem}. Make each with this command, and pass what it prints: openssl rand -base64 32`;
  throw new TokenServiceError(message, { code: 'INVALID_OPTION' });
}
