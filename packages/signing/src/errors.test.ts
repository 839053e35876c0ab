import { createHash, createHmac } from 'node:crypto';
import { codesOf, describeErrors, type ErrorExample } from '../../../test/support/error-catalogue.js';
import { createNonceStore } from './create-nonce-store.js';
import { signRequest } from './sign-request.js';
import type { Refusal } from './types.js';
import { verifySignature } from './verify-signature.js';

const credentials = { appKey: 'uwd1c0sxdlx2', appSecret: 'Y1W2MeFwwwRxa0' };
const { appKey, appSecret } = credentials;

describeErrors('signing', codesOf('packages/signing/src/errors.ts', 'SigningErrorCode'), {
  INVALID_CREDENTIALS: () => signRequest({ appKey, appSecret: `${appSecret}\n` }),
  INVALID_NONCE: () => signRequest(credentials, { nonce: () => '3f1e0c1e-5d0a-4bb2-9f3c-0a1b2c3d4e5f' }),
  INVALID_TIMESTAMP: () => signRequest(credentials, { now: () => 1408710653.491 }),
  INVALID_OPTION: () => verifySignature({}, { secretFor: () => appSecret, clockToleranceMs: -1 }),
});

const now = 1408710653000;
const [nonce, time] = ['14314', `${now}`];
const signed = signRequest(credentials, { now: () => now, nonce: () => nonce });

/** What `verifySignature` says of headers, as the example of a reason or of a mistake. */
function refused(headers: object, more: object = {}): ErrorExample {
  const secretFor = (key: string) => (key === appKey ? appSecret : undefined);
  const { reason, cause, message } = verifySignature(
    { ...signed, ...headers },
    { secretFor, now: () => now, ...more },
  ) as Refusal;
  return { code: cause ?? reason, text: message };
}

const sha1 = (text: string) => createHash('sha1').update(text);
/** What comes of a signature. */
const wrong = (Signature: string) => () => refused({ Signature });
const inOrder = (...parts: string[]) => wrong(sha1(parts.join('')).digest('hex'));

function replayed(): ErrorExample {
  const more = { nonceStore: createNonceStore({ capacity: 10, now: () => now }) };
  refused({}, more);
  return refused({}, more);
}

const codes = ['RefusalReason', 'SigningMistake'].flatMap((type) => codesOf('packages/signing/src/types.ts', type));
describeErrors('refused-signatures', codes, {
  'header-missing': () => refused({ Nonce: undefined }),
  'header-duplicated': () => refused({ 'RC-Nonce': '14315' }),
  'nonce-too-long': () => refused({ Nonce: '3f1e0c1e-5d0a-4bb2-9f3c-0a1b2c3d4e5f' }),
  'timestamp-malformed': () => refused({ Timestamp: '2014-08-22T12:30:53Z' }),
  'app-key-unknown': () => refused({ 'App-Key': 'uwd1c0sxdlx3' }),
  'signature-mismatch': wrong(sha1(`AnotherSecret${nonce}${time}`).digest('hex')),
  'clock-skew': () => refused({}, { now: () => now + 3_600_000 }),
  'nonce-replayed': replayed,
  'app-key-as-secret': inOrder(appKey, nonce, time),
  'secret-not-trimmed': inOrder(`${appSecret}\n`, nonce, time),
  'order-secret-timestamp-nonce': inOrder(appSecret, time, nonce),
  'order-nonce-secret-timestamp': inOrder(nonce, appSecret, time),
  'order-nonce-timestamp-secret': inOrder(nonce, time, appSecret),
  'order-timestamp-secret-nonce': inOrder(time, appSecret, nonce),
  'order-timestamp-nonce-secret': inOrder(time, nonce, appSecret),
  seconds: inOrder(appSecret, nonce, '1408710653'),
  'trailing-newline': inOrder(appSecret, nonce, time, '\n'),
  hmac: wrong(
    createHmac('sha1', appSecret)
      .update(nonce + time)
      .digest('hex'),
  ),
  'hmac-secret-as-message': wrong(
    createHmac('sha1', nonce + time)
      .update(appSecret)
      .digest('hex'),
  ),
  sha256: wrong(
    createHash('sha256')
      .update(appSecret + nonce + time)
      .digest('hex'),
  ),
  base64: wrong(sha1(appSecret + nonce + time).digest('base64')),
  'upper-case': wrong(
    sha1(appSecret + nonce + time)
      .digest('hex')
      .toUpperCase(),
  ),
});
