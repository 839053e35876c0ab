import type { JsonObject } from '../document/lookup.js';

/** What documents most often have patterns for. */
const usual = `
  0 1 a A a1 A1 ab en US en-US USD 1.0 1.0.0 #000000 /a a/b a.b a-b a_b 2024-02-29 2024-02 2024 12:00 12:00:00
  2024-02-29T12:00:00Z 2024-02-29T12:00:00.000Z 00:00:00:00:00:00 https://example.com https://example.com/a
  ada@example.com example.com 192.0.2.1 +12025550100 7d444840-9dc0-11d1-b245-5ffdce74fad2
  7d4448409dc011d1b2455ffdce74fad2 12345 12345-6789 1/1 1:1 1,1
`
  .trim()
  .split(/\s+/);
const longestRepeated = 64;

/** Returns a text that a schema takes in place of one against its pattern; undefined where none is found. */
export function textOfPattern({ pattern, minLength, maxLength }: JsonObject): string | undefined {
  const matches = expressionOf(`${pattern}`);
  if (matches === undefined) return undefined;
  const [least, most] = [Number(minLength ?? 0), Number(maxLength ?? Number.POSITIVE_INFINITY)];
  const isFit = (text: string): boolean => text.length >= least && text.length <= most && matches.test(text);
  return usual.find(isFit) ?? repeated().find(isFit);
}

/** Whether a text is against the pattern of a schema. */
export function isAgainstPattern(text: string, { pattern }: JsonObject): boolean {
  return typeof pattern === 'string' && expressionOf(pattern)?.test(text) === false;
}

function expressionOf(pattern: string): RegExp | undefined {
  try {
    return new RegExp(pattern, 'u');
  } catch {
    return undefined;
  }
}

/** Texts of each length of a few characters, and those that begin with a letter or a sign. */
function repeated(): string[] {
  const lengths = Array.from({ length: longestRepeated }, (_, index) => index + 1);
  return lengths.flatMap((length) => [
    ...['0', '1', 'a', 'A'].map((unit) => unit.repeat(length)),
    ...['a', 'A', '#', '@', '/', '+'].flatMap((first) =>
      ['0', '1', 'a', 'A'].map((unit) => first + unit.repeat(length)),
    ),
  ]);
}
