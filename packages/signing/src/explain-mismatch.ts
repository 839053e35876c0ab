import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { checkType } from './signature/check-inputs.js';
import { equalInConstantTime } from './signature/equal-in-constant-time.js';
import { readSignatureHeaders } from './signature/read-headers.js';
import { stringToSign } from './signature/signature-parts.js';
import type { MismatchCause, RequestHeaders, SigningCredentials } from './types.js';

/** The digest and encoding by the number of characters of a signature. */
const shapes: Readonly<Record<number, readonly ['sha1' | 'sha256', 'hex' | 'base64']>> = {
  40: ['sha1', 'hex'],
  28: ['sha1', 'base64'],
  64: ['sha256', 'hex'],
  44: ['sha256', 'base64'],
};

/** Every other order in which the parts can be joined. */
const wrongOrders = [
  'secret-timestamp-nonce',
  'nonce-secret-timestamp',
  'nonce-timestamp-secret',
  'timestamp-secret-nonce',
  'timestamp-nonce-secret',
];

/**
 * Returns the common mistake, or several at once, that explains a signature that does not match.
 *
 * Returns `undefined` where the signature is right or no known mistake leads to it. A right signature over a timestamp
 * in seconds counts as `seconds`. Computes at most 66 hashes, and none where the signature has the length of no digest.
 *
 * @throws {SigningError} INVALID_OPTION
 */
export function explainMismatch(
  headers: RequestHeaders,
  credentials: Pick<SigningCredentials, 'appKey' | 'appSecret'>,
): MismatchCause | undefined {
  checkType('object', 'credentials', credentials);
  const { appKey, appSecret } = credentials;
  const values = readSignatureHeaders(headers);
  if ('ok' in values) return undefined;
  const { Nonce: nonce, Timestamp: timestamp, Signature: signature } = values;
  const shape = shapes[signature.length];
  if (!shape || typeof appSecret !== 'string' || appSecret === '') return undefined;
  const [algorithm, encoding] = shape;
  const sent = encoding === 'hex' ? signature.toLowerCase() : signature;

  for (const [secretMistake, secret] of secretsUsed(appSecret, appKey)) {
    for (const [timeMistake, time] of timestampsSigned(timestamp)) {
      for (const [hashMistake, hash] of hashesMade(algorithm, secret, nonce, time)) {
        // Other mistakes beside this one are too many to try.
        if (secretMistake === 'secret-not-trimmed' && hashMistake) break;
        // One of these is the right signature, which must not leak through timing either.
        if (!equalInConstantTime(sent, hash.digest(encoding))) continue;
        const mistakes = [
          secretMistake,
          timeMistake,
          hashMistake,
          algorithm !== 'sha1' && algorithm,
          encoding !== 'hex' && encoding,
          sent !== signature && 'upper-case',
        ];
        return (mistakes.filter(Boolean).join('+') as MismatchCause) || undefined;
      }
    }
  }
  return undefined;
}

/** The right secret, the App Key in its place, and the secret as files, editors and shells change it. */
function secretsUsed(appSecret: string, appKey: string): (readonly [mistake: string | false, secret: string])[] {
  const trimmed = appSecret.trim();
  const around = ['\n', '\r\n', '\r', ' ', '\uFEFF'].flatMap((more) => [trimmed + more, more + trimmed]);
  // Editors of Windows add both.
  const variants = [trimmed, ...around, `\uFEFF${trimmed}\n`, `\uFEFF${trimmed}\r\n`];
  return [
    [false, appSecret],
    ['app-key-as-secret', typeof appKey === 'string' ? appKey : ''],
    ...variants.map((secret) => ['secret-not-trimmed', secret] as const),
  ];
}

/** The timestamp as sent, then as it reads in the other unit. */
function timestampsSigned(timestamp: string): readonly (readonly [mistake: string | false, timestamp: string])[] {
  // Milliseconds have had 12 digits since 1973, seconds have 10 until 2286.
  const inSeconds = timestamp.length < 12;
  return [
    [inSeconds && 'seconds', timestamp],
    ['seconds', inSeconds ? `${timestamp}000` : timestamp.slice(0, -3)],
  ];
}

/** Each way of hashing that callers were seen to choose, the right one first. */
function* hashesMade(
  algorithm: string,
  secret: string,
  nonce: string,
  timestamp: string,
): Generator<readonly [mistake: string, hash: Hash | Hmac]> {
  const parts: Record<string, string> = { secret, nonce, timestamp };
  const hash = (text: string) => createHash(algorithm).update(text);
  const hmac = (key: string, text: string) => createHmac(algorithm, key).update(text);
  const right = stringToSign(secret, nonce, timestamp);

  yield ['', hash(right)];
  for (const order of wrongOrders)
    yield [
      `order-${order}`,
      hash(
        order
          .split('-')
          .map((part) => parts[part])
          .join(''),
      ),
    ];
  yield ['trailing-newline', hash(`${right}\n`)];
  yield ['hmac', hmac(secret, nonce + timestamp)];
  yield ['hmac', hmac(secret, right)];
  yield ['hmac-secret-as-message', hmac(nonce + timestamp, secret)];
}
