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
import type { JsonObject } from '../document/lookup.js';
import { ApiError } from '../http/api-error.js';
import type { MockRequest, Route } from '../http/types.js';
import type { Settings } from '../settings.js';
import type { ServiceRequests, SigningApp } from '../state/service.js';

/** The response header with the reason why a signature was refused. */
const reasonHeader = 'X-Mock-Reason';

type Headers = MockRequest['headers'];

type SecretName = 'secret' | 'nextSecret' | 'previousSecret';

/** Creates the step that verifies the signature of operations that need one, and returns the App Key that signed. */
export function createSignatureCheck(
  { document }: Api,
  { clockToleranceMs, nonceReplay, now }: Settings,
  requests: ServiceRequests,
): (route: Route, request: MockRequest) => string | undefined {
  // Each app has its own, so that a busy one cannot evict the nonces of the others.
  const nonceStore: NonceStore = {
    // The app is known: the nonce is asked for after its secret has verified the signature.
    add: (appKey, nonce, expiresAtMs) => (requests.find(appKey) as SigningApp).nonces.add(appKey, nonce, expiresAtMs),
  };
  const policy = { clockToleranceMs, now };
  const strictPolicy = nonceReplay === 'refuse' ? { ...policy, nonceStore } : policy;

  const secretOf = (secret: SecretName) => (appKey: string) => requests.find(appKey)?.[secret];
  // Made once, and not for each request.
  const optionsBy: Readonly<Record<SecretName, VerifySignatureOptions>> = {
    secret: { ...strictPolicy, secretFor: secretOf('secret') },
    nextSecret: { ...strictPolicy, secretFor: secretOf('nextSecret') },
    previousSecret: { ...policy, secretFor: secretOf('previousSecret') },
  };

  function verifyBy(secret: SecretName, headers: Headers): VerifyResult {
    return verifySignature(headers, optionsBy[secret]);
  }

  function verify(headers: Headers): VerifyResult {
    const present = verifyBy('secret', headers);
    return !present.ok && present.reason === 'signature-mismatch' ? verifyRotated(headers, present) : present;
  }

  function verifyRotated(headers: Headers, refused: Refusal): VerifyResult {
    const next = verifyBy('nextSecret', headers);
    if (next.ok) requests.takeNextSecret(next.appKey);
    if (isSignedBySecret(next)) return next;
    const signedBefore = isSignedBySecret(verifyBy('previousSecret', headers));
    const message = 'Signature was signed with the App Secret before the rotation.';
    return signedBefore ? { ...refused, message } : refused;
  }

  return function checkSignature({ definition }, { headers }) {
    if (!isSigned(definition, document)) return undefined;
    const result = verify(headers);
    if (!result.ok) throw refuseSignature(explainRefusal(result, headers), result, requests.appKeys());
    return result.appKey;
  };
}

/** Whether there is such a secret and it has signed, whatever else the request was refused for. */
function isSignedBySecret(result: VerifyResult): boolean {
  return result.ok || (result.reason !== 'signature-mismatch' && result.reason !== 'app-key-unknown');
}

function isSigned(definition: JsonObject, document: JsonObject): boolean {
  const alternatives = definition.security ?? document.security;
  // An empty alternative means that the operation can be called without any of the others.
  return (
    Array.isArray(alternatives) &&
    alternatives.length > 0 &&
    alternatives.every((names) => Object.keys(names).length > 0)
  );
}

function refuseSignature(message: string, refusal: Refusal, appKeys: readonly string[]): ApiError {
  const more = { headers: { [reasonHeader]: message }, reason: message };
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
