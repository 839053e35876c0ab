import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { calculate, remarkOn } from './calculate.js';
import { judgeSignature } from './judge-signature.js';

const given = { appKey: 'uwd1c0sxdlx2', appSecret: 'Y1W2MeFwwwRxa0', nonce: '14314', timestamp: '1408710653000' };
const signed = { ...given, signature: '30be0bbca9c9b2e27578701e9fda2358a814c88f' };

it('every text on the way to the published signature is shown', async () => {
  const text = 'Y1W2MeFwwwRxa0143141408710653000';
  const bytes = [...Buffer.from(text)].map((byte) => byte.toString(16));
  expect(await calculate(given)).toEqual({ ...signed, text, bytes });
});

it.each([
  ['nonce', { nonce: '' }, /empty/],
  ['nonce', { nonce: '1234567890123456789' }, /19 characters; the limit is 18/],
  ['nonce', { nonce: 'a,b' }, /without commas/],
  ['timestamp', { timestamp: '' }, /no Unix time/],
  ['timestamp', { timestamp: '1408710653.5' }, /no Unix time/],
  ['timestamp', { timestamp: '01408710653000' }, /zeros/],
] as const)('what is wrong with the %s is said of it: %j', async (field, change, problem) => {
  expect(await calculate({ ...given, ...change })).toEqual({ field, problem: expect.stringMatching(problem) });
});

it('a time in seconds is remarked on, and one in milliseconds is not', () => {
  expect(remarkOn('1408710653')).toMatch(/seconds/);
  expect(remarkOn('1408710653000')).toBeUndefined();
});

it.each([
  ['the right one', signed.signature, true, /right signature/],
  ['a whole header line', `Signature: ${signed.signature} `, true, /right signature/],
  ['upper case', signed.signature.toUpperCase(), false, /upper case \(upper-case\)/],
  [
    'two mistakes',
    sha1('14314Y1W2MeFwwwRxa01408710653', 'base64'),
    false,
    /seconds, and .*joined .*, and .*base64 \(seconds \+/,
  ],
  ['one that was cut', signed.signature.slice(1), false, /39 characters, and a signature has 40/],
  ['another secret', sha1('x143141408710653000', 'hex'), false, /no common mistake/],
  ['a list', `${signed.signature},`, false, /41 characters/],
])('%s is judged', async (_, pasted, ok, message) => {
  const judgement = await judgeSignature(signed, pasted);
  expect(judgement).toMatchObject({ ok, message: expect.stringMatching(message) });
  expect(judgement.advice === undefined).toBe(ok);
});

function sha1(text: string, encoding: 'hex' | 'base64'): string {
  return createHash('sha1').update(text).digest(encoding);
}
