import { createHash, createHmac } from 'node:crypto';
import { expect, it } from 'vitest';
import { explainMismatch } from './explain-mismatch.js';
import { signRequest } from './sign-request.js';

const credentials = { appKey: 'uwd1c0sxdlx2', appSecret: 'Y1W2MeFwwwRxa0' };
const signed = signRequest(credentials, { now: () => 1408710653000, nonce: () => '14314' });

it('a right signature has no mistake', () => {
  expect(explainMismatch(signed, credentials)).toBeUndefined();
});

it('headers that are incomplete or doubled are not explained', () => {
  expect(explainMismatch({}, credentials)).toBeUndefined();
  expect(explainMismatch({ ...signed, Nonce: ['1', '2'] }, credentials)).toBeUndefined();
});

it('a signature of no known form is not explained', () => {
  for (const signature of ['x', 'Bearer abc', '0'.repeat(40), '='.repeat(28)]) {
    expect(explainMismatch({ ...signed, Signature: signature }, credentials)).toBeUndefined();
  }
});

it('several mistakes at once are joined from the input to the encoding', () => {
  const Signature = createHmac('sha256', credentials.appKey).update('143141408710653').digest('base64');
  const cause = explainMismatch({ ...signed, Signature }, credentials);
  expect(cause).toBe('app-key-as-secret+seconds+hmac+sha256+base64');
});

it.each(['\n', '\r\n', '\r', ' ', '\uFEFF'])('an App Secret with %j around it is found, on either side', (more) => {
  const { appKey, appSecret } = credentials;
  for (const around of [`${appSecret}${more}`, `${more}${appSecret}`]) {
    const Signature = createHash('sha1').update(`${around}143141408710653000`).digest('hex');
    expect(explainMismatch({ ...signed, Signature }, credentials)).toBe('secret-not-trimmed');
    expect(explainMismatch(signed, { appKey, appSecret: around })).toBe('secret-not-trimmed');
  }
  const fromFile = `\uFEFF${appSecret}\r\n`;
  const Signature = createHash('sha1').update(`${fromFile}143141408710653000`).digest('base64');
  expect(explainMismatch({ ...signed, Signature }, credentials)).toBe('secret-not-trimmed+base64');
});

it('nothing is explained without a secret that is a text', () => {
  for (const appSecret of [undefined, null, 7, Promise.resolve('x'), '']) {
    expect(explainMismatch(signed, { ...credentials, appSecret: appSecret as never })).toBeUndefined();
  }
});

it('milliseconds signed under a header in seconds are found', () => {
  expect(explainMismatch({ ...signed, Timestamp: '1408710653' }, credentials)).toBe('seconds');
});
