import type { Operation } from '@nexconn-kit/contract';
import {
  type MismatchCause,
  type NonceStore,
  type Refusal,
  type SigningMistake,
  type VerifyResult,
  type VerifySignatureOptions,
  verifySignature,
} from '@nexconn-kit/signing';
import type { Api } from '../document/api.js';
import { type Admission, readAdmission } from '../document/lookup.js';
import { ApiError } from '../http/api-error.js';
import type { MockRequest, Route, SignatureRefusal } from '../http/types.js';
import type { Settings } from '../settings.js';
import type { ServiceRequests, SigningApp } from '../state/service.js';

/** The response header with the reason why a signature was refused. */
const reasonHeader = 'X-Mock-Reason';

type Headers = MockRequest['headers'];

/** A refusal; `isOutdated` where the App Secret before the rotation has signed. */
type Refused = Refusal & Pick<SignatureRefusal, 'isOutdated'>;
type Verified = Exclude<VerifyResult, Refusal> | Refused;

type SecretName = 'secret' | 'nextSecret' | 'previousSecret';

/** Creates the step that verifies the signature of operations that need one, and returns the App Key that signed. */
export function createSignatureCheck(
  { document }: Api,
  { clockToleranceMs: behindMs, nonceReplay, now, rules }: Settings,
  requests: ServiceRequests,
): (route: Route, request: MockRequest) => string | undefined {
  // Each app has its own, so that a busy one cannot evict the nonces of the others.
  const nonceStore: NonceStore = {
    // The app is known: the nonce is asked for after its secret has verified the signature.
    add: (appKey, nonce, expiresAtMs) =>
      (requests.find(appKey) as SigningApp).nonces.add(appKey, nonce, expiresAtMs - shiftMs),
  };
  const { clockToleranceAheadMs: aheadMs = behindMs, upperCaseSignature } = rules;
  // A window that reaches less far to one side is one of equal sides around another time.
  const shiftMs = aheadMs === behindMs ? 0 : (aheadMs - behindMs) / 2;
  const clockToleranceMs = aheadMs === behindMs ? behindMs : (aheadMs + behindMs) / 2;
  const policy = { clockToleranceMs, now: shiftMs === 0 ? now : () => now() + shiftMs };
  const strictPolicy = nonceReplay === 'refuse' ? { ...policy, nonceStore } : policy;

  const secretOf = (secret: SecretName) => (appKey: string) => requests.find(appKey)?.[secret];
  // Made once, and not for each request.
  const optionsBy: Readonly<Record<SecretName, VerifySignatureOptions>> = {
    secret: { ...strictPolicy, secretFor: secretOf('secret') },
    nextSecret: { ...strictPolicy, secretFor: secretOf('nextSecret') },
    previousSecret: { ...policy, secretFor: secretOf('previousSecret') },
  };

  /** By operation, since the document says the same each time. */
  const known = new Map<Operation, Admission['signature']>();

  function needsSignature({ operation, definition }: Route, headers: Headers): boolean {
    const signature = known.get(operation) ?? readAdmission(definition, document).signature;
    known.set(operation, signature);
    const isSent = headers.signature !== undefined || headers['rc-signature'] !== undefined;
    return signature === 'always' || (signature === 'if-sent' && isSent);
  }

  function verifyBy(secret: SecretName, headers: Headers): VerifyResult {
    return verifySignature(headers, optionsBy[secret]);
  }

  function verify(headers: Headers): Verified {
    const present = verifyBy('secret', headers);
    return !present.ok && present.reason === 'signature-mismatch' ? verifyRotated(headers, present) : present;
  }

  function verifyRotated(headers: Headers, refused: Refusal): Verified {
    const next = verifyBy('nextSecret', headers);
    if (next.ok) requests.takeNextSecret(next.appKey);
    if (isSignedBySecret(next)) return next;
    const signedBefore = isSignedBySecret(verifyBy('previousSecret', headers));
    const message = 'Signature was signed with the App Secret before the rotation.';
    return signedBefore ? { ...refused, message, isOutdated: true } : refused;
  }

  function refuseIdentical(result: VerifyResult, headers: Headers): VerifyResult {
    if (!result.ok || nonceReplay !== 'refuse-identical') return result;
    const [nonce, timestamp] = [headers.nonce ?? headers['rc-nonce'], headers.timestamp ?? headers['rc-timestamp']];
    const isFresh = nonceStore.add(result.appKey, `${nonce} ${timestamp}`, Number(timestamp) + clockToleranceMs);
    if (isFresh) return result;
    return {
      ok: false,
      reason: 'nonce-replayed',
      header: 'Nonce',
      message: 'Nonce and Timestamp were used before; sign each attempt anew.',
    };
  }

  return function checkSignature(route, { headers: given }) {
    if (!needsSignature(route, given)) return undefined;
    const headers = upperCaseSignature === 'allow' ? withLowerCase(given) : given;
    const result = withRealSkew(refuseIdentical(verify(headers), headers), shiftMs);
    if (!result.ok) throw refuseSignature(explainRefusal(result, headers), result, requests.appKeys());
    return result.appKey;
  };
}

function withLowerCase(headers: Headers): Headers {
  const { signature, 'rc-signature': prefixed } = headers;
  return { ...headers, signature: signature?.toLowerCase(), 'rc-signature': prefixed?.toLowerCase() };
}

/** The distance from now, and not from the middle of the window. */
function withRealSkew(result: VerifyResult, shiftMs: number): VerifyResult {
  if (result.ok || result.skewMs === undefined || shiftMs === 0) return result;
  return { ...result, skewMs: result.skewMs + shiftMs };
}

/** Whether there is such a secret and it has signed, whatever else the request was refused for. */
function isSignedBySecret(result: VerifyResult): boolean {
  return result.ok || (result.reason !== 'signature-mismatch' && result.reason !== 'app-key-unknown');
}

function refuseSignature(message: string, refusal: Refused, appKeys: readonly string[]): ApiError {
  const { reason, cause, skewMs, isOutdated } = refusal;
  const signature: SignatureRefusal = { reason, cause, skewMs, ...(isOutdated && { isOutdated }) };
  const more = { headers: { [reasonHeader]: message }, reason: message, signature };
  // The service has been seen to answer 1002, not 1004, to an App Key that it does not know.
  if (refusal.reason === 'app-key-unknown') {
    return new ApiError('ParameterInvalid', `The App Key is unknown; this mock has ${listKeys(appKeys)}.`, more);
  }
  return new ApiError('SignatureInvalid', `The signature was refused. The header ${reasonHeader} says why.`, more);
}

function listKeys(appKeys: readonly string[]): string {
  const shown = appKeys.slice(0, 5).join(', ');
  return appKeys.length > 5 ? `${shown} and ${appKeys.length - 5} more` : shown;
}

/** The predicate for each known mistake, to follow "it". */
const mistakes: Readonly<Record<SigningMistake, string>> = {
  'app-key-as-secret': 'was made with the App Key where the App Secret belongs',
  'secret-not-trimmed': 'was made with a line feed, a space or a byte order mark around the App Secret',
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

/** Returns in one sentence why a signature was refused; never the secret nor the right signature. */
export function explainRefusal(refusal: Refusal, headers: Readonly<Record<string, string | undefined>>): string {
  if (refusal.reason === 'header-missing') return explainMissing(refusal, headers);
  if (refusal.skewMs !== undefined) return explainSkew(refusal, refusal.skewMs);
  if (refusal.cause) return explainMistakes(refusal.cause);
  return refusal.message;
}

/** Names all of them, since a caller that signs nothing would otherwise learn of one after the other. */
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
