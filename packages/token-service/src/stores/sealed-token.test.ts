import { createCipheriv, randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import type { StoredToken } from '../types.js';
import { isSealed, openToken, sealToken, toSealKey } from './sealed-token.js';

const token: StoredToken = {
  userId: 'ada',
  name: 'Ada',
  avatarUrl: '',
  accessToken: 'a@b',
  secretId: 's',
  issuedAt: 1,
};
const asked = { userId: 'ada', appKey: 'app' };
const [first, second] = [toSealKey(randomBytes(32)), toSealKey(randomBytes(32))];

const id = '0123abcd';
const text = 'A'.repeat(38);

it.each([
  ['nexconn-encrypted:', true],
  ['nexconn-encrypted:2:whatever', true],
  ['nexconn-encrypted:9:of a later version', true],
  [`${id}.${text}`, true],
  [`${id}.${text}=`, true],
  [`${id}.${text}==`, true],
  [`${id}.azAZ09+/${text}`, true],
  [`${id}.${text.slice(1)}`, false],
  [`${id}.${text}===`, false],
  [`${id}.${text}@`, false],
  [`x${id}.${text}`, false],
  [`${id.slice(1)}.${text}`, false],
  [`${id.toUpperCase()}.${text}`, false],
  [`${id}:${text}`, false],
  ['nexconn-encrypted', false],
  [' nexconn-encrypted:2:', false],
  ['a.token@sg', false],
  ['', false],
])('%s is an encrypted token: %s', (accessToken, expected) => {
  expect(isSealed(accessToken)).toBe(expected);
});

it('a token is opened by any of the keys, which says whether it was the first', () => {
  const row = { ...token, accessToken: sealToken(token, 'app', second) };
  const opened = { accessToken: 'a@b', isOfOldForm: false };
  expect(openToken(row, asked, [first, second])).toEqual({ ...opened, isOfOldKey: true });
  expect(openToken(row, asked, [second, first])).toEqual({ ...opened, isOfOldKey: false });
  expect(openToken(row, asked, [first])).toBeUndefined();
});

it('what stands without a mark is opened in the form of 0.1 alone, which is bound to user and App Secret', () => {
  const { id: keyId, bytes } = first;
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', bytes, iv).setAAD(Buffer.from('ada\ns'));
  const sealed = Buffer.concat([iv, cipher.update('a@b', 'utf8'), cipher.final(), cipher.getAuthTag()]);
  const row = { ...token, accessToken: `${keyId}.${sealed.toString('base64')}` };
  expect(openToken(row, asked, [first])).toEqual({ accessToken: 'a@b', isOfOldKey: false, isOfOldForm: true });
  expect(openToken({ ...row, name: 'Another' }, asked, [first])).toBeDefined();
  expect(openToken({ ...row, secretId: 't' }, asked, [first])).toBeUndefined();
  expect(openToken(row, { ...asked, userId: 'bob' }, [first])).toBeUndefined();
  expect(openToken({ ...row, accessToken: `${row.accessToken}@` }, asked, [first])).toBeUndefined();
});

it('a token that is empty, or long, or of many alphabets, comes back as it was', () => {
  for (const accessToken of ['', 'x'.repeat(5_000), 'ünï😀\0']) {
    const row = { ...token, accessToken: sealToken({ ...token, accessToken }, 'app', first) };
    expect(openToken(row, asked, [first])?.accessToken).toBe(accessToken);
  }
});
