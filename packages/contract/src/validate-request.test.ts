import { describe, expect, test } from 'vitest';
import { validateIssueAccessTokenRequest } from './index.js';

const valid = { userId: 'jlk456j5', name: 'Ada' };

function messages(change: object): string[] {
  return validateIssueAccessTokenRequest({ ...valid, ...change }).map(({ message }) => message);
}

describe('validateIssueAccessTokenRequest', () => {
  test.each<[claim: string, change: object]>([
    ['64 characters of userId', { userId: 'a'.repeat(64) }],
    ['64 emoji of name', { name: '😀'.repeat(64) }],
    ['1024 bytes of avatarUrl', { avatarUrl: 'a'.repeat(1024) }],
    ['1024 bytes of avatarUrl in fewer characters', { avatarUrl: 'é'.repeat(512) }],
    ['no avatarUrl', {}],
    ['an avatarUrl that is undefined', { avatarUrl: undefined }],
    ['an empty avatarUrl', { avatarUrl: '' }],
  ])('accepts %s', (_, change) => {
    expect(messages(change)).toEqual([]);
  });

  test.each<[claim: string, change: object, message: string]>([
    ['65 characters of userId', { userId: 'a'.repeat(65) }, 'userId is 65 characters long; at most 64 are allowed.'],
    ['65 emoji of name', { name: '😀'.repeat(65) }, 'name is 65 characters long; at most 64 are allowed.'],
    [
      '1025 bytes of avatarUrl in 1024 characters',
      { avatarUrl: `${'a'.repeat(1023)}é` },
      'avatarUrl is 1025 bytes long in UTF-8; at most 1024 are allowed.',
    ],
    [
      '1025 bytes of avatarUrl in far fewer characters',
      { avatarUrl: `${'😀'.repeat(256)}a` },
      'avatarUrl is 1025 bytes long in UTF-8; at most 1024 are allowed.',
    ],
    [
      'another character in userId',
      { userId: 'demo-user' },
      'userId has a character outside [A-Za-z0-9]; only those are allowed.',
    ],
    ['an empty userId', { userId: '' }, 'userId is 0 characters long; the minimum is 1.'],
    ['no userId', { userId: undefined }, 'userId is missing; it is required.'],
    ['a userId that is no text', { userId: 7 }, 'userId is of type number; it must be of type string.'],
    ['a name that is null', { name: null }, 'name is of type null; it must be of type string.'],
  ])('refuses %s', (_, change, message) => {
    expect(messages(change)).toEqual([message]);
  });

  test('reports every broken rule, with field, keyword, limit and size', () => {
    const body = { userId: 'a-'.repeat(40), avatarUrl: `${'a'.repeat(1023)}é` };
    expect(validateIssueAccessTokenRequest(body).map(({ message, ...issue }) => issue)).toEqual([
      { field: 'name', keyword: 'required' },
      { field: 'userId', keyword: 'maxLength', limit: 64, actual: 80 },
      { field: 'userId', keyword: 'pattern', limit: '^[A-Za-z0-9]+$' },
      { field: 'avatarUrl', keyword: 'x-max-bytes', limit: 1024, actual: 1025 },
    ]);
  });

  test.each([
    [null, 'null'],
    [[], 'array'],
    ['text', 'string'],
    [undefined, 'undefined'],
  ])('reports one issue of the whole body for %j', (body, actual) => {
    expect(validateIssueAccessTokenRequest(body)).toEqual([
      {
        field: '',
        keyword: 'type',
        limit: 'object',
        actual,
        message: `The body is of type ${actual}; it must be of type object.`,
      },
    ]);
  });

  test('never repeats the value', () => {
    const secret = 'hunter2-hunter2';
    const issues = validateIssueAccessTokenRequest({ userId: secret, name: [secret], avatarUrl: { secret } });
    expect(issues).toHaveLength(3);
    expect(JSON.stringify(issues)).not.toContain('hunter2');
  });

  test('is not led astray by names that every object has', () => {
    expect(validateIssueAccessTokenRequest(Object.create(valid)).map(({ keyword }) => keyword)).toEqual([
      'required',
      'required',
    ]);
  });
});
