import { expect, it } from 'vitest';
import { createService } from './service.js';
import type { AppOptions } from './types.js';

const appKey = 'key1';
const hour = 3_600_000;

/** A service whose real time is `time.now`, with one app. */
function start(options: AppOptions = {}, time = { now: 1_000_000 }) {
  const service = createService({ apps: [{ appKey, appSecret: 'secret1', ...options }], now: () => time.now });
  let count = 0;
  const issue = (userId: string, more: { name?: string; avatarUrl?: string; appKey?: string } = {}) => {
    count += 1;
    const token = `token-${count}`;
    const { appKey: key = appKey, name = 'Ada', ...rest } = more;
    service.issue(key, { userId, name, ...rest }, token);
    return token;
  };
  const check = (token: string, key = appKey) => service.checkToken({ appKey: key, token }).code;
  return { ...service, issue, check, time };
}

function codeOf(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return (error as { code?: string; error?: string }).code ?? (error as { error?: string }).error;
  }
  return undefined;
}

it('registers a user by issuing, and overwrites name and avatar when it issues again', () => {
  const { issue, users } = start();
  issue('ada', { name: 'Ada', avatarUrl: 'http://e/1' });
  expect(users(appKey).users).toMatchObject([{ userId: 'ada', name: 'Ada', avatarUrl: 'http://e/1', tokenCount: 1 }]);
  issue('ada', { name: 'Countess', avatarUrl: '' });
  expect(users(appKey)).toEqual({ users: [{ userId: 'ada', name: 'Countess', tokenCount: 2, issuedAt: 1_000_000 }] });
});

it('forgets the avatar of a user where the next issue has none', () => {
  const { issue, users, snapshot, restore } = start();
  const first = { userId: 'ada', name: 'Ada', tokenCount: 1, issuedAt: 1_000_000 };
  issue('ada');
  expect(users(appKey).users).toStrictEqual([first]);
  const before = snapshot();
  issue('ada', { name: 'Countess', avatarUrl: 'http://e/1' });
  issue('ada', { name: 'Countess' });
  expect(users(appKey).users).toStrictEqual([{ ...first, name: 'Countess', tokenCount: 3 }]);
  restore(before);
  expect(users(appKey).users).toStrictEqual([first]);
});

it('keeps every token of a user valid, for ever', () => {
  const { issue, check, moveClock } = start();
  const tokens = [issue('ada'), issue('ada'), issue('bob')];
  moveClock({ byMs: 100 * 365 * 24 * hour });
  expect(tokens.map((token) => check(token))).toEqual([0, 0, 0]);
});

it('tells whose token it is', () => {
  const { issue, checkToken } = start();
  expect(checkToken({ appKey, token: issue('ada') })).toEqual({ code: 0, userId: 'ada', meaning: expect.any(String) });
});

it('answers as a client SDK is answered', () => {
  const { issue, check, updateApp, voidTokens } = start({ tokenValiditySeconds: 3600 });
  const token = issue('ada');
  expect([check('nonsense'), check(''), check(token, 'nobody')]).toEqual([31004, 31004, 31002]);
  updateApp(appKey, { suspended: true });
  expect(check(token)).toBe(31008);
  updateApp(appKey, { suspended: false });
  expect(check(token)).toBe(0);
  voidTokens(appKey);
  expect(check(token)).toBe(31004);
});

it('expires a token by the present validity, for tokens that were issued before it too', () => {
  const { issue, check, moveClock, updateApp, tokens } = start({ tokenValiditySeconds: 3600 });
  const token = issue('ada');
  expect(tokens(appKey).tokens).toMatchObject([{ issuedAt: 1_000_000, expiresAt: 1_000_000 + hour, valid: true }]);
  moveClock({ byMs: hour - 1 });
  expect(check(token)).toBe(0);
  moveClock({ byMs: 1 });
  expect([check(token), tokens(appKey).tokens[0]?.valid]).toEqual([31020, false]);
  updateApp(appKey, { tokenValiditySeconds: 7200 });
  expect(check(token)).toBe(0);
  updateApp(appKey, { tokenValiditySeconds: null });
  expect(tokens(appKey).tokens).toMatchObject([{ expiresAt: null, valid: true }]);
});

it('moves its clock by, to and back', () => {
  const { moveClock, now, time } = start();
  expect(moveClock({ byMs: 5 })).toEqual({ now: 1_000_005 });
  expect(moveClock({ toMs: 7 })).toEqual({ now: 7 });
  time.now += 3;
  expect(now()).toBe(10);
  expect(moveClock({ reset: true })).toEqual({ now: 1_000_003 });
  expect(codeOf(() => moveClock({ byMs: Number.NaN }))).toBe('INVALID_OPTION');
});

it.each([
  ['byMs', { byMs: Number.NaN }],
  ['byMs', { byMs: '5' as never }],
  ['toMs', { toMs: Number.POSITIVE_INFINITY }],
])('refuses to move its clock where %s is no time, and leaves it', (name, move) => {
  const { moveClock, now } = start();
  expect(() => moveClock(move)).toThrow(`The option ${name} is no time. Pass milliseconds.`);
  expect(now()).toBe(1_000_000);
});

it('voids every token at once when the secret is rotated', () => {
  const { issue, check, rotateSecret, secretOf, app, users } = start();
  const old = issue('ada');
  const { appSecret } = rotateSecret(appKey);
  expect(secretOf(appKey)).toBe(appSecret);
  expect([check(old), app(appKey).tokenCount, users(appKey).users[0]?.tokenCount]).toEqual([31004, 0, 0]);
  const fresh = issue('ada');
  expect([check(old), check(fresh), users(appKey).users[0]?.tokenCount]).toEqual([31004, 0, 1]);
});

it('or when the new secret is first used, and then those that were issued in between too', () => {
  const { issue, check, rotateSecret, secretOf, app, requests } = start();
  const old = issue('ada');
  rotateSecret(appKey, { appSecret: 'secret2', takesEffect: 'on-first-use' });
  const between = issue('ada');
  expect([secretOf(appKey), app(appKey).rotationPending]).toEqual(['secret1', true]);
  expect([check(old), check(between)]).toEqual([0, 0]);
  requests.takeNextSecret(appKey);
  expect([secretOf(appKey), app(appKey).rotationPending]).toEqual(['secret2', false]);
  expect([check(old), check(between), check(issue('ada'))]).toEqual([31004, 31004, 0]);
});

it('takes 100 users in the development environment, and goes on issuing for them', () => {
  const { issue, users, updateApp } = start({ environment: 'development' });
  for (let user = 0; user < 100; user += 1) issue(`user${user}`);
  expect(codeOf(() => issue('one-more'))).toBe('UserLimitReached');
  issue('user7');
  expect(users(appKey, { limit: 1000 }).users).toHaveLength(100);
  updateApp(appKey, { environment: 'production' });
  issue('one-more');
});

it('limits requests for each app and operation, and says when to come again', () => {
  const { requests, createApp, updateApp, time } = start();
  createApp({ appKey: 'key2' });
  const limited = { operationId: 'a', rateLimit: { limit: 200, windowSeconds: 1, per: 'app-key' } };
  const admit = (key: string, operation = limited) => codeOf(() => requests.admit(key, operation));
  const many = (key: string, times: number) => Array.from({ length: times }, () => admit(key));
  expect(new Set(many(appKey, 200))).toEqual(new Set([undefined]));
  expect(admit(appKey)).toBe('RateLimitExceeded');
  expect(admit('key2')).toBe(undefined);
  expect(admit(appKey, { ...limited, operationId: 'b' })).toBe(undefined);
  expect(codeOf(() => requests.admit(appKey, { operationId: 'c', rateLimit: null }))).toBe(undefined);
  time.now += 999;
  expect(admit(appKey)).toBe('RateLimitExceeded');
  time.now += 1;
  expect(admit(appKey)).toBe(undefined);
  updateApp(appKey, { rateLimit: false });
  expect(new Set(many(appKey, 1000))).toEqual(new Set([undefined]));
  updateApp(appKey, { rateLimit: 2 });
  expect(many(appKey, 3)).toEqual([undefined, undefined, 'RateLimitExceeded']);
});

it('sends Retry-After in whole seconds, rounded up, where the window is longer', () => {
  const time = { now: 1_000_000 };
  const { requests } = start({}, time);
  const rateLimit = { limit: 1, windowSeconds: 60, scope: 'app' } as never;
  const operation = { operationId: 'a', rateLimit };
  requests.admit(appKey, operation);
  for (const [passedMs, seconds] of [
    [1, '60'],
    [17_499, '43'],
    [40_500, '2'],
    [999, '2'],
    [1, '1'],
  ] as const) {
    time.now += passedMs;
    const headers = { 'Retry-After': seconds };
    expect(() => requests.admit(appKey, operation)).toThrow(expect.objectContaining({ headers }));
  }
});

it('sends Retry-After of at least one second', () => {
  const { requests } = start({ rateLimit: 1 });
  const operation = { operationId: 'a', rateLimit: null };
  requests.admit(appKey, operation);
  expect(() => requests.admit(appKey, operation)).toThrow(expect.objectContaining({ headers: { 'Retry-After': '1' } }));
});

it('keeps apps apart', () => {
  const { issue, check, createApp, rotateSecret, reset, voidTokens, users } = start();
  createApp({ appKey: 'key2', environment: 'development', userLimit: 1 });
  const [one, two] = [issue('ada'), issue('ada', { appKey: 'key2' })];
  expect([check(one, 'key2'), check(two)]).toEqual([31004, 31004]);
  rotateSecret(appKey);
  expect([check(one), check(two, 'key2')]).toEqual([31004, 0]);
  voidTokens(appKey);
  reset(appKey);
  expect([users(appKey).users, check(two, 'key2')]).toEqual([[], 0]);
});

it('makes an app with a key and a secret of its own, which no view shows', () => {
  const { createApp, secretOf, apps } = start();
  const { appKey: made } = createApp();
  expect(made).toMatch(/^[0-9a-f]{12}$/);
  expect(secretOf(made)).toMatch(/^[0-9a-f]{16}$/);
  expect(JSON.stringify(apps())).not.toContain(secretOf(made));
  expect(codeOf(() => createApp({ appKey: made }))).toBe('APP_EXISTS');
});

it.each<[string, AppOptions]>([
  ['appKey', { appKey: 'a,b' }],
  ['appKey', { appKey: ' a' }],
  ['appKey', { appKey: 'a ' }],
  ['appKey', { appKey: '' }],
  ['appKey', { appKey: 7 as never }],
  ['appSecret', { appSecret: '' }],
  ['appSecret', { appSecret: 'a b' }],
  ['appSecret', { appSecret: 'ab\n' }],
  ['environment', { environment: 'staging' as 'production' }],
  ['tokenValiditySeconds', { tokenValiditySeconds: 0 }],
  ['tokenValiditySeconds', { tokenValiditySeconds: '60' as never }],
  ['rateLimit', { rateLimit: 0 }],
  ['rateLimit', { rateLimit: 1.5 }],
  ['rateLimit', { rateLimit: true as never }],
  ['userLimit', { userLimit: -1 }],
  ['userLimit', { userLimit: 1.5 }],
  ['userLimit', { userLimit: null as never }],
  ['suspended', { suspended: true } as AppOptions],
  ['name', { name: 'x' } as AppOptions],
])('refuses a bad %s by name, as in %j', (name, options) => {
  const message = expect.stringMatching(`^The option ${name} is `);
  expect(() => start().createApp(options)).toThrow(expect.objectContaining({ code: 'INVALID_OPTION', message }));
});

it.each([
  [{ rateLimit: 0 }, 'The option rateLimit is 0. Pass whole requests from 1 to 9007199254740991.'],
  [{ userLimit: -1 }, 'The option userLimit is -1. Pass whole users from 0 to 9007199254740991.'],
])('says of %j what may be passed', (options, message) => {
  expect(() => start().createApp(options)).toThrow(message);
});

it('takes the least and the most of each setting, when an app is made and afterwards', () => {
  const { createApp, updateApp } = start();
  const standard = { environment: 'production', tokenValiditySeconds: null, rateLimit: null, userLimit: 100 } as const;
  expect(createApp({ appKey: 'key2' })).toEqual({
    appKey: 'key2',
    ...standard,
    suspended: false,
    rotationPending: false,
    userCount: 0,
    tokenCount: 0,
  });
  const most = Number.MAX_SAFE_INTEGER;
  for (const settings of [
    { environment: 'development', tokenValiditySeconds: 0.001, rateLimit: 1, userLimit: 0 },
    { environment: 'production', tokenValiditySeconds: most, rateLimit: most, userLimit: most },
    { ...standard, rateLimit: false },
    standard,
  ] as const) {
    expect(createApp(settings)).toMatchObject(settings);
    expect(updateApp('key2', settings)).toMatchObject(settings);
    expect(updateApp('key2', {})).toMatchObject(settings);
  }
});

it.each([
  ['suspended', { suspended: 'no' as never }],
  ['environment', { environment: null as never }],
  ['appKey', { appKey: 'another' } as never],
])('refuses a bad change of %s by name, and changes nothing by it', (name, changes) => {
  const { updateApp, app } = start();
  const view = app(appKey);
  const message = expect.stringMatching(`^The option ${name} is `);
  expect(() => updateApp(appKey, { userLimit: 5, ...changes })).toThrow(
    expect.objectContaining({ code: 'INVALID_OPTION', message }),
  );
  expect(app(appKey)).toEqual(view);
});

it('takes as few users in the development environment as it is told, down to none', () => {
  const { issue, updateApp, users } = start({ environment: 'development', userLimit: 0 });
  expect(codeOf(() => issue('ada'))).toBe('UserLimitReached');
  updateApp(appKey, { userLimit: 1 });
  issue('ada');
  expect([codeOf(() => issue('ada')), codeOf(() => issue('bob'))]).toEqual([undefined, 'UserLimitReached']);
  expect(users(appKey).users.map(({ userId }) => userId)).toEqual(['ada']);
});

it('counts anew against a limit that was set again, and on after any other change', () => {
  const { requests, updateApp } = start({ rateLimit: 1 });
  const admit = () => codeOf(() => requests.admit(appKey, { operationId: 'a', rateLimit: null }));
  expect([admit(), admit()]).toEqual([undefined, 'RateLimitExceeded']);
  updateApp(appKey, { userLimit: 5 });
  expect(admit()).toBe('RateLimitExceeded');
  updateApp(appKey, { rateLimit: 1 });
  expect([admit(), admit()]).toEqual([undefined, 'RateLimitExceeded']);
});

it('refuses requests of a suspended app whatever its limit, and issues nothing for a removed one', () => {
  const { requests, updateApp, issue } = start({ rateLimit: false });
  updateApp(appKey, { suspended: true });
  const operation = { operationId: 'a', rateLimit: null };
  expect(codeOf(() => requests.admit(appKey, operation))).toBe('AppUnavailable');
  expect(codeOf(() => issue('ada', { appKey: 'removed' }))).toBe('AppUnavailable');
});

it('takes no secret where none waits', () => {
  const { issue, check, requests, secretOf, app } = start();
  const token = issue('ada');
  requests.takeNextSecret(appKey);
  expect([check(token), secretOf(appKey), app(appKey).rotationPending]).toEqual([0, 'secret1', false]);
});

it.each([
  ['takesEffect', { takesEffect: 'later' as never }],
  ['appSecret', { appSecret: 'a b' }],
  ['appSecret', { appSecret: 'secret1' }],
])('refuses a rotation with a bad %s by name', (name, options) => {
  const { rotateSecret, secretOf } = start();
  const message = expect.stringMatching(`^The option ${name} is `);
  expect(() => rotateSecret(appKey, options)).toThrow(expect.objectContaining({ code: 'INVALID_OPTION', message }));
  expect(secretOf(appKey)).toBe('secret1');
});

it('says so where there is no such app, without repeating the key', () => {
  const service = start();
  for (const action of ['app', 'secretOf', 'rotateSecret', 'users', 'tokens', 'voidTokens', 'reset'] as const) {
    expect(() => service[action]('kept-quiet')).toThrow(expect.objectContaining({ code: 'APP_NOT_FOUND' }));
    expect(() => service[action]('kept-quiet')).not.toThrow(/kept-quiet/);
  }
});

it('voids the tokens of some users, or those issued before a time', () => {
  const { issue, check, voidTokens, time, app } = start();
  const [ada, bob] = [issue('ada'), issue('bob')];
  time.now += 10;
  const later = issue('ada');
  expect(voidTokens(appKey, { userIds: ['ada', 'nobody'], issuedBefore: time.now })).toEqual({ voided: 1 });
  expect([check(ada), check(bob), check(later), app(appKey).tokenCount]).toEqual([31004, 0, 0, 2]);
  expect(voidTokens(appKey)).toEqual({ voided: 2 });
  expect(voidTokens(appKey)).toEqual({ voided: 0 });
});

it('lists users and tokens page by page', () => {
  const { issue, users, tokens } = start();
  for (let count = 0; count < 25; count += 1) issue(`user${count % 5}`);
  const seen: string[] = [];
  for (let after: string | undefined; ; ) {
    const page = tokens(appKey, { after, limit: 10 });
    seen.push(...page.tokens.map(({ tokenId }) => tokenId));
    after = page.next;
    if (after === undefined) break;
  }
  expect(new Set(seen).size).toBe(25);
  const own = tokens(appKey, { userId: 'user3', limit: 3 });
  expect(tokens(appKey, { userId: 'user3', after: own.next }).tokens).toHaveLength(2);
  expect(users(appKey, { limit: 2 }).next).toBe('user1');
  expect(users(appKey, { after: 'user1', limit: 3 }).users.map(({ userId }) => userId)).toEqual([
    'user2',
    'user3',
    'user4',
  ]);
  expect(users(appKey, { after: 'user1', limit: 3 })).not.toHaveProperty('next');
  expect(codeOf(() => users(appKey, { after: 'nobody' }))).toBe('INVALID_OPTION');
  expect(codeOf(() => users(appKey, { limit: 1001 }))).toBe('INVALID_OPTION');
});

it('lists the tokens of one user in pages, each behind a token of that user', () => {
  const { issue, tokens, time } = start();
  for (const userId of ['ada', 'bob', 'ada', 'bob', 'ada']) {
    issue(userId);
    time.now += 1;
  }
  const page = (options: Parameters<typeof tokens>[1]) => {
    const { tokens: listed, ...rest } = tokens(appKey, options);
    return [listed.map(({ issuedAt }) => issuedAt - 1_000_000), 'next' in rest];
  };
  const [first, other] = tokens(appKey).tokens.map(({ tokenId }) => tokenId);
  expect(page({ userId: 'ada' })).toEqual([[0, 2, 4], false]);
  expect(page({ userId: 'ada', limit: 2 })).toEqual([[0, 2], true]);
  expect(page({ userId: 'ada', limit: 2, after: first })).toEqual([[2, 4], false]);
  expect(page({ userId: 'nobody' })).toEqual([[], false]);
  expect(page({ limit: 5 })).toEqual([[0, 1, 2, 3, 4], false]);
  expect(page({ limit: 4 })).toEqual([[0, 1, 2, 3], true]);
  expect(page({ after: other })).toEqual([[2, 3, 4], false]);
  for (const options of [
    { userId: 'ada', after: other },
    { userId: 'nobody', after: first },
    { after: '0'.repeat(16) },
    { after: 'ada' },
  ]) {
    expect(() => tokens(appKey, options)).toThrow('The option after names no row.');
  }
});

it('shows a page of 100 rows where nothing else is said, and of 1,000 at most', () => {
  const { issue, users, tokens } = start();
  for (let user = 0; user < 1001; user += 1) issue(`user${user}`);
  const sizes = (limit?: number) => [users(appKey, { limit }).users.length, tokens(appKey, { limit }).tokens.length];
  expect([sizes(), sizes(1), sizes(1000)]).toEqual([
    [100, 100],
    [1, 1],
    [1000, 1000],
  ]);
  for (const limit of [0, 1.5, 1001]) {
    const message = `The option limit is ${limit}. Pass whole rows from 1 to 1000.`;
    expect(() => users(appKey, { limit })).toThrow(message);
    expect(() => tokens(appKey, { limit })).toThrow(message);
  }
});

it('keeps a count of tokens for each user through rotation and voiding', () => {
  const { issue, users, rotateSecret, voidTokens, app } = start();
  const counts = () => [users(appKey).users.map(({ tokenCount }) => tokenCount), app(appKey).tokenCount];
  for (const userId of ['ada', 'ada', 'bob']) issue(userId);
  expect(counts()).toEqual([[2, 1], 3]);
  voidTokens(appKey, { userIds: ['ada'] });
  expect(counts()).toEqual([[0, 1], 1]);
  issue('ada');
  rotateSecret(appKey);
  expect(counts()).toEqual([[0, 0], 0]);
  voidTokens(appKey);
  issue('bob');
  expect(counts()).toEqual([[0, 1], 1]);
});

it('counts the later of two equal tokens', () => {
  const { issue, users, app, checkToken } = createService({ apps: [{ appKey }] });
  issue(appKey, { userId: 'ada', name: 'Ada' }, 'same');
  issue(appKey, { userId: 'bob', name: 'Bob' }, 'same');
  expect([app(appKey).tokenCount, checkToken({ appKey, token: 'same' }).userId]).toEqual([1, 'bob']);
  expect(users(appKey).users.map(({ tokenCount }) => tokenCount)).toEqual([0, 1]);
});

it('goes back to a snapshot as often as wanted, of one app or of all and the clock', () => {
  const { issue, check, snapshot, restore, updateApp, moveClock, now, apps, createApp } = start();
  const kept = issue('ada');
  const before = snapshot();
  const [view] = apps();
  for (const round of [1, 2]) {
    const lost = issue(`user${round}`);
    updateApp(appKey, { suspended: true });
    moveClock({ byMs: hour });
    createApp({ appKey: `extra${round}` });
    restore(before);
    expect([check(kept), check(lost), now(), apps()]).toEqual([0, 31004, 1_000_000, [view]]);
  }
  createApp({ appKey: 'key2' });
  const ofOne = snapshot('key2');
  const token = issue('bob');
  restore(ofOne);
  expect(check(token)).toBe(0);
  expect(JSON.stringify(before)).toBe(JSON.stringify({ takenAt: 1_000_000, appKeys: [appKey] }));
  expect(codeOf(() => restore({ ...before }))).toBe('SNAPSHOT_UNKNOWN');
});

it('leaves the clock, the other apps and the nonces that were used when it goes back to a snapshot of one app', () => {
  const { issue, check, snapshot, restore, moveClock, now, createApp, requests, app } = start({ rateLimit: 1 });
  createApp({ appKey: 'key2' });
  const before = snapshot(appKey);
  const [lost, kept] = [issue('ada'), issue('ada', { appKey: 'key2' })];
  moveClock({ byMs: 5 });
  requests.find(appKey)?.nonces.add(appKey, 'used', Number.POSITIVE_INFINITY);
  const admit = () => codeOf(() => requests.admit(appKey, { operationId: 'a', rateLimit: null }));
  expect([admit(), admit()]).toEqual([undefined, 'RateLimitExceeded']);
  restore(before);
  expect([check(lost), check(kept, 'key2'), now(), app('key2').tokenCount]).toEqual([31004, 0, 1_000_005, 1]);
  expect(requests.find(appKey)?.nonces.add(appKey, 'used', Number.POSITIVE_INFINITY)).toBe(false);
  expect([admit(), admit()]).toEqual([undefined, 'RateLimitExceeded']);
  expect(Object.isFrozen(before)).toBe(true);
});

it('brings an app back that has gone since the snapshot', () => {
  const { issue, check, createApp, snapshot, restore, reset, apps } = start();
  createApp({ appKey: 'key2' });
  const token = issue('ada', { appKey: 'key2' });
  const before = snapshot('key2');
  reset();
  expect(apps()).toHaveLength(1);
  restore(before);
  expect([check(token, 'key2'), apps().length]).toEqual([0, 2]);
});

it('goes back to a snapshot of the clock as it was moved, beside a clock that went on', () => {
  const { snapshot, restore, moveClock, now, time } = start();
  moveClock({ byMs: 500 });
  const before = snapshot();
  moveClock({ byMs: 1000 });
  time.now += 3;
  restore(before);
  expect([now(), before.takenAt]).toEqual([1_000_503, 1_000_500]);
});

it('makes each app, secret and rotation of the bytes that it is given', () => {
  const asked: number[] = [];
  const random = (bytes: number) => new Uint8Array(bytes).fill(asked.push(bytes));
  const { createApp, secretOf, rotateSecret, apps, issue } = createService({ random, now: () => 7 });
  expect(apps()).toEqual([]);
  const { appKey: made } = createApp();
  expect([made, secretOf(made)]).toEqual(['010101010101', '0202020202020202']);
  expect(rotateSecret(made)).toEqual({ appKey: made, appSecret: '0303030303030303' });
  expect([asked, codeOf(() => issue(made, { userId: 'ada', name: 'Ada' }, 'x'))]).toEqual([[6, 8, 8], undefined]);
  expect(() => createApp({ appKey: made })).toThrow(`There is an app ${made} already. Choose another App Key.`);
});

it('starts anew by a reset, with the apps it was made with', () => {
  const { issue, check, reset, rotateSecret, updateApp, moveClock, apps, createApp, secretOf, now } = start();
  const [view] = apps();
  const token = issue('ada');
  rotateSecret(appKey);
  updateApp(appKey, { suspended: true });
  createApp();
  moveClock({ byMs: 1 });
  reset();
  expect([apps(), secretOf(appKey), now(), check(token)]).toEqual([[view], 'secret1', 1_000_000, 31004]);
});

it('lists users in pages, each behind the last one of the page before', () => {
  const { issue, users } = start();
  for (const userId of ['ada', 'bob', 'eve', 'bob']) issue(userId);
  const seen: string[][] = [];
  let after: string | undefined;
  do {
    const page = users(appKey, { after, limit: 1 });
    seen.push(page.users.map(({ userId }) => userId));
    after = page.next;
  } while (after !== undefined && seen.length < 10);
  expect(seen).toEqual([['ada'], ['bob'], ['eve']]);
  const behind = (after: string) => users(appKey, { after, limit: 5 }).users.map(({ userId }) => userId);
  expect([behind('ada'), behind('bob'), behind('eve')]).toEqual([['bob', 'eve'], ['eve'], []]);
  expect(codeOf(() => users(appKey, { after: 'nobody' }))).toBe('INVALID_OPTION');
});

it('refuses to rotate to the present secret, and changes nothing by it', () => {
  const { issue, check, rotateSecret, app, secretOf } = start();
  const token = issue('ada');
  for (const takesEffect of ['at-once', 'on-first-use'] as const) {
    expect(codeOf(() => rotateSecret(appKey, { appSecret: 'secret1', takesEffect }))).toBe('INVALID_OPTION');
  }
  expect([check(token), secretOf(appKey), app(appKey).rotationPending]).toEqual([0, 'secret1', false]);
});
