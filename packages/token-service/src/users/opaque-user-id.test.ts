import { describe, expect, it } from 'vitest';
import { opaqueUserId, TokenServiceError } from '../index.js';

const key = '0123456789abcdef0123456789abcdef';
const bits = new Map([...'abcdefghijklmnopqrstuvwxyz234567'].map((letter, index) => [letter, index]));

/** Of 160, in how many bits two IDs differ. */
function distance(one: string, other: string): number {
  const differing = [...one].map((letter, index) => (bits.get(letter) ?? 0) ^ (bits.get(other[index] ?? '') ?? 0));
  return differing.reduce((sum, word) => sum + word.toString(2).replaceAll('0', '').length, 0);
}

function codeOf(work: () => unknown): string {
  try {
    work();
    return 'none';
  } catch (error) {
    expect(error).toBeInstanceOf(TokenServiceError);
    return (error as TokenServiceError).code;
  }
}

describe('opaqueUserId', () => {
  it('stays what it is: a change here would give every user a new ID', () => {
    expect(opaqueUserId(1, key)).toBe('ujgrauvokgbjpyrilnmfs7ufplcgefn6');
    expect(opaqueUserId('ada@example.com', key)).toBe('fdmh6agqrxpmvadn2unbe5b7viphzrmg');
  });

  it('is letters and digits, within 64 bytes, whatever the ID', () => {
    for (const id of [0, -1, 2 ** 53 - 1, 2n ** 80n, 'ünï', '😀', 'x'.repeat(10_000), '../../etc']) {
      expect(opaqueUserId(id, key)).toMatch(/^[a-z2-7]{32}$/);
    }
  });

  it('takes a number, a bigint and a text of the same digits for one user', () => {
    expect(new Set([opaqueUserId(42, key), opaqueUserId(42n, key), opaqueUserId('42', key)]).size).toBe(1);
  });

  it('is the same for a key as text and as bytes, and another for another key', () => {
    expect(opaqueUserId(42, new TextEncoder().encode(key))).toBe(opaqueUserId(42, key));
    expect(opaqueUserId(42, `${key}!`)).not.toBe(opaqueUserId(42, key));
  });

  it('changes half of its bits with the next ID or the next key', () => {
    const runs = 2_000;
    let [byId, byKey] = [0, 0];
    for (let id = 0; id < runs; id += 1) {
      const own = opaqueUserId(id, key);
      byId += distance(own, opaqueUserId(id + 1, key));
      byKey += distance(own, opaqueUserId(id, `${key.slice(1)}1`));
    }
    // Of 160 bits; the mean of 2,000 draws departs from 80 by more than 1 less than once in a million runs.
    expect(Math.abs(byId / runs - 80)).toBeLessThan(1);
    expect(Math.abs(byKey / runs - 80)).toBeLessThan(1);
  });

  it('gives each of 100,000 users an ID of their own', () => {
    const ids = Array.from({ length: 100_000 }, (_, id) => opaqueUserId(id, key));
    expect(new Set(ids).size).toBe(ids.length);
  });

  it.each([['x'.repeat(43)], [new Uint8Array(32)], ['abcabcabcabcabcabcabcabcabcabcabcabc']])(
    'refuses a key that is not random: %o',
    (weak) => {
      expect(codeOf(() => opaqueUserId(1, weak))).toBe('INVALID_OPTION');
    },
  );

  it.each([`${key}\n`, `\ufeff${key}`, ` ${key}`, `${key}\r\n`, `${key}\0${key}`, `${key}\ud83d`, `${key}\u200b`])(
    'refuses a key with what a file or an editor adds unseen, since the key without it makes other IDs: %j',
    (stray) => {
      expect(codeOf(() => opaqueUserId(1, stray))).toBe('INVALID_OPTION');
      expect(() => opaqueUserId(1, stray)).toThrow(/^key has white space at an end, or a character/);
      // Its bytes are random bytes as any other.
      expect(opaqueUserId(1, new TextEncoder().encode(stray))).not.toBe(opaqueUserId(1, key));
    },
  );

  it.each(['"', "'"])('refuses a key with the quotes of a shell around it: %s', (quote) => {
    expect(() => opaqueUserId(1, quote + key + quote)).toThrow(/^key has quotes around it/);
    expect(opaqueUserId(1, `${key}${quote}${key}`)).toMatch(/^[a-z2-7]{32}$/);
  });

  it.each(['\u00a0', '\u2003', '\u3164', '\u2800', '\ufffd', '\u00fc', 'u\u0308', '\u{1f511}'])(
    'refuses a key with %j in it, which looks like another one, and takes its bytes',
    (odd) => {
      expect(() => opaqueUserId(1, key + odd + key)).toThrow(/^key has a character that is not of printable ASCII/);
      expect(opaqueUserId(1, Buffer.from(key + odd + key))).toMatch(/^[a-z2-7]{32}$/);
    },
  );

  it('takes a key of 32 bytes of which eight differ, as a text or as bytes', () => {
    const bytesOf = (different: number) => Uint8Array.from({ length: 32 }, (_, index) => index % different);
    const textOf = (different: number) => String.fromCodePoint(...[...bytesOf(different)].map((each) => each + 0x61));
    for (const right of [bytesOf(8), textOf(8), new TextEncoder().encode('äöüßéèêë'.repeat(2))]) {
      expect(opaqueUserId(1, right)).toMatch(/^[a-z2-7]{32}$/);
    }
    for (const weak of [bytesOf(7), textOf(7)]) expect(() => opaqueUserId(1, weak)).toThrow(/^key is not random/);
    expect(() => opaqueUserId(1, 'äöüßéèêë'.repeat(2).slice(1))).toThrow(/^key has 30 bytes/);
    expect(() => opaqueUserId(1, bytesOf(8).subarray(1))).toThrow(/^key has 31 bytes/);
    expect(() => opaqueUserId(1, [...bytesOf(8)] as never)).toThrow(/^key has 0 bytes/);
  });

  it('refuses a short key, without showing it', () => {
    expect(codeOf(() => opaqueUserId(1, 'k'.repeat(31)))).toBe('INVALID_OPTION');
    expect(codeOf(() => opaqueUserId(1, new Uint8Array(31)))).toBe('INVALID_OPTION');
    expect(codeOf(() => opaqueUserId(1, undefined as never))).toBe('INVALID_OPTION');
    expect(() => opaqueUserId(1, 'secret-key')).not.toThrow(/secret-key/);
  });

  it.each(['', Number.NaN, -0, 1.5, 2 ** 53, -(2 ** 53), Object('7'), ['7'], '\uD83D', null, undefined, {}])(
    'refuses %j for an ID',
    (id) => {
      expect(codeOf(() => opaqueUserId(id as never, key))).toBe('INVALID_USER');
    },
  );
});
