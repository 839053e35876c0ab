import type { SigningMistake } from './types.js';

/** What a caller did, and what to do instead. */
export interface MistakeInWords {
  /** A clause without an end, such as `SHA-256 was used`. */
  readonly what: string;
  /** A sentence. */
  readonly advice: string;
}

const advice = 'Join App Secret, Nonce and Timestamp, in this order.';

/** Each mistake that `explainMismatch` names, in words for people. */
export const mistakesInWords: Readonly<Record<SigningMistake, MistakeInWords>> = {
  'app-key-as-secret': {
    what: 'the App Key was used in place of the App Secret',
    advice: 'Sign with the App Secret of that App Key.',
  },
  'secret-not-trimmed': {
    what: 'there was a line feed, a space or a byte order mark around the App Secret',
    advice: 'Trim it where it is read, as from a file.',
  },
  'order-secret-timestamp-nonce': { what: 'App Secret, Timestamp and Nonce were joined in this order', advice },
  'order-nonce-secret-timestamp': { what: 'Nonce, App Secret and Timestamp were joined in this order', advice },
  'order-nonce-timestamp-secret': { what: 'Nonce, Timestamp and App Secret were joined in this order', advice },
  'order-timestamp-secret-nonce': { what: 'Timestamp, App Secret and Nonce were joined in this order', advice },
  'order-timestamp-nonce-secret': { what: 'Timestamp, Nonce and App Secret were joined in this order', advice },
  seconds: {
    what: 'the time is in seconds',
    advice: 'Sign and send Unix time in milliseconds, 13 digits, the same in both.',
  },
  'trailing-newline': {
    what: 'a line feed was hashed behind the three texts',
    advice: "Use printf '%s', or echo -n.",
  },
  hmac: {
    what: 'an HMAC was made',
    advice: 'Hash the joined texts by SHA-1: the App Secret is one of them, no key.',
  },
  'hmac-secret-as-message': {
    what: 'an HMAC of the App Secret was made',
    advice: 'Hash the joined texts by SHA-1: the App Secret is one of them.',
  },
  sha256: { what: 'SHA-256 was used', advice: 'Use SHA-1.' },
  base64: { what: 'it is in base64', advice: 'Write the hash in 40 hexadecimal digits.' },
  'upper-case': { what: 'its digits are in upper case', advice: 'Write a to f in lower case.' },
};
