import { expect, it } from 'vitest';
import { createSequenceWatch } from './sequential-ids.js';

/** What is reported while these come one after the other. */
function reportsOf(userIds: readonly string[]): (readonly string[])[] {
  const watch = createSequenceWatch();
  return userIds.flatMap((userId) => [watch(userId)].filter((examples) => examples !== undefined));
}

it.each([
  [
    ['7', '8', '9'],
    ['7', '8', '9'],
  ],
  [
    ['user9', 'user10', 'user11'],
    ['user9', 'user10', 'user11'],
  ],
  [
    ['u08', 'u09', 'u10'],
    ['u08', 'u09', 'u10'],
  ],
  [
    ['a1', 'a2', 'b7', 'b8', 'b9'],
    ['b7', 'b8', 'b9'],
  ],
  [
    ['a1', 'a2', 'a9', 'a10', 'a11'],
    ['a9', 'a10', 'a11'],
  ],
  [
    ['a\n7', 'a\n8', 'a\n9'],
    ['a\n7', 'a\n8', 'a\n9'],
  ],
  // Of more digits than are exact, the last ones are compared.
  [
    ['9000000000000000000001', '9000000000000000000002', '9000000000000000000003'],
    ['9000000000000000000001', '9000000000000000000002', '9000000000000000000003'],
  ],
])('%j are consecutive: %j', (userIds, examples) => {
  expect(reportsOf(userIds)).toEqual([examples]);
});

it.each([
  [['7', '8']],
  [['9', '8', '7']],
  [['1', '3', '5']],
  [['a1', 'b2', 'c3']],
  [['7', '7', '7']],
  [['ada', 'bob', 'eve']],
  [['1a', '2a', '3a']],
  [['a5b', 'a6', 'a7']],
  [['a4', 'a5', 'a6b']],
  [['a1', 'a2', 'x', 'a3']],
  [['5-1', '6-1', '7-1']],
])('%j are not', (userIds) => {
  expect(reportsOf(userIds)).toEqual([]);
});

it('it is reported once', () => {
  expect(reportsOf(['a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'b1', 'b2', 'b3'])).toEqual([['a1', 'a2', 'a3']]);
});
