import { expect, it } from 'vitest';
import { equalInConstantTime } from './equal-in-constant-time.js';

it('equal texts are equal', () => {
  expect(equalInConstantTime('30be', '30be')).toBe(true);
  expect(equalInConstantTime('', '')).toBe(true);
});

it.each([
  ['another character', '30bf'],
  ['a character less', '30b'],
  ['a character more', '30be0'],
  ['nothing', ''],
  ['as many characters of more bytes', 'éééé'],
])('%s is not equal', (_, given) => {
  expect(equalInConstantTime(given, '30be')).toBe(false);
});
