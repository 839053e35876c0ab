import { describe, expect, it } from 'vitest';
import { fitText } from './fit-text.js';
import { textsOfPattern } from './texts-of-pattern.js';

const patterns = [
  String.raw`^\d+\.\d{2}$`,
  '^ord_[a-z0-9]{24}$',
  '^(EUR|USD) [1-9][0-9]*$',
  '^[^a-zA-Z0-9\\s]{3,5}$',
  '^(?:ab){2}-(?<year>\\d{4})-(x|y)+$',
  '^[\\]x]\\/\\u0041\\x42$',
  '^\\p{Lu}\\p{Ll}+ \\S+?$',
  '^arn:[a-z]+:s3:::.{3,}$',
  '^(?=x)x{2,3}(?!y)$',
  '^grüße\\.[a-z]?$',
];

describe('textsOfPattern', () => {
  it.each(patterns)('has a text that %s takes', (pattern) => {
    expect([...textsOfPattern(pattern)].some((text) => new RegExp(pattern, 'u').test(text))).toBe(true);
    expect(fitText('string', { type: 'string', pattern })).toMatch(new RegExp(pattern, 'u'));
  });

  it('has longer ones where a length is asked for', () => {
    const schema = { type: 'string', pattern: '^id-[a-z]+$', minLength: 20, maxLength: 20 };
    expect(fitText('string', schema)).toMatch(/^id-[a-z]{17}$/);
  });

  it.each([undefined, 7, '(', '[', '^a{2'])('bears %j', (pattern) => {
    expect(() => [...textsOfPattern(pattern)]).not.toThrow();
    expect(fitText('string', { type: 'string', pattern })).toEqual(expect.any(String));
  });

  it('makes no text of a size that nobody could hold', () => {
    const texts = ['^a{99999999}$', '^((a{99999}){99999}){99999}$'].flatMap((pattern) => [...textsOfPattern(pattern)]);
    expect(Math.max(...texts.map(({ length }) => length))).toBeLessThan(20_000);
  });
});
