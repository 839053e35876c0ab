import type { StandardSchemaV1 } from '@standard-schema/spec';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { type IssueAccessTokenRequest, type IssueAccessTokenResult, operationTable } from '../index.js';
import {
  createStandardSchema,
  issueAccessTokenRequestSchema,
  issueAccessTokenResultSchema,
  requestSchemas,
  resultSchemas,
} from '../standard-schema/index.js';
import type { ValidationIssue } from '../types.js';

const valid = { userId: 'jlk456j5', name: 'Ada' };

describe('a validator as a Standard Schema', () => {
  it('is one of version 1, with the types of the operation', () => {
    expect(issueAccessTokenRequestSchema['~standard']).toMatchObject({ version: 1, vendor: 'nexconn-kit' });
    expectTypeOf(issueAccessTokenRequestSchema).toExtend<StandardSchemaV1>();
    type Request = typeof issueAccessTokenRequestSchema;
    expectTypeOf<StandardSchemaV1.InferInput<Request>>().toEqualTypeOf<IssueAccessTokenRequest>();
    expectTypeOf<StandardSchemaV1.InferOutput<Request>>().toEqualTypeOf<IssueAccessTokenRequest>();
    type Result = typeof issueAccessTokenResultSchema;
    expectTypeOf<StandardSchemaV1.InferOutput<Result>>().toEqualTypeOf<IssueAccessTokenResult>();
  });

  it('is there for the body and the result of each operation', () => {
    const operations = Object.values(operationTable);
    const withBody = operations.filter(({ body }) => body !== null).map(({ operationId }) => operationId);
    expect(Object.keys(requestSchemas)).toEqual(withBody);
    expect(requestSchemas.issueAccessToken).toBe(issueAccessTokenRequestSchema);
    expect(Object.keys(operationTable)).toEqual(expect.arrayContaining(Object.keys(resultSchemas)));
    expect(resultSchemas.issueAccessToken).toBe(issueAccessTokenResultSchema);
  });

  it('returns a good value as it is', () => {
    expect(issueAccessTokenRequestSchema['~standard'].validate(valid)).toEqual({ value: valid });
    const result = { userId: 'jlk456j5', accessToken: 'a', more: 1 };
    expect(issueAccessTokenResultSchema['~standard'].validate(result)).toEqual({ value: result });
  });

  it('returns every broken rule with its path, and never the value', () => {
    const outcome = issueAccessTokenRequestSchema['~standard'].validate({ userId: 'hunter2-hunter2' });
    expect(outcome.issues).toMatchObject([
      { path: ['name'], message: 'name is missing; it is required.' },
      { path: ['userId'], message: 'userId has a character outside [A-Za-z0-9]; only those are allowed.' },
    ]);
    expect(JSON.stringify(outcome)).not.toContain('hunter2');
    for (const none of [undefined, null, 7, 'text', []]) {
      expect(issueAccessTokenRequestSchema['~standard'].validate(none).issues).toMatchObject([{ path: [] }]);
    }
  });

  it.each<[field: string, value: unknown, path: (string | number)[]]>([
    ['', {}, []],
    ['profile.name', { profile: { name: 7 } }, ['profile', 'name']],
    ['profile.name', { profile: {} }, ['profile', 'name']],
    ['userIds.1', { userIds: ['a', 7] }, ['userIds', 1]],
    ['list.0.tags.2', { list: [{ tags: [1, 2, 3] }] }, ['list', 0, 'tags', 2]],
    ['1', { 1: 'a' }, ['1']],
    ['a.b.c', { 'a.b': { c: 7 } }, ['a.b', 'c']],
    ['a.b', {}, ['a.b']],
    ['constructor', {}, ['constructor']],
  ])('finds the way to %j of %j', (field, value, path) => {
    const issue: ValidationIssue = { field, keyword: 'type', message: 'It is wrong.' };
    expect(createStandardSchema(() => [issue])['~standard'].validate(value).issues).toEqual([{ ...issue, path }]);
  });
});
