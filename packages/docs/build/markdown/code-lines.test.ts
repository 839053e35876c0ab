import { expect, test } from 'vitest';
import { indentLines, wholeLines, wholeWords } from './code-lines.js';

test('a line of code says how far it is indented', () => {
  const styleOf = (...texts: string[]): unknown => {
    const node = { properties: {}, children: texts.map((value) => ({ children: [{ value }] })) };
    indentLines.line(node);
    return Reflect.get(node.properties, 'style');
  };
  expect(styleOf('    ', 'b: 1')).toBe('--indent:4ch');
  expect([styleOf('a:'), styleOf('  '), styleOf()]).toEqual([undefined, undefined, undefined]);
});

test('a line is coloured to its end, however long that takes', () => {
  const options = { tokenizeTimeLimit: 500 };
  wholeLines.preprocess('', options);
  expect(options).toEqual({ tokenizeTimeLimit: 0 });
});

/** Returns the words of a line that are kept whole, and its text. */
function wholeOf(...texts: string[]): { whole: string[]; text: string } {
  const node = {
    children: texts.map((value) => ({ type: 'element', tagName: 'i', children: [{ type: 'text', value }] })),
  };
  wholeWords.line(node);
  const textOf = ({ value = '', children = [] }: { value?: string; children?: object[] }): string =>
    value + children.map(textOf).join('');
  const whole = (node.children as object[]).filter((child) => Reflect.get(child, 'tagName') === 'span');
  return { whole: whole.map(textOf), text: textOf(node) };
}

test.each<[string[], string[]]>([
  [['curl -H x-y --no-state a'], ['-H', 'x-y', '--no-state']],
  [['openssl rand -', 'base64 32'], ['-base64']],
  [['a - b', ' --', ' c-d'], []],
  [["'X-User-", "Id': 1"], ['X-User-Id']],
  [["'@a-kit/", "token-source'"], ['@a-kit/token-source']],
  [["'@nexconn-kit/a-name-that-is-long'"], []],
  [['  ', 'verify('], ['  v']],
  [['  --port=1'], ['  --port']],
  [['  a --port'], ['  a', '--port']],
])('what a browser would break in %j is kept whole, and the text is the same', (texts, whole) => {
  expect(wholeOf(...texts)).toEqual({ whole, text: texts.join('') });
});
