import { expect, test } from 'vitest';
import { clientOptionsOf, mockOptionsOf, type ProfileAnswers, readProfile, type ServiceProfile } from './profile.js';

const profile: ServiceProfile = {
  version: 1,
  madeAt: '2026-01-31T12:00:00.000Z',
  server: 'https://api.sg-light-api.com',
  appKeyEnd: 'xlx2',
  answers: {},
};
const withAnswers = (answers: object) => ({ ...profile, answers: answers as ProfileAnswers });

test('a profile without answers leaves a mock as it is', () => {
  expect(mockOptionsOf(readProfile(profile))).toEqual({ rules: {} });
  expect(clientOptionsOf(profile)).toEqual({});
});

test('the answers are options of a mock', () => {
  const answers: ProfileAnswers = {
    clockToleranceMs: { behind: 60_000, ahead: null },
    nonceReplay: 'refuse-identical',
    rateLimit: 100,
    rateWindow: 'bucket',
    rateWindowSeconds: 10,
    userIdCharacters: '-_.',
    errorStatuses: { 1004: 200 },
  };
  const options = mockOptionsOf(readProfile({ ...withAnswers(answers), notKnown: {}, evidence: { any: 1 } }));
  expect(options).toEqual({
    clockToleranceMs: 60_000,
    nonceReplay: 'refuse-identical',
    rateLimit: 100,
    userIdPattern: /^[A-Za-z0-9\-_.]+$/,
    rules: { clockToleranceAheadMs: 1e12, rateWindow: 'bucket', rateWindowSeconds: 10, errorStatuses: { 1004: 200 } },
  });
  expect(clientOptionsOf(withAnswers(answers))).toEqual({
    userIdPattern: /^[A-Za-z0-9\-_.]+$/,
    rateLimit: { perSecond: 10 },
  });
});

test('no character of user IDs has a meaning of its own in the pattern', () => {
  const userIdCharacters = '\\]^-[';
  const { userIdPattern } = clientOptionsOf(withAnswers({ userIdCharacters }));
  for (const character of userIdCharacters) expect(userIdPattern?.test(`a${character}b`)).toBe(true);
  expect(userIdPattern?.test('a_b')).toBe(false);
});

test.each<[unknown, string]>([
  [null, 'profile is no object'],
  [[], 'profile is of type object'],
  [{ ...profile, version: 2 }, 'profile.version is 2. This mock reads version 1.'],
  [{ ...profile, version: '1' }, 'profile.version is missing'],
  [{ ...profile, server: 7 }, 'profile.server is of type number'],
  [{ ...profile, secret: 'x' }, 'profile.secret is no option'],
  [{ ...profile, answers: undefined }, 'profile.answers is of type undefined'],
  [withAnswers({ rateWindow: 'leaky' }), 'profile.answers.rateWindow is none of'],
  [withAnswers({ clockToleranceMs: 5 }), 'profile.answers.clockToleranceMs is of type number'],
  [withAnswers({ clockToleranceMs: { behind: -1, ahead: 0 } }), 'profile.answers.clockToleranceMs.behind is -1'],
  [withAnswers({ nonceReplay: 'maybe' }), 'profile.answers.nonceReplay is none of'],
  [withAnswers({ rateLimit: 0 }), 'profile.answers.rateLimit is 0'],
  [withAnswers({ userIdCharacters: 'ä' }), 'profile.answers.userIdCharacters is no text'],
  [withAnswers({ errorStatuses: { 1004: 1 } }), 'profile.answers.errorStatuses.1004 is 1'],
  [withAnswers({ keepAliveTimeoutMs: 1e9 }), 'profile.answers.keepAliveTimeoutMs is 1000000000'],
])('%j is refused', (value, message) => {
  expect(() => readProfile(value)).toThrow(message);
});
