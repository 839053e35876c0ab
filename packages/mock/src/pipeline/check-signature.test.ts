import { createHash, createHmac } from 'node:crypto';
import { verifySignature } from '@nexconn-kit/signing';
import { expect, it } from 'vitest';
import { explainRefusal } from './check-signature.js';

const appKey = 'uwd1c0sxdlx2';
const appSecret = 'Y1W2MeFwwwRxa0';
const now = 1_408_710_653_491;

function explain(headers: Record<string, string>): string {
  const sent = { 'App-Key': appKey, Nonce: '14314', Timestamp: `${now}`, Signature: 'x', ...headers };
  const nonceStore = { add: (_appKey: string, nonce: string) => nonce !== 'used' };
  const result = verifySignature(sent, {
    secretFor: (key) => (key === appKey ? appSecret : undefined),
    now: () => now,
    nonceStore,
  });
  const received = Object.entries(sent).map(([name, value]) => [name.toLowerCase(), value]);
  return result.ok ? 'fine' : explainRefusal(result, Object.fromEntries(received));
}

const sha1 = (text: string) => createHash('sha1').update(text).digest('hex');
const seconds = `${now}`.slice(0, -3);

it.each<[string, Record<string, string>, RegExp]>([
  ['the App Key as the secret', { Signature: sha1(`${appKey}14314${now}`) }, /made with the App Key/],
  ['another order', { Signature: sha1(`14314${appSecret}${now}`) }, /joins nonce, secret, timestamp/],
  ['an HMAC', { Signature: createHmac('sha1', appSecret).update(`14314${now}`).digest('hex') }, /HMAC/],
  ['base64', { Signature: createHash('sha1').update(`${appSecret}14314${now}`).digest('base64') }, /base64/],
  ['upper case', { Signature: sha1(`${appSecret}14314${now}`).toUpperCase() }, /upper-case/],
  ['a line feed', { Signature: sha1(`${appSecret}14314${now}\n`) }, /line feed/],
  ['SHA-256', { Signature: createHash('sha256').update(`${appSecret}14314${now}`).digest('hex') }, /SHA-256/],
  ['seconds', { Timestamp: seconds, Signature: sha1(`${appSecret}14314${seconds}`) }, /looks like seconds/],
  ['seconds in the hash alone', { Signature: sha1(`${appSecret}14314${seconds}`) }, /another unit of time/],
  [
    'two mistakes at once',
    { Signature: createHash('sha1').update(`${appKey}14314${now}`).digest('base64') },
    /App Key.*, and is in base64.*app-key-as-secret\+base64/,
  ],
  ['a late clock', skewed(-360_000), /-360000 ms from now.*behind/],
  ['an early clock', skewed(360_000), / 360000 ms from now.*ahead/],
  ['a long nonce', { Nonce: 'a'.repeat(19) }, /Nonce has 19 characters; the limit is 18/],
  ['a used nonce', { Nonce: 'used', Signature: sha1(`${appSecret}used${now}`) }, /Nonce was used before/],
  ['a missing header', { Timestamp: '' }, /Timestamp is missing/],
  ['two missing headers', { Nonce: '', Signature: '' }, /^Nonce and Signature are missing/],
  [
    'no header at all',
    { 'App-Key': '', Nonce: '', Timestamp: '', Signature: '' },
    /^App-Key, Nonce, Timestamp and Signature are missing/,
  ],
  ['one missing header among others', { Nonce: '', Signature: '', 'RC-Nonce': '14314' }, /^Signature is missing/],
  ['an unknown App Key', { 'App-Key': 'other' }, /App-Key has no App Secret here/],
  ['nothing that is known', { Signature: sha1('neither') }, /not the lower-case hex SHA-1/],
])('says that it is %s, in one sentence without a secret', (_what, headers, sentence) => {
  const said = explain(headers);
  expect(said).toMatch(sentence);
  expect(said).toMatch(/^[ -~]+\.$/);
  for (const secret of [appSecret, headers.Signature || sha1(`${appSecret}14314${now}`)])
    expect(said).not.toContain(secret);
});

function skewed(byMs: number): Record<string, string> {
  return { Timestamp: `${now + byMs}`, Signature: sha1(`${appSecret}14314${now + byMs}`) };
}
