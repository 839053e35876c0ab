import { expect, it } from 'vitest';
import { requestLine } from './request-line.js';
import { readTerminal } from './terminal.js';

const at = new Date(2026, 10, 27, 9, 4, 11, 20);
const pipe = readTerminal({ write() {} }, {});
const terminal = (columns: number) => readTerminal({ write() {}, isTTY: true, columns }, { NO_COLOR: '1' });
const issue = { method: 'POST', path: '/v4/auth/access-token/issue', status: 200, durationMs: 1.6, userId: 'ada' };

it('lines of one form stand below each other', () => {
  const lines = [
    requestLine({ method: 'POST', path: '/access-token', status: 200, durationMs: 12.3, userId: 'ada' }, at, pipe),
    requestLine(issue, at, pipe),
    requestLine({ status: 400, durationMs: 0 }, at, pipe),
  ];
  expect(lines).toEqual([
    '09:04:11.020  POST /access-token                200     12 ms  ada',
    '09:04:11.020  POST /v4/auth/access-token/issue  200      2 ms  ada',
    '09:04:11.020  - -                               400      0 ms',
  ]);
});

it('why a request was refused stands below it, wrapped', () => {
  const reason =
    'The signature does not match. It was made with the App Secret before the rotation, or with another nonce.';
  const lines = requestLine({ ...issue, status: 401, reason }, at, pipe).split('\n');
  expect(lines.slice(1).join(' ').replaceAll(/ +/g, ' ').trim()).toBe(reason);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
});

it('the business code and the fault of an answer stand before the reason', () => {
  const below = (facts: object) =>
    requestLine({ ...issue, ...facts }, at, pipe)
      .split('\n')
      .slice(1)
      .join('|')
      .trim();
  expect(below({ status: 401, code: 1004, reason: 'The signature does not match.' })).toBe(
    'code 1004: The signature does not match.',
  );
  expect(below({ status: 503, fault: 'html' })).toBe('fault html');
  expect(below({ status: 200, code: 1050, fault: 'code' })).toBe('code 1050, fault code');
  expect(below({ code: 0 })).toBe('');
});

it.each([40, 80, 200])('a terminal of %i columns has each request in one line', (columns) => {
  const line = requestLine({ ...issue, userId: 'u'.repeat(300) }, at, terminal(columns));
  expect(line).toHaveLength(columns);
  expect(line.endsWith('…')).toBe(true);
});

it('what is not a terminal gets all of it', () => {
  expect(requestLine({ ...issue, userId: 'u'.repeat(300) }, at, pipe)).toContain('u'.repeat(300));
});

it('the status has a colour on a terminal, and nothing of a caller steers it', () => {
  const coloured = readTerminal({ write() {}, isTTY: true, columns: 120 }, {});
  expect(requestLine({ ...issue, status: 503, userId: '\x1b[2J' }, at, coloured)).toBe(
    '09:04:11.020  POST /v4/auth/access-token/issue  \x1b[31m503\x1b[39m      2 ms  \\x1b[2J',
  );
});
