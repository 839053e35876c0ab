import { createMock } from '@nexconn-kit/mock';
import { expect, it } from 'vitest';
import type { DescribedField, DescribedOperation } from './described.js';
import { choicesOf, draftOf, firstValues, limitsInWords, problemOf } from './form.js';

const text: DescribedField = { name: 'a', in: 'body', type: 'string', required: true };
const other: DescribedOperation = {
  operationId: 'changeUser',
  method: 'PUT',
  path: '/v4/users/{userId}',
  summary: 'Change a user',
  signed: true,
  contentType: 'application/json',
  fields: [
    { name: 'userId', in: 'path', type: 'string', required: true, example: 'ada 1' },
    { name: 'dry', in: 'query', type: 'boolean', required: false, example: 'true' },
    { name: 'X-Tag', in: 'header', type: 'string', required: false },
    { name: 'age', in: 'body', type: 'integer', required: true, example: '7' },
    { name: 'tags', in: 'body', type: 'json', required: false },
    { name: 'mood', in: 'body', type: 'string', required: true, values: ['good', 'bad'] },
    { name: '__proto__', in: 'body', type: 'string', required: true, example: 'x' },
  ],
};

it('the form of an operation is the request of its example', async () => {
  const { operations } = await createMock().console.describeDocument();
  const operation = operations.find(({ operationId }) => operationId === 'issueAccessToken');
  if (!operation) throw new Error('The document has no such operation.');
  const { method, target, headers, body, request } = draftOf(operation, firstValues(operation));
  expect({ method, target, headers }).toEqual({
    method: 'POST',
    target: '/v4/auth/access-token/issue',
    headers: [['Content-Type', 'application/json']],
  });
  expect([JSON.parse(body ?? ''), request]).toEqual([
    { userId: 'jlk456j5', name: 'Ada' },
    { userId: 'jlk456j5', name: 'Ada' },
  ]);
  const userId = operation.fields.find(({ name }) => name === 'userId') as DescribedField;
  expect(limitsInWords(userId)).toBe('at most 64 bytes');
  expect(problemOf(userId, 'a'.repeat(65))).toBe('65 bytes; the limit is 64.');
  expect(problemOf(userId, 'a-b')).toMatch(/does not match/);
});

it('another operation puts each value in its place, and leaves out what is not given', () => {
  expect(firstValues(other)).toEqual(['ada 1', '', '', '7', '', 'good', 'x']);
  const first = draftOf(other, firstValues(other));
  expect(first).toMatchObject({
    method: 'PUT',
    target: '/v4/users/ada%201',
    headers: [['Content-Type', 'application/json']],
  });
  expect(first.body).toBe('{"age":7,"mood":"good","__proto__":"x"}');
  const full = draftOf(other, ['$&', 'true', 't', 'seven', '["a"]', 'bad', '']);
  expect(full).toMatchObject({
    target: '/v4/users/%24%26?dry=true',
    headers: [
      ['X-Tag', 't'],
      ['Content-Type', 'application/json'],
    ],
  });
  expect(full.body).toBe('{"age":"seven","tags":["a"],"mood":"bad","__proto__":""}');
  expect(full.request).toMatchObject({ userId: '$&', dry: true, 'X-Tag': 't', tags: ['a'] });
});

it('an operation without a body sends none', () => {
  const { contentType: _, ...bare } = other;
  expect(draftOf({ ...bare, method: 'GET', fields: [] }, [])).toEqual({
    ...{ method: 'GET', target: '/v4/users/{userId}', headers: [], body: undefined, request: {} },
  });
});

it.each<[Partial<DescribedField>, string, string | undefined]>([
  [{}, '', undefined],
  [{ minLength: 1 }, '', 'This is empty.'],
  [{ minLength: 2 }, 'a', '1 character; at least 2 are needed.'],
  [{ minLength: 1 }, 'a', undefined],
  [{ maxLength: 2 }, '🔑🔑', undefined],
  [{ maxLength: 2 }, '🔑🔑🔑', '3 characters; the limit is 2.'],
  [{ maxBytes: 4 }, '🔑a', '5 bytes; the limit is 4.'],
  [{ pattern: '^a+$' }, 'b', 'This does not match ^a+$.'],
  [{ pattern: '(' }, 'b', undefined],
  [{ required: false, minLength: 1 }, '', undefined],
  [{ type: 'integer' }, '', 'This is required.'],
  [{ type: 'integer' }, '7', undefined],
  [{ type: 'integer' }, '7.5', 'This is no whole number.'],
  [{ type: 'number' }, '7.5', undefined],
  [{ type: 'number' }, 'x', 'This is no number.'],
  [{ type: 'number' }, '"7"', 'This is no number.'],
  [{ type: 'json' }, '{', 'This is no JSON.'],
  [{ type: 'json' }, '{}', undefined],
  [{ type: 'boolean' }, 'true', undefined],
])('of %j the value %j has the problem %j', (change, value, problem) => {
  expect(problemOf({ ...text, ...change }, value)).toBe(problem);
});

it('choices are those of the document, and none where none need be given', () => {
  expect(choicesOf(text)).toBeUndefined();
  expect(choicesOf({ ...text, values: ['a', 'b'] })).toEqual(['a', 'b']);
  expect(choicesOf({ ...text, type: 'boolean', required: false })).toEqual(['', 'true', 'false']);
});

it('limits are words', () => {
  expect(limitsInWords(text)).toBe('');
  expect(limitsInWords({ ...text, minLength: 2, maxLength: 9 })).toBe('at least 2 characters, at most 9 characters');
});
