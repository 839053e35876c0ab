import { TokenServiceError } from '@nexconn-kit/token-service';
import { expect, it } from 'vitest';
import { unreadable } from '../../../../test/support/unreadable.js';
import { withTimeout } from '../with-timeout.js';
import { createLog, logClientEvent, logFailure, logServiceEvent } from './log.js';

function linesOf(code: 'QUEUE_FULL' | 'TRY_LATER', level: string): string[] {
  const lines: string[] = [];
  const log = createLog({ write: (line: string) => lines.push(line) > 0 }, level);
  const error = new TokenServiceError('Later.', { code, retryAfterMs: 1000 });
  logServiceEvent(log, { type: 'issue-failed', userId: 'u1', reason: 'first', error });
  logFailure(log, { code: 'TRY_LATER', status: 503, userId: 'u1', error });
  return lines.map((line) => JSON.parse(line).level);
}

it('a crowd that is sent away for a while writes no line of trouble for each', () => {
  expect(linesOf('QUEUE_FULL', 'info')).toEqual([]);
  expect(linesOf('QUEUE_FULL', 'debug')).toEqual(['debug', 'debug']);
});

it('any other failure is a warning, and an error where a user gets no token', () => {
  expect(linesOf('TRY_LATER', 'info')).toEqual(['warn', 'error']);
});

it('a time-out is logged with its code and with what timed out', async () => {
  const lines: string[] = [];
  const log = createLog({ write: (line: string) => lines.push(line) > 0 });
  const error = await withTimeout(new Promise(() => {}), 1, 'The store is still closing.').catch((thrown) => thrown);
  log.warn({ error }, 'store not closed');
  expect(JSON.parse(lines.join('')).error).toEqual({ code: 'TIMED_OUT', message: 'The store is still closing.' });
});

it('an error on which a client has hung a secret is told by its code, without the secret', () => {
  const lines: string[] = [];
  const log = createLog({ write: (line: string) => lines.push(line) > 0 });
  log.warn({ error: Object.assign(new Error('no'), { code: '28P01', password: 'p1' }) }, 'store does not answer');
  expect(JSON.parse(lines.join('')).error).toMatchObject({ code: '28P01' });
  expect(lines.join('')).not.toContain('p1');
});

it.each([
  ['Connection terminated unexpectedly', 'CONNECTION_LOST'],
  ['timeout exceeded when trying to connect', 'TIMED_OUT'],
  ['Socket closed unexpectedly', 'SocketClosedUnexpectedlyError'],
  ['disk I/O error', 'SQLITE_IOERR'],
])('an error without a code, "%s", is told by one and a remedy', (text, code) => {
  const lines: string[] = [];
  const log = createLog({ write: (line: string) => lines.push(line) > 0 });
  log.warn({ error: new Error(text) }, 'store connection in trouble');
  expect(JSON.parse(lines.join('')).error).toEqual({ code, message: expect.stringMatching(/^(Check|It|The) .*\.$/) });
});

it('values of secret fields are redacted down to the third level, in lists as well, and the rest stays as it is', () => {
  const lines: string[] = [];
  const log = createLog({ write: (line: string) => lines.push(line) > 0 }, 'info', () => ({ Cookie: 'c0' }));
  const given = { token: 't1', a: { password: 'p1', b: { Authorization: 'a1', c: 7 } }, d: [{ jwt: 'j1' }, 'e', null] };
  const at = new Date(0);
  log.info({ ...given, at, status: 200 }, 'answered');
  expect(JSON.parse(lines.join(''))).toMatchObject({
    Cookie: '[redacted]',
    token: '[redacted]',
    a: { password: '[redacted]', b: { Authorization: '[redacted]', c: 7 } },
    d: [{ jwt: '[redacted]' }, 'e', null],
    at: at.toISOString(),
    status: 200,
  });
  expect(given.a.password).toBe('p1');
});

it('the limit in force is told: a warning where it is that of another instance', () => {
  const lines: string[] = [];
  const log = createLog({ write: (line: string) => lines.push(line) > 0 });
  const event = { type: 'rate-limit', operationId: 'issueAccessToken', ownPerSecond: 200 } as const;
  logClientEvent(log, { ...event, perSecond: 50 });
  logClientEvent(log, { ...event, perSecond: 200 });
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { level: 'warn', operationId: 'issueAccessToken', perSecond: 50, ownPerSecond: 200 },
    { level: 'info', perSecond: 200 },
  ]);
});

it.each(unreadable)('an error with %s is logged as one all the same', (_what, make) => {
  const lines: string[] = [];
  const log = createLog({ write: (line: string) => lines.push(line) > 0 });
  log.warn({ error: make() }, 'store does not answer');
  expect(JSON.parse(lines.join('')).error).toMatchObject({ message: expect.any(String) });
});
