import type { Operation } from '@nexconn-kit/contract';
import { describe, expect, it } from 'vitest';
import { checkParameters } from './check-parameters.js';

const operation: Operation = {
  operationId: 'getUser',
  method: 'GET',
  path: '/users/{userId}',
  summary: '',
  parameters: [
    { name: 'userId', in: 'path', required: true },
    { name: 'limit', in: 'query', required: true },
    { name: 'X-Tag', in: 'header', required: false },
  ],
  body: null,
  rateLimit: null,
  successStatus: 200,
  statuses: [200],
  hasAnswerBody: true,
};
const good = { path: { userId: 'a' }, query: { limit: 0 } };

describe('checkParameters', () => {
  it('finds nothing wrong with what is complete', () => {
    expect(checkParameters(operation, good)).toEqual([]);
    expect(checkParameters(operation, { ...good, header: { 'X-Tag': 'a b' } })).toEqual([]);
    expect(checkParameters(undefined, {})).toEqual([]);
  });

  it.each([
    ['a missing path parameter', { ...good, path: {} }, 'userId', 'required'],
    ['an empty path parameter', { ...good, path: { userId: '' } }, 'userId', 'required'],
    ['a dot segment', { ...good, path: { userId: '..' } }, 'userId', 'pattern'],
    ['a missing query', { path: good.path }, 'limit', 'required'],
    ['a header with a line feed', { ...good, header: { 'X-Tag': 'a\nb' } }, 'X-Tag', 'pattern'],
  ])('reports %s', (_, params, field, keyword) => {
    expect(checkParameters(operation, params)).toMatchObject([{ field, keyword }]);
  });
});
