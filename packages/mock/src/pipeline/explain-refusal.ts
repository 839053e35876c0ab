import type { MismatchCause, Refusal, SigningMistake } from '@nexconn-kit/signing';

/** What each known mistake did, to follow "it". */
const mistakes: Readonly<Record<SigningMistake, string>> = {
  'app-key-as-secret': 'was made with the App Key where the App Secret belongs',
  'order-secret-timestamp-nonce': 'joins secret, timestamp, nonce',
  'order-nonce-secret-timestamp': 'joins nonce, secret, timestamp',
  'order-nonce-timestamp-secret': 'joins nonce, timestamp, secret',
  'order-timestamp-secret-nonce': 'joins timestamp, secret, nonce',
  'order-timestamp-nonce-secret': 'joins timestamp, nonce, secret',
  seconds: 'was made over another unit of time than Unix milliseconds',
  'trailing-newline': 'was made over a line feed at the end, as echo without -n adds it',
  hmac: 'is an HMAC keyed with the secret where a plain hash belongs',
  'hmac-secret-as-message': 'is an HMAC of the secret where a plain hash belongs',
  sha256: 'is a SHA-256 where a SHA-1 belongs',
  base64: 'is in base64 where lower-case hex belongs',
  'upper-case': 'is in upper-case hex where lower-case belongs',
};

/** The headers of a signature, each of which may come with `RC-` before its name. */
const signatureHeaders = ['App-Key', 'Nonce', 'Timestamp', 'Signature'];

/** Says in one sentence why a signature was refused; never what the secret or the right signature is. */
export function explainRefusal(refusal: Refusal, headers: Readonly<Record<string, string | undefined>>): string {
  if (refusal.reason === 'header-missing') return explainMissing(refusal, headers);
  if (refusal.reason === 'signature-mismatch' && refusal.cause) return explainMistakes(refusal.cause);
  if (refusal.reason === 'clock-skew' && refusal.skewMs !== undefined) return explainSkew(refusal, refusal.skewMs);
  return refusal.message;
}

/** All of them at once, since a caller that signs nothing would otherwise learn of one after the other. */
function explainMissing({ message }: Refusal, headers: Readonly<Record<string, string | undefined>>): string {
  const has = (name: string) => headers[name.toLowerCase()] || headers[`rc-${name.toLowerCase()}`];
  const missing = signatureHeaders.filter((name) => !has(name));
  const last = missing.pop();
  return missing.length === 0 ? message : `${missing.join(', ')} and ${last} are missing; send them.`;
}

function explainMistakes(cause: MismatchCause): string {
  const found = cause.split('+').map((name) => mistakes[name as SigningMistake]);
  return `Signature does not match: it ${found.join(', and ')} (${cause}); sign SHA-1 of App Secret + Nonce + Timestamp.`;
}

function explainSkew({ cause }: Refusal, skewMs: number): string {
  if (cause === 'seconds') return `Timestamp looks like seconds (${skewMs} ms from now); send Unix milliseconds.`;
  const side = skewMs < 0 ? 'behind' : 'ahead of';
  return `Timestamp is ${skewMs} ms from now: the clock that signed is ${side} this one by more than the policy allows.`;
}
