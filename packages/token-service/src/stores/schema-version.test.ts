import { expect, it } from 'vitest';
import { checkSchemaVersion, formatSchemaVersion } from './schema-version.js';

it('is kept as two numbers', () => {
  expect(formatSchemaVersion({ version: 2, oldest: 1 })).toBe('2 1');
});

it.each([
  ['1 1', 1, 1],
  ['2 1', 1, 2],
  ['1 1', 2, 1],
  ['2', 2, 2],
  [undefined, 2, 1],
])('data of %j is used by a version that knows %i, as of version %i', (text, known, version) => {
  expect(checkSchemaVersion(text, known, 1)).toBe(version);
});

it.each(['3 2', '2', 'x', '2 x', '-1', '2 -1', '-1 -1', '1 1 1', '0.5', '', ' ', '1e0'])(
  'data of %j is refused by a version that knows 1',
  (text) => {
    expect(() => checkSchemaVersion(text, 1, 1)).toThrow(expect.objectContaining({ code: 'STORE_FAILED' }));
  },
);

it('data from before there was a version is refused where that is too new as well', () => {
  expect(() => checkSchemaVersion(undefined, 1, 2)).toThrow(expect.objectContaining({ code: 'STORE_FAILED' }));
});
