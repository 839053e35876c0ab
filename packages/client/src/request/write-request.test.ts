import { describe, expect, it } from 'vitest';
import { makeCall, makeSettings } from '../../test/support/make-call.js';
import { nexconnApi } from '../nexconn-api.js';
import type { Operation } from '../table-types.js';
import type { HttpRequest } from '../transport/transport.js';
import { writeParameters } from '../writers/write-parameters.js';
import { writeRequest } from './write-request.js';

const issue = nexconnApi.operations.find(({ operationId }) => operationId === 'issueAccessToken') as Operation;
const read: Operation = {
  ...issue,
  method: 'GET',
  path: '/v4/users/{userId}',
  body: null,
  write: writeParameters,
  parameters: [
    { name: 'userId', in: 'path', required: true },
    { name: 'fields', in: 'query', required: false },
    { name: 'X-Tenant', in: 'header', required: false },
  ],
};

const write = (operation: Operation, request: unknown, requestId?: string) =>
  writeRequest(operation, request, makeCall({ requestId }), makeSettings()) as HttpRequest;

describe('writeRequest', () => {
  it('writes the body as JSON, and names its type', () => {
    const written = write(issue, { userId: 'a1', name: 'Ada' }, 'r-1');
    expect(written).toEqual({
      method: 'POST',
      path: '/v4/auth/access-token/issue',
      origin: '',
      headers: { 'X-Request-ID': 'r-1', 'Content-Type': 'application/json' },
      body: '{"userId":"a1","name":"Ada"}',
    });
  });

  it('puts parameters where the document has them, encoded', () => {
    const written = write(read, { userId: 'a/1 ä', fields: ['name', 'b&c'], 'X-Tenant': 'x' });
    expect(written.path).toBe('/v4/users/a%2F1%20%C3%A4?fields=name&fields=b%26c');
    expect(written).toMatchObject({ method: 'GET', body: null, headers: { 'X-Tenant': 'x' } });
    expect(written.headers).not.toHaveProperty('Content-Type');
  });

  it.each([undefined, null])('leaves out a header and a query parameter that are %s', (value) => {
    const written = write(read, { userId: 'a1', fields: value, 'X-Tenant': value });
    expect(written.path).toBe('/v4/users/a1');
    expect(Object.keys(written.headers)).toEqual(['X-Request-ID']);
  });

  it('takes the request ID of the call before that of the request, and a new UUID for want of both', () => {
    const request = { userId: 'a1', name: 'Ada', 'X-Request-ID': 'r-2' };
    expect(write(issue, request, 'r-1').headers['X-Request-ID']).toBe('r-1');
    expect(write(issue, request).headers['X-Request-ID']).toBe('r-2');
    expect(write(issue, { userId: 'a1', name: 'Ada' }).headers['X-Request-ID']).toMatch(/^[\da-f-]{36}$/);
  });

  it('remembers on the call which request ID was sent', () => {
    const call = makeCall();
    const { headers } = writeRequest(issue, { userId: 'a1', name: 'Ada' }, call, makeSettings()) as HttpRequest;
    expect(call.requestId).toBe(headers['X-Request-ID']);
  });

  it.each([
    ['a field that is too long', { userId: 'a'.repeat(65), name: 'Ada' }, 'userId'],
    ['nothing', undefined, ''],
    ['a request ID that is too long', { userId: 'a1', name: 'Ada', 'X-Request-ID': 'r'.repeat(37) }, 'X-Request-ID'],
  ])('refuses %s', (_, request, field) => {
    expect(() => write(issue, request)).toThrow(
      expect.objectContaining({ code: 'INVALID_REQUEST', issues: [expect.objectContaining({ field })] }),
    );
  });
});
