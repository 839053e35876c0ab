import { signRequest } from '@nexconn-kit/signing';
import { expect, test } from 'vitest';
import { createMock } from '../create-mock.js';
import type { Mock, MockOptions } from '../types.js';
import type { ServiceRules } from './rules.js';

const nowMs = 1_700_000_000_000;

interface Sent {
  readonly body?: object;
  readonly offsetMs?: number;
  readonly nonce?: string;
  readonly change?: (signature: string) => string;
}

/** Sends a request to issue a token, and returns status, code and the rest. */
async function send(mock: Mock, { body = {}, offsetMs = 0, nonce, change = (same) => same }: Sent = {}) {
  const sources = { now: () => nowMs + offsetMs, ...(nonce !== undefined && { nonce: () => nonce }) };
  const { Signature, ...others } = signRequest(mock, sources) as Record<string, string>;
  const response = await mock.fetch(
    new Request('http://mock/v4/auth/access-token/issue', {
      method: 'POST',
      headers: { ...others, Signature: change(Signature ?? ''), 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    }),
  );
  const answer = (await response.json()) as { code: number };
  return { status: response.status, code: answer.code, answer, retryAfter: response.headers.get('retry-after') };
}

const make = (rules: ServiceRules, options: MockOptions = {}): Mock =>
  createMock({ now: () => nowMs, ...options, rules });
const good = { userId: 'ada1', name: 'Ada' };

test('the clock window may reach less far to one side', async () => {
  const mock = make({ clockToleranceAheadMs: 1000 }, { clockToleranceMs: 60_000 });
  const codes = [];
  for (const offsetMs of [-60_001, -60_000, 0, 1000, 1001]) codes.push((await send(mock, { offsetMs })).code);
  expect(codes).toEqual([1004, 1002, 1002, 1002, 1004]);
});

test.each([
  ['refuse', [1002, 1004, 1004]],
  ['refuse-identical', [1002, 1002, 1004]],
  ['allow', [1002, 1002, 1002]],
] as const)('a nonce that comes again, with nonceReplay %s', async (nonceReplay, expected) => {
  const mock = make({}, { nonceReplay });
  const first = await send(mock, { nonce: '1' });
  const later = await send(mock, { nonce: '1', offsetMs: 5 });
  const same = await send(mock, { nonce: '1' });
  expect([first.code, later.code, same.code]).toEqual(expected);
});

test('a signature in upper-case hex is accepted where the rules say so', async () => {
  const change = (signature: string) => signature.toUpperCase();
  expect((await send(make({}), { change })).code).toBe(1004);
  expect((await send(make({ upperCaseSignature: 'allow' }), { change })).code).toBe(1002);
});

test.each([
  ['sliding', [0, 600, 601, 1000, 1001, 1600], [true, true, false, true, false, true]],
  ['fixed', [0, 600, 601, 1000, 1001, 1002], [true, true, false, true, true, false]],
  ['bucket', [0, 1, 2, 501, 502, 1002], [true, true, false, true, false, true]],
] as const)('a %s window of two a second', async (rateWindow, times, admitted) => {
  let now = nowMs;
  const mock = make({ rateWindow }, { rateLimit: 2, now: () => now });
  const codes = [];
  for (const time of times) {
    now = nowMs + time;
    codes.push((await send(mock)).code !== 1008);
  }
  expect(codes).toEqual(admitted);
});

test.each([
  [{ retryAfter: 'none' }, null],
  [{ retryAfter: 'date' }, new Date(nowMs + 1000).toUTCString()],
  [{ rateWindowSeconds: 30 }, '30'],
  [{}, '1'],
] as const)('with %j a refusal of the limit says %j', async (rules, expected) => {
  const mock = make(rules, { rateLimit: 1 });
  await send(mock);
  expect((await send(mock)).retryAfter).toBe(expected);
});

test('errors have the status and the field that the rules say', async () => {
  const mock = make({ errorStatuses: { 1002: 200 }, errorMessageField: 'message' });
  const { status, answer } = await send(mock);
  expect([status, answer]).toEqual([200, { code: 1002, message: expect.any(String) }]);
  expect((await send(mock, { change: () => '' })).status).toBe(401);
});

test.each<[ServiceRules, object, number]>([
  [{}, { avatarUrl: '' }, 0],
  [{ emptyAvatarUrl: 'refuse' }, { avatarUrl: '' }, 1002],
  [{}, { name: '🙂'.repeat(64) }, 0],
  [{ nameLengthUnit: 'utf-16' }, { name: '🙂'.repeat(33) }, 1005],
  [{ nameLengthUnit: 'utf-16' }, { name: 'é'.repeat(64) }, 0],
  [{ nameLengthUnit: 'bytes' }, { name: 'é'.repeat(33) }, 1005],
  [{ unlimitedFields: ['name'] }, { name: 'a'.repeat(65) }, 0],
  [{ unlimitedFields: ['userId', 'avatarUrl'] }, { userId: 'a'.repeat(65), avatarUrl: 'a'.repeat(1025) }, 0],
  [{ unlimitedFields: ['name'] }, { userId: 'a'.repeat(65) }, 1005],
])('with %j the body %j is answered %i', async (rules, body, code) => {
  expect((await send(make(rules), { body: { ...good, ...body } })).code).toBe(code);
});

test.each<[object, string]>([
  [{ rateWindow: 'leaky' }, 'rules.rateWindow is none of "sliding", "fixed", "bucket"'],
  [{ ratewindow: 'fixed' }, 'rules.ratewindow is no option. Did you mean rateWindow?'],
  [{ errorStatuses: { 1004: 99 } }, 'rules.errorStatuses.1004 is 99'],
  [{ errorStatuses: { code: 200 } }, 'rules.errorStatuses has a name that is no code'],
  [{ errorMessageField: '__proto__' }, 'rules.errorMessageField is no name'],
  [{ unlimitedFields: ['id'] }, 'rules.unlimitedFields is none of'],
  [{ keepAliveTimeoutMs: -1 }, 'rules.keepAliveTimeoutMs is -1'],
])('%j is refused', (rules, message) => {
  expect(() => createMock({ rules } as MockOptions)).toThrow(message);
});
