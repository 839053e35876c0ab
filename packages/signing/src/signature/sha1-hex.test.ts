import * as nodeCrypto from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { chooseSha1Hex, sha1Hex } from './sha1-hex.js';

const withoutHash = chooseSha1Hex({ createHash: nodeCrypto.createHash });

describe.each(Object.entries({ sha1Hex, withoutHash }))('%s', (_, hashOf) => {
  it.each([
    ['', 'da39a3ee5e6b4b0d3255bfef95601890afd80709'],
    ['abc', 'a9993e364706816aba3e25717850c26c9cd0d89d'],
    ['Y1W2MeFwwwRxa0143141408710653000', '30be0bbca9c9b2e27578701e9fda2358a814c88f'],
  ])('gives the published hash of "%s"', (text, hash) => {
    expect(hashOf(text)).toBe(hash);
  });

  it('hashes the UTF-8 bytes of a text', () => {
    const bytes = new TextEncoder().encode('秘密🔑');
    expect(hashOf('秘密🔑')).toBe(nodeCrypto.createHash('sha1').update(bytes).digest('hex'));
  });
});

it('the one-shot hash is used where the runtime has it, since it is twice as fast', () => {
  const asked: string[][] = [];
  const hash = (...input: string[]) => `hash ${asked.push(input)}`;
  expect(chooseSha1Hex({ hash, createHash: nodeCrypto.createHash })('abc')).toBe('hash 1');
  expect(asked).toEqual([['sha1', 'abc']]);
});
