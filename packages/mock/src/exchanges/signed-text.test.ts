import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createMock } from '../create-mock.js';
import { explainSignedText } from './signed-text.js';

const appKey = 'uwd1c0sxdlx2';
const appSecret = 'Y1W2MeFwwwRxa0';
const nonce = 'n0nce';
const issuePath = 'http://mock.test/v4/auth/access-token/issue';

type Way = (timestamp: string) => string;
const sha1 = (text: string): string => createHash('sha1').update(text).digest('hex');
const hmac = (key: string, text: string): string => createHmac('sha1', key).update(text).digest('hex');

const ways: readonly [cause: string, sign: Way][] = [
  ['app-key-as-secret', (timestamp) => sha1(appKey + nonce + timestamp)],
  ['order-secret-timestamp-nonce', (timestamp) => sha1(appSecret + timestamp + nonce)],
  ['order-nonce-secret-timestamp', (timestamp) => sha1(nonce + appSecret + timestamp)],
  ['order-nonce-timestamp-secret', (timestamp) => sha1(nonce + timestamp + appSecret)],
  ['order-timestamp-secret-nonce', (timestamp) => sha1(timestamp + appSecret + nonce)],
  ['order-timestamp-nonce-secret', (timestamp) => sha1(timestamp + nonce + appSecret)],
  ['seconds', (timestamp) => sha1(appSecret + nonce + timestamp.slice(0, -3))],
  ['trailing-newline', (timestamp) => sha1(`${appSecret}${nonce}${timestamp}\n`)],
  ['hmac', (timestamp) => hmac(appSecret, nonce + timestamp)],
  ['hmac-secret-as-message', (timestamp) => hmac(nonce + timestamp, appSecret)],
  [
    'sha256',
    (timestamp) =>
      createHash('sha256')
        .update(appSecret + nonce + timestamp)
        .digest('hex'),
  ],
  [
    'base64',
    (timestamp) =>
      createHash('sha1')
        .update(appSecret + nonce + timestamp)
        .digest('base64'),
  ],
  ['upper-case', (timestamp) => sha1(appSecret + nonce + timestamp).toUpperCase()],
  [
    'app-key-as-secret+base64',
    (timestamp) =>
      createHash('sha1')
        .update(appKey + nonce + timestamp)
        .digest('base64'),
  ],
];

/** Has a request refused, and returns what the console finds out about its signature. */
async function findingOf(headers: Record<string, string>, mock = createMock()) {
  const init = { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: '{}' };
  await mock.fetch(new Request(issuePath, init));
  const [{ id } = { id: 0 }] = (await mock.console.listJournal({ limit: 1 })).entries;
  const details = await mock.console.getJournalEntry({ id });
  expect(JSON.stringify(details)).not.toContain(appSecret);
  return details.signature;
}

/** Signs a text as it is described, with the secret in the place of its mask. */
function signAs({ method, parts }: { method: string; parts: { text: string }[] }): string {
  const text = parts
    .map((part) => part.text.replace('[App Secret masked]', appSecret).replace('[line feed]', '\n'))
    .join('');
  const algorithm = method.includes('SHA-256') ? 'sha256' : 'sha1';
  const make = method.includes('keyed with') ? createHmac(algorithm, appSecret) : createHash(algorithm);
  const digest = make.update(text).digest();
  if (method.includes('base64')) return digest.toString('base64');
  return method.includes('upper-case') ? digest.toString('hex').toUpperCase() : digest.toString('hex');
}

describe.each(ways)('%s', (cause, sign) => {
  const timestamp = `${Date.now()}`;
  const signature = sign(timestamp);

  it('shows a text that gives the signature that came, and one that gives the right one', async () => {
    const finding = await findingOf({ 'app-key': appKey, nonce, timestamp, signature });
    expect(finding).toMatchObject({ reason: 'signature-mismatch', cause });
    if (!finding?.signed) throw new Error('There is no signed text.');
    if (!cause.startsWith('hmac-secret')) expect(signAs(finding.signed)).toBe(signature);
    expect(signAs(finding.expected)).toBe(sha1(appSecret + nonce + timestamp));
  });

  it('marks what differs, and nothing else', async () => {
    const finding = await findingOf({ 'app-key': appKey, nonce, timestamp, signature });
    const { signed, expected } = finding ?? {};
    const isMarked = (text: typeof signed) => text?.methodDiffers || text?.parts.some(({ differs }) => differs);
    expect(isMarked(signed) || isMarked(expected)).toBe(true);
    expect(signed?.methodDiffers).toBe(signed?.method !== expected?.method);
  });
});

it('shows only what should have been signed where no mistake explains the signature', async () => {
  const finding = await findingOf({ 'app-key': appKey, nonce, timestamp: `${Date.now()}`, signature: '0'.repeat(40) });
  expect(finding).toMatchObject({ reason: 'signature-mismatch', expected: { method: 'SHA-1 in lower-case hex' } });
  expect(finding).not.toHaveProperty('signed');
});

it('says that the App Secret is that before the rotation', async () => {
  const mock = createMock();
  await mock.console.rotateSecret();
  const timestamp = `${Date.now()}`;
  const signature = sha1(appSecret + nonce + timestamp);
  const finding = await findingOf({ 'app-key': appKey, nonce, timestamp, signature }, mock);
  expect(finding?.signed?.parts[0]).toEqual({ text: '[App Secret before the rotation, masked]', differs: true });
});

it('says which headers are missing, and how far the clock is off', async () => {
  const missing = await findingOf({ 'app-key': appKey });
  expect(missing?.signed?.parts.map(({ text }) => text)).toEqual([
    '[App Secret masked]',
    '[no Nonce]',
    '[no Timestamp]',
  ]);
  const old = '1408710653491';
  const skewed = await findingOf({
    'app-key': appKey,
    nonce,
    timestamp: old,
    signature: sha1(appSecret + nonce + old),
  });
  expect(skewed?.signed?.parts.at(-1)).toEqual({ text: old, differs: true });
  expect(Number(skewed?.expected.parts.at(-1)?.text)).toBeGreaterThan(Date.now() - 3_600_000);
});

it('replaces a timestamp in seconds, which came so in its header', () => {
  const headers = { 'app-key': appKey, nonce, timestamp: '1408710653' };
  const { signed, expected } = explainSignedText({ headers }, { reason: 'signature-mismatch', cause: 'seconds' });
  expect([signed?.parts.at(-1)?.text, expected.parts.at(-1)?.text]).toEqual(['1408710653', '1408710653000']);
});
