import { errorCatalogue } from '@nexconn-kit/contract';
import { describe, expect, it } from 'vitest';
import { failureOf, makeClient, path, request } from '../../test/support/make-client.js';
import { json, startServer } from '../../test/support/start-server.js';
import {
  NexconnAuthenticationError,
  NexconnRateLimitError,
  NexconnRequestError,
  NexconnResponseError,
  NexconnServiceError,
  NexconnServiceNotEnabledError,
  NexconnUserLimitError,
} from '../index.js';

const documented = [
  [400, 400, NexconnRequestError, 'REQUEST_REJECTED'],
  [400, 1002, NexconnRequestError, 'REQUEST_REJECTED'],
  [400, 1003, NexconnRequestError, 'REQUEST_REJECTED'],
  [400, 1005, NexconnRequestError, 'REQUEST_REJECTED'],
  [401, 1001, NexconnAuthenticationError, 'CREDENTIALS_REJECTED'],
  [401, 1004, NexconnAuthenticationError, 'SIGNATURE_REJECTED'],
  [401, 1006, NexconnAuthenticationError, 'APP_UNAVAILABLE'],
  [401, 1007, NexconnAuthenticationError, 'CALL_RESTRICTED'],
  [403, 2007, NexconnUserLimitError, 'USER_LIMIT_REACHED'],
  [404, 404, NexconnRequestError, 'REQUEST_REJECTED'],
  [405, 1007, NexconnRequestError, 'REQUEST_REJECTED'],
  [429, 1008, NexconnRateLimitError, 'RATE_LIMITED'],
  [430, 1009, NexconnServiceNotEnabledError, 'SERVICE_NOT_ENABLED'],
  [500, 1000, NexconnServiceError, 'SERVICE_FAILED'],
  [504, 1050, NexconnServiceError, 'SERVICE_FAILED'],
] as const;

const undocumented = [
  [200, 1008, NexconnRateLimitError, 'RATE_LIMITED'],
  [200, 1004, NexconnAuthenticationError, 'SIGNATURE_REJECTED'],
  [200, 4711, NexconnResponseError, 'UNEXPECTED_RESPONSE'],
  [400, 4711, NexconnRequestError, 'REQUEST_REJECTED'],
  [401, 4711, NexconnAuthenticationError, 'UNAUTHORIZED'],
  [418, 4711, NexconnRequestError, 'REQUEST_REJECTED'],
  [429, 4711, NexconnRateLimitError, 'RATE_LIMITED'],
  [503, 4711, NexconnServiceError, 'SERVICE_FAILED'],
] as const;

it('has a row for every code of the catalogue', () => {
  const codes = new Set(documented.map(([, apiCode]) => apiCode as number));
  expect(Object.values(errorCatalogue).map(({ code }) => code)).toEqual(expect.arrayContaining([...codes]));
  expect(Object.values(errorCatalogue).filter(({ code }) => !codes.has(code))).toEqual([]);
});

describe.each([...documented, ...undocumented])('HTTP %d with code %d', (status, apiCode, type, code) => {
  const body = { code: apiCode, errorMessage: 'In the words of the API.', extra: true };

  it(`throws ${code} from the named method`, async () => {
    await using server = await startServer(json(status, body));
    const failure = await failureOf(makeClient(server.url).issueAccessToken(request));
    expect(failure).toBeInstanceOf(type);
    expect(failure.name).toBe(type.name);
    expect(failure).toMatchObject({ code, apiCode, status, operationId: 'issueAccessToken' });
    expect(failure.requestId).toBe(server.received[0]?.headers['x-request-id']);
    for (const part of ['issueAccessToken', apiCode, status, 'In the words of the API.']) {
      expect(failure.message).toContain(String(part));
    }
  });

  it('is the error of client.http, with its response', async () => {
    await using server = await startServer(json(status, body));
    const { data, error, response } = await makeClient(server.url).http.POST(path, { body: request });
    expect({ data, error, status: response.status }).toEqual({ data: undefined, error: body, status });
  });
});

it('says meaning and remedy out of the catalogue', async () => {
  const { code, meaning, remedy } = errorCatalogue.UserLimitReached;
  await using server = await startServer(json(403, { code, errorMessage: '' }));
  const failure = await failureOf(makeClient(server.url).issueAccessToken(request));
  expect(failure.message).toContain(`${meaning} ${remedy}`);
});

it('takes what is retryable from the catalogue, and from the status for a code that is not in it', async () => {
  const retryable = async (status: number, code: number) => {
    await using server = await startServer(json(status, { code, errorMessage: '' }));
    return (await failureOf(makeClient(server.url).issueAccessToken(request))).retryable;
  };
  for (const entry of Object.values(errorCatalogue)) {
    expect(await retryable(entry.httpStatus, entry.code)).toBe(entry.retryable);
  }
  expect(await retryable(503, 4711)).toBe(true);
  expect(await retryable(400, 4711)).toBe(false);
});

it('does not take HTTP 500 with code 0 for a success', async () => {
  await using server = await startServer(json(500, { code: 0, result: { userId: 'a', accessToken: 'b' } }));
  const failure = await failureOf(makeClient(server.url).issueAccessToken(request));
  expect(failure).toMatchObject({ code: 'SERVICE_FAILED', status: 500 });
});

it('quotes the API on one line and briefly', async () => {
  const errorMessage = `a\r\n\u001b[31mb\u2028${'c'.repeat(5000)}`;
  await using server = await startServer(json(400, { code: 1002, errorMessage }));
  const { message } = await failureOf(makeClient(server.url).issueAccessToken(request));
  expect(message).toContain('"a [31mb ccc');
  expect(message.length).toBeLessThan(600);
});

it('tolerates an error without a message, and one whose message is no text', async () => {
  for (const body of [{ code: 1002 }, { code: 1002, errorMessage: { a: 1 } }]) {
    await using server = await startServer(json(400, body));
    expect((await failureOf(makeClient(server.url).issueAccessToken(request))).apiCode).toBe(1002);
  }
});
