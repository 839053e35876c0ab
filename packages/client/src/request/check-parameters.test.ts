import { describe, expect, it } from 'vitest';
import type { Operation } from '../table-types.js';
import { checkParameters } from './check-parameters.js';

const operation: Operation = {
  operationId: 'getUser',
  method: 'GET',
  path: '/users/{userId}',
  parameters: [
    { name: 'userId', in: 'path', required: true },
    { name: 'limit', in: 'query', required: true },
    { name: 'X-Tag', in: 'header', required: false },
  ],
  body: null,
  rateLimit: null,
  hasAnswerBody: true,
};
const on = { validateRequests: true };
const good = { path: { userId: 'a' }, query: { limit: 0 } };

describe('checkParameters', () => {
  it('finds nothing wrong with what is complete', () => {
    expect(checkParameters(operation, good, on)).toEqual([]);
    expect(checkParameters(operation, { ...good, header: { 'X-Tag': 'a b' } }, on)).toEqual([]);
    expect(checkParameters(undefined, {}, on)).toEqual([]);
    expect(checkParameters(operation, { ...good, query: { limit: Object.create(null) } }, on)).toEqual([]);
  });

  it.each([
    ['a missing path parameter', { ...good, path: {} }, 'userId', 'required'],
    ['an empty path parameter', { ...good, path: { userId: '' } }, 'userId', 'required'],
    ['a dot segment', { ...good, path: { userId: '..' } }, 'userId', 'pattern'],
    ['a missing query', { path: good.path }, 'limit', 'required'],
    ['a path parameter without a text', { ...good, path: { userId: Symbol('a') } }, 'userId', 'type'],
    ['a path parameter that has none', { ...good, path: { userId: Object.create(null) } }, 'userId', 'type'],
    ['a path parameter that is a function', { ...good, path: { userId: () => 'a' } }, 'userId', 'type'],
    ['a dot segment in a list', { ...good, path: { userId: ['..'] } }, 'userId', 'pattern'],
    ['a query without a text', { ...good, query: { limit: Symbol('a') } }, 'limit', 'type'],
    ['a header with a line feed', { ...good, header: { 'X-Tag': 'a\nb' } }, 'X-Tag', 'pattern'],
  ])('reports %s', (_, params, field, keyword) => {
    expect(checkParameters(operation, params as object, on)).toMatchObject([{ field, keyword }]);
  });
});
