import { formats } from '@nexconn-kit/contract/validator';
import type { JsonObject } from '../document/lookup.js';
import { textsOfPattern } from './texts-of-pattern.js';

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

/** The formats that are told from others here, each with a text of it. */
const known: Readonly<Record<string, readonly [text: string, isOf: (text: string) => boolean]>> = {
  date: ['2024-02-29', formats.date],
  time: ['12:00:00Z', formats.time],
  'date-time': ['2024-02-29T12:00:00Z', formats['date-time']],
  email: ['ada@example.com', (text) => /^[^\s@]+@[a-z\d-]+(\.[a-z\d-]+)*$/i.test(text)],
  hostname: ['example.com', (text) => /^[a-z\d-]+(\.[a-z\d-]+)*$/i.test(text)],
  ipv4: ['192.0.2.1', (text) => /^\d{1,3}(\.\d{1,3}){3}$/.test(text)],
  ipv6: ['2001:db8::1', (text) => /^[\da-f]*:[\da-f:.]+$/i.test(text)],
  uri: ['https://example.com/a', (text) => /^[a-z][a-z\d+.-]*:[^\s"<>\\^`{|}]*$/i.test(text)],
  'uri-reference': ['/a', (text) => !/[\s"<>\\^`{|}]/.test(text)],
  uuid: ['7d444840-9dc0-11d1-b245-5ffdce74fad2', (text) => /^[\da-f]{8}-([\da-f]{4}-){3}[\da-f]{12}$/i.test(text)],
  duration: ['PT1H', (text) => /^P(?!$)[\dYMWD]*(T[\dHMS]+)?$/.test(text)],
};

/** Returns a text itself where its schema takes it, or else one that the schema takes, where one is found. */
export function fitText(text: string, schema: JsonObject): string {
  if (isFit(text, schema)) return text;
  const [ofFormat = text] = known[`${schema.format}`] ?? [];
  const { minLength, maxLength } = schema;
  const least = Number(minLength ?? 0);
  const sized = ofFormat.padEnd(Math.min(least, maxMadeLength), 'x').slice(0, Number(maxLength ?? maxMadeLength));
  return (
    [ofFormat, sized, ...usual].find((each) => isFit(each, schema)) ??
    repeated().find((each) => isFit(each, schema)) ??
    ofPattern(schema) ??
    text
  );
}

function ofPattern(schema: JsonObject): string | undefined {
  for (const each of textsOfPattern(schema.pattern)) if (isFit(each, schema)) return each;
  return undefined;
}

/** No text is made longer, whatever a schema demands. */
const maxMadeLength = 100_000;

function isFit(text: string, { pattern, format, minLength, maxLength }: JsonObject): boolean {
  const [least, most] = [Number(minLength ?? 0), Number(maxLength ?? Number.POSITIVE_INFINITY)];
  const isOfLength = text.length >= least && text.length <= most;
  return isOfLength && isOfPattern(text, pattern) && (known[`${format}`]?.[1](text) ?? true);
}

function isOfPattern(text: string, pattern: unknown): boolean {
  if (typeof pattern !== 'string') return true;
  try {
    return new RegExp(pattern, 'u').test(text);
  } catch {
    return true;
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
