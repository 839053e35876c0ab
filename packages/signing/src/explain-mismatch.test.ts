import { createHash, createHmac } from 'node:crypto';
import { expect, it } from 'vitest';
import { explainMismatch } from './explain-mismatch.js';
import { mistakesInWords } from './mistakes-in-words.js';
import { signRequest } from './sign-request.js';
import { explainMismatch as explainWithWebCrypto } from './webcrypto/index.js';

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

it.each(['\n', '\r\n'])('a byte order mark before an App Secret and %j behind it are found together', (end) => {
  const Signature = createHash('sha1').update(`\uFEFF${credentials.appSecret}${end}143141408710653000`).digest('hex');
  expect(explainMismatch({ ...signed, Signature }, credentials)).toBe('secret-not-trimmed');
});

it('a secret that was not trimmed is not tried with other ways of hashing, but with both units of time', () => {
  const secret = `${credentials.appSecret}\n`;
  const explain = (Signature: string) => explainMismatch({ ...signed, Signature }, credentials);
  expect(explain(createHmac('sha1', secret).update('143141408710653000').digest('hex'))).toBeUndefined();
  expect(explain(createHash('sha1').update(`14314${secret}1408710653000`).digest('hex'))).toBeUndefined();
  expect(explain(createHash('sha1').update(`${secret}143141408710653`).digest('hex'))).toBe(
    'secret-not-trimmed+seconds',
  );
});

it('nothing is explained by an empty secret, which anybody could have signed with', () => {
  const Signature = createHash('sha1').update('143141408710653000\n').digest('hex');
  expect(explainMismatch({ ...signed, Signature }, { ...credentials, appSecret: '' })).toBeUndefined();
});

it.each([
  ['11', '99999999999', '99999999999', 'seconds'],
  ['12', '100000000000', '100000000000', undefined],
  ['11', '99999999999', '99999999999000', 'seconds'],
  ['12', '100000000000', '100000000', 'seconds'],
  ['12', '100000000000', '100000000000000', undefined],
])('a timestamp of %s digits, %s, over which %s was signed: %s', (_, Timestamp, overTime, cause) => {
  const Signature = createHash('sha1').update(`${credentials.appSecret}14314${overTime}`).digest('hex');
  expect(explainMismatch({ ...signed, Timestamp, Signature }, credentials)).toBe(cause);
});

it('nothing is explained without a secret that is a text', () => {
  for (const appSecret of [undefined, null, 7, Promise.resolve('x'), '']) {
    expect(explainMismatch(signed, { ...credentials, appSecret: appSecret as never })).toBeUndefined();
  }
});

it('milliseconds signed under a header in seconds are found', () => {
  expect(explainMismatch({ ...signed, Timestamp: '1408710653' }, credentials)).toBe('seconds');
});

it('the one of webcrypto comes to the same, by the encoding, by several mistakes and without any', async () => {
  const { appKey, appSecret } = credentials;
  const text = '143141408710653000';
  const made = [
    createHmac('sha256', appKey).update('143141408710653').digest('base64'),
    createHmac('sha1', text).update(appSecret).digest('hex').toUpperCase(),
    createHash('sha256').update(`${appSecret}${text}\n`).digest('hex'),
    '0'.repeat(40),
    'x',
    signed.Signature,
  ];
  for (const Signature of made) {
    const headers = { ...signed, Signature };
    expect(await explainWithWebCrypto(headers, credentials)).toBe(explainMismatch(headers, credentials));
  }
  const Signature = createHmac('sha1', '').update(text).digest('hex');
  expect(await explainWithWebCrypto({ ...signed, Signature }, { appKey: '', appSecret })).toBe(
    'app-key-as-secret+hmac',
  );
  await expect(explainWithWebCrypto(signed, undefined as never)).rejects.toMatchObject({ code: 'INVALID_OPTION' });
});

it('each mistake has words: a clause and a sentence', () => {
  for (const { what, advice } of Object.values(mistakesInWords)) {
    expect(what).toMatch(/\w$/);
    expect(advice).toMatch(/\.$/);
  }
});
