import { describe, expect, it } from 'vitest';
import type { Operation } from '../table-types.js';
import { splitRequest } from './write-request.js';

const body = { contentType: 'application/json', required: true, emptyIsAbsent: [] };
const operation: Operation = {
  operationId: 'renameUser',
  method: 'PUT',
  path: '/users/{userId}',
  parameters: [
    { name: 'userId', in: 'path', required: true },
    { name: 'dryRun', in: 'query', required: false },
    { name: 'X-Tag', in: 'header', required: false },
  ],
  body,
  rateLimit: null,
  hasAnswerBody: true,
};
const none = {};

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

  it('names what has the name of something else by its place, and a body of no fields by one', () => {
    const parameters = [
      { name: 'name', in: 'path', field: 'path.name', required: true },
      { name: 'id', in: 'cookie', required: false },
    ] as const;
    expect(splitRequest({ parameters, body }, { 'path.name': 'a', name: 'b', id: 'c' })).toEqual({
      params: { ...none, path: { name: 'a' }, cookie: { id: 'c' } },
      body: { name: 'b' },
    });
    const list = { ...body, field: 'body' };
    expect(splitRequest({ parameters: [], body: list }, { body: [1] })).toEqual({ params: none, body: [1] });
  });

  it('hands on what is no object, for validation to refuse', () => {
    expect(splitRequest(operation, 'text')).toEqual({ params: none, body: 'text' });
  });
});
