import type { Operation } from '@nexconn-kit/contract';
import { describe, expect, it } from 'vitest';
import { splitRequest } from './write-request.js';

const body = { contentType: 'application/json', required: true, fields: ['name'], emptyIsAbsent: [] };
const operation: Operation = {
  operationId: 'renameUser',
  method: 'PUT',
  path: '/users/{userId}',
  summary: '',
  parameters: [
    { name: 'userId', in: 'path', required: true },
    { name: 'dryRun', in: 'query', required: false },
    { name: 'X-Tag', in: 'header', required: false },
  ],
  body,
  rateLimit: null,
  successStatus: 200,
  statuses: [200],
  hasAnswerBody: true,
};
const none = { path: {}, query: {}, header: {} };

describe('splitRequest', () => {
  it('sorts each field to its place', () => {
    const flat = { userId: 'a', dryRun: true, 'X-Tag': 'b', name: 'Ada', unknown: 1 };
    expect(splitRequest(operation, flat)).toEqual({
      params: { path: { userId: 'a' }, query: { dryRun: true }, header: { 'X-Tag': 'b' } },
      body: { name: 'Ada', unknown: 1 },
    });
  });

  it('leaves the request as it was', () => {
    const flat = Object.freeze({ userId: 'a', name: 'Ada' });
    splitRequest(operation, flat);
    expect(flat).toEqual({ userId: 'a', name: 'Ada' });
  });

  it('sends an empty body where one is required, and none where there is none', () => {
    expect(splitRequest(operation, {})).toEqual({ params: none, body: {} });
    expect(splitRequest({ ...operation, body: { ...body, required: false } }, {})).toEqual({ params: none });
    expect(splitRequest({ ...operation, body: null }, { userId: 'a' })).toEqual({
      params: { ...none, path: { userId: 'a' } },
    });
  });

  it('hands on what is no object, for validation to refuse', () => {
    expect(splitRequest(operation, 'text')).toEqual({ params: none, body: 'text' });
  });
});
