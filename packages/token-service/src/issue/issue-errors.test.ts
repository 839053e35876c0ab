import { describe, expect, it } from 'vitest';
import { unreadable } from '../../../../test/support/unreadable.js';
import { TokenServiceError } from '../errors.js';
import { toProblem } from '../handler/problem.js';
import { createFailureReport } from '../handler/report-failures.js';
import {
  coolDownError,
  foreignResultError,
  issueError,
  secretIdsError,
  storeError,
  unreadableError,
  waitError,
} from './issue-errors.js';

const ofClient = (name: string, code: string, more: object) => Object.assign(new Error('No.'), { name, code, ...more });
const wrongSecret = ofClient('NexconnAuthenticationError', 'SIGNATURE_REJECTED', { retryable: false });
const away = ofClient('NexconnError', 'NETWORK', { retryable: true });
const full = ofClient('NexconnRateLimitError', 'QUEUE_TOO_LONG', { retryable: true, retryAfterMs: 700 });
const limited = ofClient('NexconnRateLimitError', 'RATE_LIMITED', { retryable: true });
const busy = ofClient('NexconnApiError', 'BUSY', { retryable: true, retryAfterMs: 700 });

it.each([
  [wrongSecret, { code: 'ISSUE_FAILED', retryAfterMs: undefined, apiError: wrongSecret, cause: wrongSecret }],
  [away, { code: 'TRY_LATER', retryAfterMs: 2_000, apiError: away, cause: away }],
  [full, { code: 'QUEUE_FULL', retryAfterMs: 700, apiError: undefined, cause: full }],
  [limited, { code: 'TRY_LATER', retryAfterMs: 2_000, apiError: limited }],
  // The time of a busy API is no place in the queue.
  [busy, { code: 'TRY_LATER', retryAfterMs: 2_000, apiError: busy }],
  [new Error('Lost.'), { code: 'ISSUE_FAILED', retryAfterMs: undefined, apiError: undefined }],
])('%s is told as what it means for the caller', (error, expected) => {
  expect(issueError(error)).toMatchObject({ name: 'TokenServiceError', ...expected });
  if ('code' in error && expected.code !== 'QUEUE_FULL') expect(issueError(error).message).toContain(error.code);
});

it.each([
  new TokenServiceError('Later.', { code: 'TRY_LATER' }),
  ofClient('NexconnRequestError', 'INVALID_REQUEST', { retryable: false }),
])('%s says it already, and stays itself', (error) => {
  expect(issueError(error)).toBe(error);
});

it('the failure of a store has its code and its remedy in the message, else what to look at', () => {
  const message = (cause: unknown) => storeError(cause).message;
  expect(message(Object.assign(new Error('x'), { code: '28P01' }))).toMatch(
    / \(28P01\)\. Check its user and password\.$/,
  );
  expect(message(Object.assign(new Error('x'), { code: 'XX000' }))).toMatch(/failed \(XX000\)\. Try again later/);
  expect(message(new Error('x'))).toMatch(/failed\. Try again later/);
});

it('the cause of a failed store is a copy without what its client has hung on it, or an error of the service as it is', () => {
  const cause = Object.assign(new Error('refused'), { command: { args: ['the token'] } });
  const error = storeError(cause);
  expect(error.cause).toMatchObject({ message: 'refused' });
  expect(error.cause).not.toHaveProperty('command');
  const own = new TokenServiceError('The file is in use.', { code: 'STORE_FAILED' });
  expect(storeError(own).cause).toBe(own);
  expect(storeError(own).message).toBe('The token store failed. The file is in use.');
  expect(storeError(unreadableError())).toMatchObject({ code: 'STORE_FAILED', retryAfterMs: 2_000 });
});

it('App Secrets that nobody tells are trouble that passes, with a cause of which nothing is left that may be secret', () => {
  const error = secretIdsError(Object.assign(new Error('The vault is sealed.'), { secret: 'x' }));
  expect(error).toMatchObject({ name: 'TokenServiceError', code: 'TRY_LATER', retryAfterMs: 2_000 });
  expect(error.cause).toMatchObject({ message: 'The vault is sealed.' });
  expect(error.cause).not.toHaveProperty('secret');
});

it('a result of somebody else, and a token under another key, are told as such', () => {
  expect(foreignResultError()).toMatchObject({ name: 'TokenServiceError', code: 'ISSUE_FAILED' });
  expect(unreadableError()).toBeInstanceOf(Error);
});

it('whoever waits in vain, or too soon, learns for how long', () => {
  expect(waitError(1_234)).toMatchObject({
    code: 'TRY_LATER',
    retryAfterMs: 2_000,
    message: expect.stringMatching('1234 ms'),
  });
  expect(coolDownError(4_321)).toMatchObject({ code: 'COOLING_DOWN', retryAfterMs: 4_321 });
  expect(coolDownError(4_321).message).toContain('4321 ms');
});

describe.each(unreadable)('what is thrown with %s', (_what, make) => {
  it('by a store is a failure of the store', () => {
    expect(storeError(make())).toMatchObject({ code: 'STORE_FAILED' });
  });

  it('by a client is one of the client', () => {
    expect(issueError(make())).toMatchObject({ code: 'ISSUE_FAILED' });
  });

  it('by a provider of App Secrets is one of the provider', () => {
    expect(secretIdsError(make())).toMatchObject({ code: 'TRY_LATER' });
  });

  it('is answered as a failure of the server, and reported', () => {
    const lines: string[] = [];
    const report = createFailureReport({ write: (line) => void lines.push(line) });
    const { code, status, cause } = toProblem(make());
    report({ code, status, error: cause } as never);
    expect([code, lines.length]).toEqual(['INTERNAL_ERROR', 1]);
  });
});
