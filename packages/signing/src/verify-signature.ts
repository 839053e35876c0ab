import type { OptionNames } from './check-options.js';
import { explainMismatch } from './explain-mismatch.js';
import { optionChecks } from './option-checks.js';
import { checkType, nonceMaxLength } from './signature/check-inputs.js';
import { equalInConstantTime } from './signature/equal-in-constant-time.js';
import { readSignatureHeaders, refusal, type SignatureValues } from './signature/read-headers.js';
import { sha1Hex } from './signature/sha1-hex.js';
import { dateNow, stringToSign } from './signature/signature-parts.js';
import type { NonceStore, Refusal, RequestHeaders, VerifyResult, VerifySignatureOptions } from './types.js';

const names: OptionNames<VerifySignatureOptions> = { secretFor: 0, clockToleranceMs: 0, nonceStore: 0, now: 0 };

/**
 * Returns whether a request was signed by the holder of its App Key's secret, a short while ago, for the first time.
 *
 * The nonce is stored only after all other checks, so that forged requests can neither use up nonces nor fill the store.
 *
 * @throws {SigningError} INVALID_OPTION: a misspelt `nonceStore` would guard against no replay
 * @see spec/signing/README.md
 * @example
 * const result = verifySignature(request.headers, { secretFor: (appKey) => secrets.get(appKey) });
 * if (!result.ok) return new Response(result.message, { status: 401 });
 */
export function verifySignature(headers: RequestHeaders, options: VerifySignatureOptions): VerifyResult {
  optionChecks.checkNames(options, names);
  const { secretFor, clockToleranceMs = 300_000, nonceStore, now = dateNow } = options;
  checkType('function', 'secretFor', secretFor);
  checkType('function', 'now', now);
  optionChecks.checkNumber('clockToleranceMs', clockToleranceMs, { unit: 'milliseconds', min: 0, max: Infinity });
  if (nonceStore !== undefined) checkType('function', 'nonceStore.add', nonceStore.add);
  const values = readSignatureHeaders(headers);
  if ('ok' in values) return values;
  const nowMs = now();
  checkType('number', 'now', nowMs);
  return (
    refuseForm(values) ??
    refuseSignature(values, secretFor) ??
    refuseTime(values, nowMs, clockToleranceMs) ??
    refuseReplay(values, clockToleranceMs, nonceStore) ?? { ok: true, appKey: values['App-Key'] }
  );
}

function refuseForm({ Nonce: nonce, Timestamp: timestamp }: SignatureValues): Refusal | undefined {
  if (nonce.length > nonceMaxLength) {
    return refusal('nonce-too-long', 'Nonce', `has ${nonce.length} characters; the limit is ${nonceMaxLength}.`);
  }
  // 15 digits of milliseconds reach beyond the year 30000 and stay exact as a number. A leading zero could be one of the
  // nonce, under the same signature.
  if (!/^(0|[1-9]\d{0,14})$/.test(timestamp)) {
    return refusal(
      'timestamp-malformed',
      'Timestamp',
      'is not Unix milliseconds in decimal digits, without leading zeros.',
    );
  }
  return undefined;
}

function refuseSignature(values: SignatureValues, secretFor: VerifySignatureOptions['secretFor']): Refusal | undefined {
  const appSecret: unknown = secretFor(values['App-Key']);
  // Whatever else a look-up returns, such as a promise or what a record inherits, has a text that anybody can sign with.
  if (typeof appSecret !== 'string' || appSecret === '')
    return refusal('app-key-unknown', 'App-Key', 'has no App Secret here; check the key.');
  const expected = sha1Hex(stringToSign(appSecret, values.Nonce, values.Timestamp));
  if (equalInConstantTime(values.Signature, expected)) return undefined;
  const cause = explainMismatch(values, { appKey: values['App-Key'], appSecret });
  const problem = `is not the lower-case hex SHA-1 of App Secret + Nonce + Timestamp${cause ? `: ${cause}` : ''}.`;
  return { ...refusal('signature-mismatch', 'Signature', problem), ...(cause && { cause }) };
}

function refuseTime(
  { Timestamp: timestamp }: SignatureValues,
  nowMs: number,
  toleranceMs: number,
): Refusal | undefined {
  const skewMs = Number(timestamp) - nowMs;
  // Compared this way round, so that a time that is not a number refuses the request.
  if (Math.abs(skewMs) <= toleranceMs) return undefined;
  const problem = `is ${skewMs} ms from now; ${toleranceMs} are allowed. Send current milliseconds.`;
  return { ...refusal('clock-skew', 'Timestamp', problem), skewMs, ...(timestamp.length < 12 && { cause: 'seconds' }) };
}

function refuseReplay(
  { 'App-Key': appKey, Nonce: nonce, Timestamp: timestamp }: SignatureValues,
  toleranceMs: number,
  nonceStore: NonceStore | undefined,
): Refusal | undefined {
  if (nonceStore === undefined) return undefined;
  const signedAtMs = Number(timestamp);
  // A store that answers with a promise, or with nothing, has told of no text that it was fresh.
  const isFresh = (text: string): boolean => nonceStore.add(appKey, text, signedAtMs + toleranceMs) === true;
  // As one text too where digits can be moved from one to the other: that is how they are signed.
  if (isFresh(nonce) && (haveOneLength(signedAtMs, toleranceMs) || isFresh(nonce + timestamp))) return undefined;
  return refusal('nonce-replayed', 'Nonce', 'was used before; sign each attempt anew.');
}

/** Whether all timestamps that are accepted now have 13 digits, as from 2001 to 2286: none can have one more or one less. */
function haveOneLength(signedAtMs: number, toleranceMs: number): boolean {
  return signedAtMs - 2 * toleranceMs >= 1e12 && signedAtMs + 2 * toleranceMs < 1e13;
}
