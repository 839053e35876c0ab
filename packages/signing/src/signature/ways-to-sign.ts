import type { MismatchCause, RequestHeaders, SigningCredentials } from '../types.js';
import { checkType } from './check-inputs.js';
import { readSignatureHeaders } from './read-headers.js';
import { stringToSign } from './signature-parts.js';

/** One way in which a signature may have been made. */
export interface WayToSign {
  /** The mistakes of this way; `undefined` for the right one. */
  readonly cause: MismatchCause | undefined;
  readonly algorithm: 'sha1' | 'sha256';
  /** The key of an HMAC; `undefined` for a plain hash. */
  readonly key: string | undefined;
  /** What is hashed. */
  readonly text: string;
}

/** A signature that was sent, and the ways in which it may have been made. */
export interface SentSignature {
  /** In lower case, where it is hexadecimal. */
  readonly sent: string;
  readonly encoding: 'hex' | 'base64';
  /** At most 66, the right one first. */
  readonly ways: Iterable<WayToSign>;
}

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
 * Returns what a signature is to be compared with; `undefined` where headers are missing, the signature has the length of
 * no digest, or there is no secret.
 *
 * @throws {SigningError} INVALID_OPTION
 */
export function readSentSignature(
  headers: RequestHeaders,
  credentials: Pick<SigningCredentials, 'appKey' | 'appSecret'>,
): SentSignature | undefined {
  checkType('object', 'credentials', credentials);
  const { appKey, appSecret } = credentials;
  const values = readSignatureHeaders(headers);
  if ('ok' in values) return undefined;
  const { Nonce: nonce, Timestamp: timestamp, Signature: signature } = values;
  const shape = shapes[signature.length];
  if (!shape || typeof appSecret !== 'string' || appSecret === '') return undefined;
  const [algorithm, encoding] = shape;
  const sent = encoding === 'hex' ? signature.toLowerCase() : signature;
  const encodingMistakes = [
    algorithm !== 'sha1' && algorithm,
    encoding !== 'hex' && encoding,
    sent !== signature && 'upper-case',
  ];

  function* waysToSign(): Generator<WayToSign> {
    for (const [secretMistake, secret] of secretsUsed(appSecret, appKey)) {
      for (const [timeMistake, time] of timestampsSigned(timestamp)) {
        for (const [hashMistake, text, key] of textsHashed(secret, nonce, time)) {
          // Other mistakes beside this one are too many to try.
          if (secretMistake === 'secret-not-trimmed' && hashMistake) break;
          const mistakes = [secretMistake, timeMistake, hashMistake, ...encodingMistakes];
          const cause = (mistakes.filter(Boolean).join('+') as MismatchCause) || undefined;
          yield { cause, algorithm, key, text };
        }
      }
    }
  }
  return { sent, encoding, ways: waysToSign() };
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

/** Each text that callers were seen to hash, with the key where that is an HMAC, the right one first. */
function* textsHashed(
  secret: string,
  nonce: string,
  timestamp: string,
): Generator<readonly [mistake: string, text: string, key?: string]> {
  const parts: Record<string, string> = { secret, nonce, timestamp };
  const right = stringToSign(secret, nonce, timestamp);
  yield ['', right];
  for (const order of wrongOrders)
    yield [
      `order-${order}`,
      order
        .split('-')
        .map((part) => parts[part])
        .join(''),
    ];
  yield ['trailing-newline', `${right}\n`];
  yield ['hmac', nonce + timestamp, secret];
  yield ['hmac', right, secret];
  yield ['hmac-secret-as-message', secret, nonce + timestamp];
}
