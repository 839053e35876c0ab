import { createHash, createPublicKey } from 'node:crypto';
import {
  createLocalJWKSet,
  decodeProtectedHeader,
  errors,
  type JSONWebKeySet,
  type JWK,
  type JWTPayload,
  type JWTVerifyOptions,
  jwtVerify,
} from 'jose';
import { docUrlOf } from '../command-line/errors.js';
import { performanceNow } from '../system-time.js';

/** Resolves with the claims of a JWT whose signature is good. Rejects with a JOSEError where it is not. */
export type VerifySignature = (token: string, options: JWTVerifyOptions) => Promise<{ payload: JWTPayload }>;

/** What a key set uses of where it runs. */
export interface KeySetEnvironment {
  readonly fetch?: typeof globalThis.fetch;
  readonly monotonicNow?: () => number;
  /** How long a set may take. Default: 4000, shorter than the time that the token handler allows an authentication. */
  readonly timeoutMs?: number;
}

/** The stable codes of `KeySetError`. */
export type KeySetErrorCode = 'KEY_SET_UNAVAILABLE' | 'KEY_NOT_YET_KNOWN';

/** A key cannot be told now: that of the provider, not of the JWT, is the fault. Its message is for the log. */
export class KeySetError extends Error {
  override readonly name = 'CliKeySetError';
  readonly code: KeySetErrorCode;
  /** When to ask again; the answer to the app has it as `Retry-After`. */
  readonly retryAfterMs: number;

  constructor(message: string, { code, retryAfterMs, cause }: Pick<KeySetError, 'code' | 'retryAfterMs' | 'cause'>) {
    super(message, { cause });
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }

  /** The address of the page that says what the error means and what to do. Not in logs: no property of its own. */
  get docUrl(): string {
    return docUrlOf('cli', this.code);
  }
}

/** After this long a set is asked for again, so that keys which the provider has withdrawn are refused. */
const freshMs = 600_000;
/** JWTs with unknown keys, which anybody can make, have the set fetched by a token bucket, which gets a token in this time, ... */
const msPerToken = 10_000;
/** ... and is full after a quiet time, so that a new key is known without a wait. */
const maxTokens = 5;
const maxSeen = 1_000;
/** Far more than the key set of any provider. */
const maxBytes = 1024 * 1024;

/**
 * Returns what verifies JWTs by the JWK set of an identity provider, whose keys change and which may be away: keys that are
 * known stay in use meanwhile, and a JWT whose key is not known is refused only by a set that is newer than the JWT.
 *
 * @throws {KeySetError} KEY_SET_UNAVAILABLE, KEY_NOT_YET_KNOWN
 */
export function verifyByKeySet(
  url: URL,
  { fetch = globalThis.fetch, monotonicNow = performanceNow, timeoutMs = 4_000 }: KeySetEnvironment = {},
): VerifySignature {
  let keys: ReturnType<typeof createLocalJWKSet> | undefined;
  let loadedAt = -Infinity;
  /** The number of fetches so far, and the number of the one that brought the set in use. */
  let fetchCount = 0;
  let keysFrom = 0;
  let inFlight: Promise<void> | undefined;
  let bucket = { tokens: maxTokens, filledAt: monotonicNow() };
  /** The number of fetches before a JWT with an unknown key was first seen, by its hash. */
  const seen = new Map<string, number>();

  return async function verifySignature(token, options) {
    const cameAfter = fetchCount;
    if (monotonicNow() - loadedAt >= freshMs) await refresh();
    try {
      return await verifyNow(token, options);
    } catch (error) {
      if (keysFrom > cameAfter || !canBeOfNewKey(error, token)) throw error;
      return verifyByNewer(error, token, options, remember(token, cameAfter));
    }
  };

  /** Verifies a JWT, which no known key fits, by a set that is asked for after it came. */
  async function verifyByNewer(
    error: unknown,
    token: string,
    options: JWTVerifyOptions,
    seenAfter: number,
  ): ReturnType<VerifySignature> {
    // The first may have been under way already.
    for (let fetching = fetchForUnknown(); fetching; fetching = fetchForUnknown()) {
      await fetching;
      try {
        return await verifyNow(token, options);
      } catch (again) {
        if (keysFrom > seenAfter || !canBeOfNewKey(again, token)) throw again;
      }
    }
    throw keysFrom > seenAfter ? error : notYetKnown(error);
  }

  function notYetKnown(cause: unknown): KeySetError {
    return new KeySetError('A JWT has a key that is not in the JWK set as it was last asked for.', {
      code: 'KEY_NOT_YET_KNOWN',
      retryAfterMs: Math.ceil(Math.max(1 - tokensNow(), 0.1) * msPerToken),
      cause,
    });
  }

  /** Fetches a set that has grown old, or was never there; what is known stays in use where that fails. */
  async function refresh(): Promise<void> {
    if (!keys) return fetchOnce();
    await fetchForUnknown()?.catch(() => {});
  }

  /** Fetches the set, unless that has been done too often. */
  function fetchForUnknown(): Promise<void> | undefined {
    if (inFlight) return inFlight;
    const tokens = tokensNow();
    if (tokens < 1) return undefined;
    bucket = { tokens: tokens - 1, filledAt: monotonicNow() };
    return fetchOnce();
  }

  function tokensNow(): number {
    return Math.min(maxTokens, bucket.tokens + (monotonicNow() - bucket.filledAt) / msPerToken);
  }

  function fetchOnce(): Promise<void> {
    if (inFlight) return inFlight;
    fetchCount += 1;
    const [from, at] = [fetchCount, monotonicNow()];
    inFlight = fetchKeySet(url, fetch, timeoutMs)
      .then((set) => {
        [keys, keysFrom, loadedAt] = [set, from, at];
      })
      .finally(() => {
        inFlight = undefined;
      });
    return inFlight;
  }

  async function verifyNow(token: string, options: JWTVerifyOptions): Promise<{ payload: JWTPayload }> {
    // Set by the first refresh, which throws otherwise.
    const set = keys as NonNullable<typeof keys>;
    try {
      return await jwtVerify(token, set, options);
    } catch (error) {
      if (error instanceof errors.JWKSMultipleMatchingKeys) return verifyByEach(error, token, options);
      throw isOfKey(error) ? unavailable('A key of the JWK set cannot be used.', error) : error;
    }
  }

  function remember(token: string, cameAfter: number): number {
    const id = createHash('sha256').update(token).digest('base64');
    const seenAfter = seen.get(id) ?? cameAfter;
    if (seen.size >= maxSeen) seen.delete(seen.keys().next().value ?? '');
    seen.set(id, seenAfter);
    return seenAfter;
  }
}

/** A JWT that does not name its key, or whose name several keys have, is of whichever of them verifies it. */
async function verifyByEach(
  candidates: errors.JWKSMultipleMatchingKeys,
  token: string,
  options: JWTVerifyOptions,
): Promise<{ payload: JWTPayload }> {
  for await (const key of candidates) {
    try {
      return await jwtVerify(token, key, options);
    } catch (error) {
      if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw error;
    }
  }
  throw new errors.JWSSignatureVerificationFailed();
}

/** Whether a key of the set, not the JWT, is the fault. */
function isOfKey(error: unknown): boolean {
  return !(error instanceof errors.JOSEError) || error instanceof errors.JWKSInvalid;
}

/** A provider with one key at a time need not name it: then another key only shows by a signature that does not fit. */
function canBeOfNewKey(error: unknown, token: string): boolean {
  if (error instanceof KeySetError) return true;
  const isUnknown = error instanceof errors.JWKSNoMatchingKey;
  if (!isUnknown && !(error instanceof errors.JWSSignatureVerificationFailed)) return false;
  // The types promise a text, which nobody has checked: no set has a key of another name.
  const { kid }: { kid?: unknown } = decodeProtectedHeader(token);
  return kid === undefined || (isUnknown && typeof kid === 'string');
}

async function fetchKeySet(
  url: URL,
  fetch: typeof globalThis.fetch,
  timeoutMs: number,
): Promise<ReturnType<typeof createLocalJWKSet>> {
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    const headers = { accept: 'application/json, application/jwk-set+json' };
    // Followed, a redirect would let another host vouch for users.
    const response = await fetch(url, { redirect: 'manual', signal, headers });
    const set = JSON.parse(await readText(response)) as JSONWebKeySet;
    const keys = createLocalJWKSet(set);
    if (!set.keys.some(isUsable)) throw new Error('It has no public key that can be used.');
    return keys;
  } catch (cause) {
    throw unavailable(`The JWK set cannot be had: ${reasonOf(cause, timeoutMs)}`, cause);
  }
}

function isUsable(jwk: JWK): boolean {
  try {
    return jwk.d === undefined && createPublicKey({ key: { ...jwk }, format: 'jwk' }).type === 'public';
  } catch {
    return false;
  }
}

function unavailable(message: string, cause: unknown): KeySetError {
  return new KeySetError(message, { code: 'KEY_SET_UNAVAILABLE', retryAfterMs: 2_000, cause });
}

/** Returns the body of an answer that is one, and not longer than any key set. */
async function readText({ status, headers, body }: Response): Promise<string> {
  const tooLong = new Error(`The answer has more than ${maxBytes} bytes.`);
  const isTooLong = Number(headers.get('content-length')) > maxBytes;
  if (status !== 200 || isTooLong) {
    body?.cancel().catch(() => {});
    throw isTooLong ? tooLong : new Error(`The answer has the status ${status}.`);
  }
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let [text, size] = ['', 0];
  for await (const chunk of body ?? []) {
    size += chunk.byteLength;
    // Leaving the loop cancels the rest.
    if (size > maxBytes) throw tooLong;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** How OpenSSL calls an answer in plain HTTP; which of them depends on its version. */
const noTls = /^ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|RECORD_LAYER_FAILURE|HTTP_REQUEST)$/;

/** Returns why a request failed, in words that quote nothing. */
function reasonOf(error: unknown, timeoutMs: number): string {
  const { name, message, cause, proxy } = Object(error) as Partial<Error> & { readonly proxy?: unknown };
  const { code, message: words } = Object(cause) as { code?: unknown; message?: unknown };
  // In the client's words, which name it without its password.
  if (typeof proxy === 'string') return `${message}`;
  if (typeof code === 'string' && /CERT|_VERIFY/.test(code)) {
    return `the certificate of the provider is not trusted (${code}). Name its authority in NODE_EXTRA_CA_CERTS.`;
  }
  if (typeof code === 'string' && noTls.test(code))
    return `its port speaks no TLS (${code}). Check the port of the URL.`;
  if (typeof code === 'string') return `${code}.`;
  if (words === 'bad port') return 'fetch never calls the port of its URL. Have the provider listen on another.';
  if (name === 'TimeoutError') return `no answer within ${timeoutMs} ms.`;
  return name === 'Error' ? `${message}` : 'its answer is no JWK set.';
}
