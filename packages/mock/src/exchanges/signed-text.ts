import type { components } from '../generated/console/types.gen.js';
import type { SignatureRefusal } from '../http/types.js';
import type { Exchange } from './exchanges.js';

type Finding = components['schemas']['SignatureFinding'];
type SignedText = components['schemas']['SignedText'];
type SignedPart = components['schemas']['SignedPart'];

const appSecret = '[App Secret masked]';
const rightMethod = 'SHA-1 in lower-case hex';

/** The parts that a signature is made over. */
interface Parts {
  readonly secret: string;
  readonly nonce: string;
  readonly timestamp: string;
}

/** Returns the text that was signed beside the one that should have been; the App Secret is a word in brackets. */
export function explainSignedText({ headers }: Pick<Exchange, 'headers'>, refusal: SignatureRefusal): Finding {
  const read = (name: string): string | undefined => headers[name] || headers[`rc-${name}`];
  const { reason, cause, skewMs } = refusal;
  const nonce = read('nonce');
  const timestamp = read('timestamp');
  const sent = { secret: appSecret, nonce: nonce ?? '[no Nonce]', timestamp: timestamp ?? '[no Timestamp]' };
  const finding = { reason, ...(cause !== undefined && { cause }) };

  if (reason === 'header-missing') {
    const wanted = { ...sent, nonce: nonce ?? '[Nonce]', timestamp: timestamp ?? '[Timestamp]' };
    return { ...finding, ...compare(joined(sent), joined(wanted)) };
  }
  if (reason === 'clock-skew') {
    const now = skewMs === undefined ? '[now]' : `${Number(timestamp) - skewMs}`;
    return { ...finding, ...compare(joined(sent), joined({ ...sent, timestamp: now })) };
  }
  if (reason === 'timestamp-malformed') {
    return { ...finding, ...compare(joined(sent), joined({ ...sent, timestamp: '[Unix milliseconds]' })) };
  }
  if (reason === 'nonce-replayed' || reason === 'nonce-too-long') {
    return { ...finding, ...compare(joined(sent), joined({ ...sent, nonce: '[a fresh Nonce]' })) };
  }
  const expected = joined(withMilliseconds(sent, cause));
  if (refusal.isOutdated) {
    const signed = joined({ ...sent, secret: '[App Secret before the rotation, masked]' });
    return { ...finding, ...compare(signed, expected) };
  }
  if (cause === undefined) return { ...finding, expected: plain(expected, rightMethod) };
  const mistakes = cause.split('+');
  const appKey = read('app-key') ?? '';
  return { ...finding, ...compare(signedBy(mistakes, sent, appKey), expected, methodOf(mistakes)) };
}

function joined({ secret, nonce, timestamp }: Parts): string[] {
  return [secret, nonce, timestamp];
}

/** A header in seconds is to be replaced; one in milliseconds is right, whatever was signed. */
function withMilliseconds(sent: Parts, cause = ''): Parts {
  const isInSeconds = cause.split('+').includes('seconds') && sent.timestamp.length < 12;
  return isInSeconds ? { ...sent, timestamp: `${sent.timestamp}000` } : sent;
}

/** Returns the parts that were signed, in the order in which they were. */
function signedBy(mistakes: readonly string[], sent: Parts, appKey: string): string[] {
  const has = (mistake: string): boolean => mistakes.includes(mistake);
  const parts: Parts = {
    secret: has('app-key-as-secret')
      ? appKey
      : has('secret-not-trimmed')
        ? '[App Secret with white space around it, masked]'
        : appSecret,
    nonce: sent.nonce,
    timestamp: has('seconds') && sent.timestamp.length >= 12 ? sent.timestamp.slice(0, -3) : sent.timestamp,
  };
  if (has('hmac')) return ['', parts.nonce, parts.timestamp];
  if (has('hmac-secret-as-message')) return [parts.secret, '', ''];
  const order = mistakes.find((mistake) => mistake.startsWith('order-'));
  const names = order ? (order.split('-').slice(1) as (keyof Parts)[]) : (['secret', 'nonce', 'timestamp'] as const);
  const texts = names.map((name) => parts[name]);
  return has('trailing-newline') ? [...texts, '[line feed]'] : texts;
}

/** Returns how it was signed; undefined where it was signed rightly. */
function methodOf(mistakes: readonly string[]): string | undefined {
  const has = (mistake: string): boolean => mistakes.includes(mistake);
  const hash = has('sha256') ? 'SHA-256' : 'SHA-1';
  const encoding = has('base64') ? 'base64' : has('upper-case') ? 'upper-case hex' : 'lower-case hex';
  if (has('hmac')) return `HMAC with ${hash}, keyed with the secret, in ${encoding}`;
  if (has('hmac-secret-as-message')) return `HMAC with ${hash}, keyed with Nonce + Timestamp, in ${encoding}`;
  const method = `${hash} in ${encoding}`;
  return method === rightMethod ? undefined : method;
}

function compare(
  signed: readonly string[],
  expected: readonly string[],
  method: string = rightMethod,
): { readonly signed: SignedText; readonly expected: SignedText } {
  return { signed: marked(signed, expected, method), expected: marked(expected, signed, rightMethod, method) };
}

function marked(parts: readonly string[], others: readonly string[], method: string, other = rightMethod): SignedText {
  const compared = parts.map((text, at): SignedPart => ({ text, differs: text !== others[at] }));
  return { method, methodDiffers: method !== other, parts: compared.filter(({ text }) => text !== '') };
}

function plain(parts: readonly string[], method: string): SignedText {
  return { method, methodDiffers: false, parts: parts.map((text) => ({ text, differs: false })) };
}
