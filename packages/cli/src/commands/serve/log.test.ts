import { TokenServiceError } from '@nexconn-kit/token-service';
import { expect, it } from 'vitest';
import { withTimeout } from '../../process/with-timeout.js';
import { createLog, logFailure, logServiceEvent } from './log.js';

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
