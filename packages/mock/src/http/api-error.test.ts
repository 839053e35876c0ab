import { expect, it } from 'vitest';
import { unreadable } from '../../../../test/support/unreadable.js';
import { wordsOf } from './api-error.js';

it.each(unreadable)('what is thrown inside with %s is told in some words', (_what, make) => {
  expect(wordsOf(make())).toEqual(expect.any(String));
});

it('an error is told by its message, anything else by its type', () => {
  expect([wordsOf(new Error('No.')), wordsOf('No.')]).toEqual(['No.', 'string']);
});
