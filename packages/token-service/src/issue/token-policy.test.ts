import { describe, expect, it } from 'vitest';
import type { StoredToken } from '../types.js';
import { ageOf, type JudgeContext, judgeToken, secretInForce } from './token-policy.js';

const issuedAt = Date.parse('2026-01-01T00:00:00Z');
const validityMs = 1_000_000;
const secretIds = { inForce: 's1', all: ['s1', 's2'] };
const ada = { userId: 'ada', name: 'Ada' };
const token: StoredToken = {
  userId: 'ada',
  name: 'Ada',
  avatarUrl: '',
  accessToken: 'a',
  secretId: 's1',
  issuedAt,
};

function judge(change: Partial<StoredToken> = {}, context: Partial<JudgeContext> & { age?: number } = {}) {
  const { age = 0, ...more } = context;
  const user = { ...ada, userId: change.userId ?? 'ada' };
  const entry = { token: { ...token, ...change }, currentSecret: undefined };
  return judgeToken(entry, user, { secretIds, validityMs, now: issuedAt + age, ...more });
}

describe('a stored token is renewed early', () => {
  const users = Array.from({ length: 2000 }, (_, index) => `user${index}`);
  const shareAt = (part: number) => {
    const renewed = users.filter((userId) => {
      const verdict = judge({ userId }, { age: validityMs * part });
      return verdict.token !== undefined && verdict.renewal === 'early';
    });
    return renewed.length / users.length;
  };

  it.each([
    [0.7499, 0, 0],
    [0.76, 0.03, 0.11],
    [0.825, 0.44, 0.56],
    [0.89, 0.89, 0.97],
    [0.9, 1, 1],
  ])('of %d of its life, at a point of its own', (part, least, most) => {
    const share = shareAt(part);
    expect(share).toBeGreaterThanOrEqual(least);
    expect(share).toBeLessThanOrEqual(most);
  });

  it.each([
    ['ada', 0.8864987491630019],
    ['bob', 0.7734615971334279],
    ['Zo\u00eb\u{1f600}', 0.8381955846212804],
    ['u'.repeat(64), 0.780573623185046],
  ])('at the same part of its life on every instance, whatever its version: %s at %d', (userId, renewedAt) => {
    const isRenewed = (age: number) => {
      const verdict = judge({ userId, issuedAt: 0 }, { now: age, validityMs: 1 });
      return verdict.token !== undefined && verdict.renewal === 'early';
    };
    let [before, after] = [0.5, 1 - 2 ** -53];
    for (let middle = 0; middle !== (before + after) / 2; ) {
      middle = (before + after) / 2;
      if (isRenewed(middle)) after = middle;
      else before = middle;
    }
    expect(after).toBe(renewedAt);
  });

  it('never where tokens have no end', () => {
    expect(judge({}, { age: 1e12, validityMs: undefined })).toEqual({ token, renewal: undefined });
  });
});

describe('a stored token is in the way of a new one', () => {
  it.each<[string, Partial<StoredToken>, Partial<JudgeContext> & { age?: number }, string | undefined]>([
    ['of a secret that is not in force', { secretId: 's2' }, {}, 'secret'],
    ['that was rejected', {}, { rejectedToken: 'a' }, 'rejected'],
    ['where another one was rejected', {}, { rejectedToken: 'b' }, undefined],
    ['at its end', {}, { age: validityMs }, 'expired'],
    ['a moment before it', {}, { age: validityMs - 1 }, undefined],
    ['without an avatar, as with an empty one', { avatarUrl: '' }, {}, undefined],
    ['a minute from the future', {}, { age: -60_000 }, undefined],
    ['from further ahead', {}, { age: -60_001 }, 'expired'],
    ['from further ahead, where tokens have no end', {}, { age: -60_001, validityMs: undefined }, undefined],
    ['with another name', { name: 'Grace' }, {}, 'changed'],
    ['with another avatar', { avatarUrl: 'https://a.example/b.png' }, {}, 'changed'],
  ])('%s', (_what, change, context, reason) => {
    const verdict = judge(change, context);
    expect('reason' in verdict ? verdict.reason : undefined).toBe(reason);
    expect(verdict.token === undefined).toBe(reason !== undefined);
    // The chat server takes a token whose user has another name by now.
    expect('fallback' in verdict).toBe(reason === 'changed');
  });

  it('as the first is where there is none', () => {
    const context = { secretIds, validityMs, now: issuedAt };
    expect(judgeToken({ token: undefined, currentSecret: undefined }, ada, context)).toMatchObject({ reason: 'first' });
  });
});

it.each([
  ['s1', undefined, 's1'],
  ['s1', 's2', 's2'],
  ['s2', 's1', 's2'],
  ['s1', 's1', 's1'],
  ['s1', 'of another fleet', undefined],
])('where the client takes %s and the fleet has seen %s, %s is in force', (inForce, seen, expected) => {
  expect(secretInForce({ inForce, all: ['s1', 's2'] }, seen)).toBe(expected);
});

it('where there are three, the latest that either has seen is in force', () => {
  const all = ['s1', 's2', 's3'];
  expect(secretInForce({ inForce: 's2', all }, 's3')).toBe('s3');
  expect(secretInForce({ inForce: 's3', all }, 's2')).toBe('s3');
  expect(secretInForce({ inForce: 's1', all }, 's1')).toBe('s1');
});

it.each([
  [1_500, 500],
  [1_000, 0],
  [999, 0],
])('a token that was issued at 1000 is at %i, in milliseconds, %i old', (now, age) => {
  expect(ageOf({ issuedAt: 1_000 }, now)).toBe(age);
});
