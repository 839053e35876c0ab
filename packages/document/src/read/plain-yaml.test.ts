import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parseDocument } from 'yaml';
import { readPlainYaml } from './plain-yaml.js';

/** Returns what `yaml` reads. */
function readAll(text: string): unknown {
  const document = parseDocument(text, { prettyErrors: false, merge: true });
  expect(document.errors).toEqual([]);
  return document.toJS();
}

const root = join(import.meta.dirname, '../../../../spec');
const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.yaml'));

it.each(files)('reads %s, as the parser of all of YAML does', (file) => {
  const text = readFileSync(join(root, file), 'utf8');
  const value = readPlainYaml(text);
  expect(value).toBeDefined();
  expect(JSON.stringify(value)).toBe(JSON.stringify(readAll(text)));
});

it.each([
  'a: 1\nb: -0.5\nc: +12\nd: 007\ne: 3e-05\nf: .5\ng: 1.\n',
  'a: true\nb: False\nc: null\nd: ~\ne:\nf: yes\ng: nullable\n200: x\n-1: y\n',
  'a: http://x.test/b#c # a comment\n# another\n  # and one further in\nb: c#d\n',
  "a: 'it''s'\nb: \"x\\n\\u00e9\\/\"\n'c d': e # f\n\"200\": g\nh : i\n",
  'a: one\n  two\n\n  three\n   four\nb: c\n',
  'a: |\nb: >-\n\nc: |+\n\nd: e\n',
  'a:\n- b\n- c: 1\n  d: 2\n-\n- - e\n  - f\n-   g: h\n    i: j\nk:\n  - l\n',
  '- a\n- b: c\n',
  '---\na: b\n',
  'a: |\n  one\n   two\n\n  three \n\n\nb: |-\n\n  one\nc: |\n  end',
  'a: >\n  one\n  two\n\n\n  three\nb: >-\n  one\n   further\n  in\nc: |+\n  kept\n\nd: |+\n  kept\n\n',
  'a: |2-\n    further in\n  than this\nb:\n  - |1\n    x\n   y\n',
  'a: [b, c/d, 1, true]\nb: []\nc: {}\nd: [ "x", { y: z } ]\ne: {\n  "f": [1,\n  2] }\ng: h\n',
  'a: "one\n  two\n\n  three"\nb: \'one\n  two\'\nc: d\n',
  'a:\n  plain\n  text\nb:\n  "quoted"\nc:\n  |\n  block\n',
  'constructor: 1\ntoString:\n  hasOwnProperty: 2\n',
  'a: \u00e9\u00a0\n\u00fc: \ud83d\ude00\n',
])('reads %j, as the parser of all of YAML does', (text) => {
  expect(JSON.stringify(readPlainYaml(text))).toBe(JSON.stringify(readAll(text)));
});

it.each([
  ...['', '# only a comment', 'text', '12', '"quoted": "text" x', '{ a: b }', '  a: b'],
  ...[
    'a: &b c',
    'a: *b',
    'a: !!str b',
    '<<: { a: b }',
    '? a\n: b',
    '%YAML 1.2\n---\na: b',
    'a: b\n---\nc: d',
    'a: b\n...',
  ],
  ...[
    'a: 1\na: 2',
    '"a": 1\na: 2',
    '__proto__: 1',
    'true: 1',
    '1.0: 1',
    'a: 0x1F',
    'a: 0o7',
    'a: .inf',
    'a: -.INF',
    'a: .nan',
  ],
  ...[
    'a: b: c',
    'a: b\n  c: d',
    'a: b\n c\n# d\n e',
    'a: [b',
    'a: [b\n]',
    'a: "b',
    "a: 'b' c",
    'a: - b',
    '- a\nb: c',
    'a: b\n- c',
  ],
  ...[
    'a:\tb',
    '\ta: b',
    'a: b\tc',
    'a: b\r\nc: d',
    '\ufeffa: b',
    'a: @b',
    'a: `b`',
    'a: %b',
    'a: "\\x41"',
    'a: |\n  b\n c',
    'a: <<',
  ],
  ...['a: [&b c, *b]', 'a: "b": c', 'a: b\n  c # d', `${'- '.repeat(1000)}a`, `${'a'.repeat(1001)}: b`],
])('leaves %j to the parser of all of YAML', (text) => {
  expect(readPlainYaml(text)).toBeUndefined();
});
