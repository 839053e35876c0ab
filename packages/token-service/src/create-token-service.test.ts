import { randomBytes } from 'node:crypto';
import { createNexconnClient, NexconnRequestError } from '@nexconn-kit/client';
import { createMock } from '@nexconn-kit/mock';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { until } from '../../../test/support/until.js';
import { ada, makeSetting } from '../test/support/make-setting.js';
import {
  createEncryptedStore,
  createMemoryStore,
  createTokenHandler,
  createTokenService,
  type HandedToken,
  TokenServiceError,
  type TokenStore,
} from './index.js';

vi.mock('./system-time.js', () => import('../../../test/support/faked-time.js'));
// The client's too: which calls it lets through goes by the same time.
vi.mock('../../client/src/system-time.js', () => import('../../../test/support/faked-time.js'));

const day = 24 * 60 * 60;

async function failureOf(work: Promise<unknown>): Promise<TokenServiceError> {
  const error = await work.then(
    () => new Error('It succeeded.'),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(TokenServiceError);
  return error as TokenServiceError;
}

/** From here on, timers fire as `passTime` says; whatever else is asynchronous goes on by itself. */
function fakeTime(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'] });
}
afterEach(() => {
  vi.useRealTimers();
});

const { setTimeout: realSetTimeout } = globalThis;

/** Advances the faked time until the work is settled, at ten times the pace of the real one: hashes take real time. */
async function passTime<T>(work: Promise<T>): Promise<T> {
  let isSettled = false;
  const settle = (): void => {
    isSettled = true;
  };
  work.then(settle, settle);
  while (!isSettled) {
    await vi.advanceTimersByTimeAsync(10);
    await new Promise((resolve) => realSetTimeout(resolve, 1));
  }
  return work;
}

describe('get', () => {
  it('issues for a user once, and hands the stored token out from then on', async () => {
    const { instance, issued, connect } = makeSetting();
    const tokens = instance();
    const first = await tokens.get(ada);
    expect(first).toMatchObject({ userId: ada.userId, expiresInSeconds: null });
    expect(await tokens.get(ada)).toEqual(first);
    expect([await issued(), await connect(first.accessToken)]).toEqual([1, 0]);
  });

  it('makes one call for all who wait for a user, on one instance and on several', async () => {
    const { instance, issued } = makeSetting();
    const instances = [instance(), instance(), instance()];
    const all = await Promise.all(
      Array.from({ length: 60 }, (_, index) => instances[index % 3]?.get(index % 2 ? ada : { ...ada, userId: 'bob1' })),
    );
    expect(new Set(all.map((token) => token?.accessToken)).size).toBe(2);
    expect(await issued()).toBe(2);
  });

  it('issues anew where name or avatar changed, also to none', async () => {
    const { instance, issued, mock } = makeSetting();
    const tokens = instance({ changeCoolDownMs: 0 });
    for (const more of [{}, { name: 'Grace' }, { avatarUrl: 'https://example.com/a.png' }, { avatarUrl: '' }]) {
      await tokens.get({ ...ada, ...more });
      await tokens.get({ ...ada, ...more });
    }
    expect(await issued()).toBe(4);
    const { users } = await mock.console.listUsers({ appKey: mock.appKey });
    expect(users).toMatchObject([{ userId: ada.userId, name: 'Ada' }]);
    expect(users[0]).not.toHaveProperty('avatarUrl');
  });

  it('refuses a user who cannot be, before anything is kept', async () => {
    const { instance, issued } = makeSetting();
    expect((await failureOf(instance().get({ userId: '', name: 'Ada' }))).code).toBe('INVALID_USER');
    const refused = instance().get({ userId: 'a b', name: 'Ada' });
    await expect(refused).rejects.toBeInstanceOf(NexconnRequestError);
    expect(await issued()).toBe(0);
  });

  it('gives the time that is left, renews early while the old token is handed out, and issues when it is over', async () => {
    const { instance, issued, events } = makeSetting();
    let now = Date.now();
    const tokens = instance({ tokenValiditySeconds: day, now: () => now });
    const first = await tokens.get(ada);
    expect(first.expiresInSeconds).toBe(day);
    now += day * 0.7 * 1000;
    expect((await tokens.get(ada)).accessToken).toBe(first.accessToken);
    await tokens.idle();
    expect(await issued()).toBe(1);
    now += day * 0.25 * 1000;
    const [early, again] = await Promise.all([tokens.get(ada), tokens.get(ada)]);
    expect([early.accessToken, again.accessToken]).toEqual([first.accessToken, first.accessToken]);
    await tokens.idle();
    expect(await issued()).toBe(2);
    const renewed = await tokens.get(ada);
    expect(renewed.accessToken).not.toBe(first.accessToken);
    now += day * 1000;
    expect((await tokens.get(ada)).accessToken).not.toBe(renewed.accessToken);
    const reasons = events.flatMap((event) => (event.type === 'issued' ? [event.reason] : []));
    expect(reasons).toEqual(['first', 'early', 'expired']);
  });

  it('gives the time that is left in whole seconds that are over by then, and never less than none', async () => {
    const { instance } = makeSetting();
    let now = Date.now();
    const tokens = instance({ tokenValiditySeconds: 100, now: () => now });
    await tokens.get(ada);
    const leftAfter = async (ms: number) => {
      now += ms;
      return (await tokens.get(ada)).expiresInSeconds;
    };
    expect([await leftAfter(1), await leftAfter(998), await leftAfter(1), await leftAfter(1)]).toEqual([
      99, 99, 99, 98,
    ]);
  });

  it('tells what it does, by user and reason', async () => {
    const { instance, events } = makeSetting();
    const tokens = instance({ replaceCoolDownMs: 0 });
    const { accessToken: rejectedToken } = await tokens.get(ada);
    await tokens.get(ada);
    await tokens.replace({ ...ada, rejectedToken: 'of long ago' });
    await tokens.replace({ ...ada, rejectedToken });
    const { userId } = ada;
    const durationMs = expect.any(Number);
    expect(events).toEqual([
      { type: 'issued', userId, reason: 'first', durationMs },
      { type: 'served', userId },
      { type: 'served', userId },
      { type: 'issued', userId, reason: 'rejected', durationMs },
    ]);
  });

  it.each([
    [1002, 400],
    [1003, 400],
    [1004, 401],
    [1006, 403],
    [2007, 403],
  ])(
    'hands the stored token out where the API refuses a changed name with %i, and asks it once a minute',
    async (code, status) => {
      const setting = makeSetting();
      let [isWrong, calls, now] = [false, 0, Date.now()];
      const fetch = (request: Request) => {
        if (!isWrong) return setting.mock.fetch(request);
        calls += 1;
        return Promise.resolve(Response.json({ code }, { status }));
      };
      const tokens = setting.instance({ now: () => now, clientSettings: { fetch, retry: false } });
      const { accessToken } = await tokens.get(ada);
      isWrong = true;
      const grace = { ...ada, name: 'Grace' };
      for (let logIn = 0; logIn < 8; logIn += 1) expect((await tokens.get(grace)).accessToken).toBe(accessToken);
      const once = calls;
      expect(once).toBeLessThanOrEqual(2);
      now += 60_000;
      await tokens.get(grace);
      expect(calls).toBe(2 * once);
      await expect(tokens.get({ ...ada, userId: 'bob1' })).rejects.toThrow('issue');
    },
  );

  it('hands the stored token out three seconds after a changed name that the API does not answer, and the new one later', async () => {
    const setting = makeSetting();
    const held: (() => void)[] = [];
    let isSlow = false;
    const fetch = async (request: Request) => {
      if (isSlow) await new Promise<void>((resolve) => held.push(resolve));
      return setting.mock.fetch(request);
    };
    let now = Date.now();
    const clientSettings = { fetch, timeoutMs: 60_000, deadlineMs: 60_000 };
    const tokens = setting.instance({ clientSettings, now: () => now });
    const { accessToken } = await tokens.get(ada);
    isSlow = true;
    fakeTime();
    const grace = { ...ada, name: 'Grace' };
    const waiting = tokens.get(grace);
    await until(() => expect(held).toHaveLength(1));
    expect((await passTime(waiting)).accessToken).toBe(accessToken);
    // While that call hangs nobody waits for it once more, whatever the name, and no other call is made: the time stands still.
    for (const user of [grace, grace, { ...ada, name: 'Joan' }]) {
      expect((await tokens.get(user)).accessToken).toBe(accessToken);
    }
    expect((await tokens.replace({ ...grace, rejectedToken: 'another' })).accessToken).toBe(accessToken);
    expect(held).toHaveLength(1);
    for (const answer of held.splice(0)) answer();
    await passTime(tokens.idle());
    const changed = (await tokens.get(grace)).accessToken;
    expect(changed).not.toBe(accessToken);
    // The next call is waited for again.
    now += 2 * day * 1000;
    const next = tokens.get({ ...ada, name: 'Joan' });
    await until(() => expect(held).toHaveLength(1));
    isSlow = false;
    for (const answer of held) answer();
    expect((await passTime(next)).accessToken).not.toBe(changed);
  });

  it('says that it could not issue where the stored token is gone by the time that the API has not been told of a changed name', async () => {
    const setting = makeSetting();
    let isDown = false;
    const fetch = async (request: Request): Promise<Response> => {
      if (!isDown) return setting.mock.fetch(request);
      await tokens.forget(ada.userId);
      throw new TypeError('down');
    };
    const tokens = setting.instance({ clientSettings: { fetch } });
    await tokens.get(ada);
    isDown = true;
    expect((await failureOf(tokens.get({ ...ada, name: 'Grace' }))).code).toBe('TRY_LATER');
    expect(setting.events.map(({ type }) => type)).toEqual(['issued', 'issue-failed']);
  });

  it('issues for two names of one user at the same time one after the other, and once for each', async () => {
    const { instance, issued, mock } = makeSetting();
    const tokens = instance({ changeCoolDownMs: 0 });
    await Promise.all(['Ada', 'Grace', 'Ada', 'Grace'].map((name) => tokens.get({ ...ada, name })));
    expect(await issued()).toBe(2);
    const { users } = await mock.console.listUsers({ appKey: mock.appKey });
    expect(users).toMatchObject([{ name: 'Grace' }]);
  });

  it('hands the stored token out where a changed name cannot be told to the API now, and tells it a minute later', async () => {
    const { instance, mock, issued, events } = makeSetting();
    let isDown = false;
    const fetch = (request: Request) => (isDown ? Promise.reject(new TypeError('down')) : mock.fetch(request));
    let now = Date.now();
    const tokens = instance({ tokenValiditySeconds: day, now: () => now, clientSettings: { fetch } });
    const { accessToken } = await tokens.get(ada);
    isDown = true;
    const grace = { ...ada, name: 'Grace' };
    expect((await tokens.get(grace)).accessToken).toBe(accessToken);
    expect((await tokens.replace({ ...grace, rejectedToken: 'another' })).accessToken).toBe(accessToken);
    // Of two devices with different names neither asks the API again and again.
    expect((await tokens.get({ ...ada, name: 'Joan' })).accessToken).toBe(accessToken);
    expect(events.map(({ type }) => type)).toEqual(['issued', 'issue-failed', 'served', 'served', 'served']);
    expect((await failureOf(tokens.replace({ ...grace, rejectedToken: accessToken }))).code).toBe('COOLING_DOWN');
    isDown = false;
    now += 60_000;
    expect((await tokens.get(grace)).accessToken).not.toBe(accessToken);
    expect(await issued()).toBe(2);
    // One whose time is over is no use to anybody.
    isDown = true;
    now += day * 1000;
    expect((await failureOf(tokens.get({ ...ada, name: 'Joan' }))).code).toBe('TRY_LATER');
  });

  it('takes a token for new where the clock is behind by as much as two instances may differ', async () => {
    const { instance, issued } = makeSetting();
    let now = Date.now();
    const tokens = instance({ tokenValiditySeconds: day, now: () => now });
    await tokens.get(ada);
    now -= 60_000;
    expect((await tokens.get(ada)).expiresInSeconds).toBe(day);
    expect(await issued()).toBe(1);
  });

  it('hands out no token that was stored by a clock far ahead: nobody knows how old it is', async () => {
    const { instance, issued, events } = makeSetting();
    let now = Date.now() + 10 * day * 1000;
    const tokens = instance({ tokenValiditySeconds: day, now: () => now });
    const ahead = await tokens.get(ada);
    now -= 10 * day * 1000;
    const { accessToken, expiresInSeconds } = await tokens.get(ada);
    expect([accessToken === ahead.accessToken, expiresInSeconds, await issued()]).toEqual([false, day, 2]);
    expect(events.at(-1)).toMatchObject({ type: 'issued', reason: 'expired' });
    // From then on its age is known.
    for (let hour = 1; hour < 18; hour += 1) {
      now += 3_600_000;
      expect((await tokens.get(ada)).accessToken).toBe(accessToken);
    }
    // Where tokens do not expire, their age does not matter.
    const unlimited = makeSetting();
    let time = Date.now();
    const kept = unlimited.instance({ now: () => time });
    await kept.get(ada);
    time -= 10 * day * 1000;
    await kept.get(ada);
    expect(await unlimited.issued()).toBe(1);
  });

  it('issues for a change once in its time, whatever else changes: an avatar with another signature, two devices', async () => {
    const { instance, issued, events, mock } = makeSetting();
    let now = Date.now();
    const tokens = instance({ now: () => now, changeCoolDownMs: 60_000 });
    const signed = (index: number) => ({ ...ada, avatarUrl: `https://cdn.example.com/ada.png?signature=${index}` });
    const { accessToken } = await tokens.get(ada);
    const changed = await tokens.get(signed(0));
    expect(changed.accessToken).not.toBe(accessToken);
    for (let index = 1; index < 20; index += 1) {
      now += 1_000;
      expect((await tokens.get(signed(index))).accessToken).toBe(changed.accessToken);
      expect((await tokens.get({ ...ada, name: 'Ada L.' })).accessToken).toBe(changed.accessToken);
    }
    await Promise.all(Array.from({ length: 20 }, (_, index) => tokens.get(signed(100 + index))));
    expect(await issued()).toBe(2);
    expect(events.filter(({ type }) => type === 'issue-failed')).toEqual([]);
    // Others have a time of their own, and a rejected token is replaced all the same.
    await tokens.get({ ...ada, userId: 'bob1' });
    await tokens.get({ ...signed(1), userId: 'bob1' });
    await tokens.replace({ ...signed(200), rejectedToken: changed.accessToken });
    expect(await issued()).toBe(5);
    now += 60_000;
    await tokens.get({ ...ada, name: 'Grace' });
    expect(await issued()).toBe(6);
    expect((await mock.console.listUsers({ appKey: mock.appKey })).users[0]).toMatchObject({ name: 'Grace' });
  });

  it('makes one call for a crowd of one user whose avatars all differ', async () => {
    const { instance, issued } = makeSetting();
    const tokens = instance();
    const avatarOf = (index: number) => `https://cdn.example.com/ada.png?signature=${index}`;
    await tokens.get(ada);
    await Promise.all(Array.from({ length: 20 }, (_, index) => tokens.get({ ...ada, avatarUrl: avatarOf(index) })));
    expect(await issued()).toBe(2);
  });

  const signedAvatar = (index: number) => ({ ...ada, avatarUrl: `https://cdn.example.com/ada.png?signature=${index}` });

  describe.each([1, 2])(
    'of a user who asks ten times at once, with another avatar each time, on %i instances',
    (count) => {
      const next = 'NextSecretOfTheApp';

      async function askAtOnce(before?: { readonly isRotated?: boolean; readonly isExpired?: boolean }) {
        const setting = makeSetting();
        let now = Date.now();
        const options = { now: () => now, tokenValiditySeconds: day, replaceCoolDownMs: 0 };
        const first = before && (await setting.instance(options).get(signedAvatar(100)));
        if (before?.isRotated)
          await setting.mock.console.rotateSecret({ appKey: setting.mock.appKey, appSecret: next });
        if (before?.isExpired) now += day * 1000;
        const appSecret = before?.isRotated ? next : setting.mock.appSecret;
        const instances = Array.from({ length: count }, () => setting.instance({ ...options, appSecret }));
        const issuedBefore = await setting.issued();
        const ask = (work: (tokens: ReturnType<typeof createTokenService>, index: number) => Promise<HandedToken>) =>
          Promise.all(Array.from({ length: 10 }, (_, index) => work(instances[index % count] as never, index)));
        return { ...setting, first, instances, ask, issuedSince: async () => (await setting.issued()) - issuedBefore };
      }

      it.each([
        ['the first token', undefined],
        ['one after another name', {}],
        ['one after its secret was rotated', { isRotated: true }],
        ['one after its end', { isExpired: true }],
      ])('%s is issued once, and all take it', async (_, before) => {
        const { ask, issuedSince, connect } = await askAtOnce(before);
        const tokens = await ask((service, index) => service.get(signedAvatar(index)));
        expect([new Set(tokens.map(({ accessToken }) => accessToken)).size, await issuedSince()]).toEqual([1, 1]);
        expect(await connect(tokens[0]?.accessToken ?? '')).toBe(0);
      });

      it('a rejected one is replaced once', async () => {
        const { first, ask, issuedSince } = await askAtOnce({});
        const rejectedToken = first?.accessToken ?? '';
        const tokens = await ask((service, index) => service.replace({ ...signedAvatar(index), rejectedToken }));
        expect([new Set(tokens.map(({ accessToken }) => accessToken)).size, await issuedSince()]).toEqual([1, 1]);
      });

      it('a name that changes after that is told to the API all the same', async () => {
        const { ask, instances, issuedSince, mock } = await askAtOnce();
        await ask((service, index) => service.get(signedAvatar(index)));
        await instances[0]?.get({ ...ada, name: 'Grace' });
        expect(await issuedSince()).toBe(2);
        expect((await mock.console.listUsers({ appKey: mock.appKey })).users).toMatchObject([{ name: 'Grace' }]);
      });
    },
  );

  it('trouble that passes is shared by all avatars of a user, and costs one call', async () => {
    const setting = makeSetting();
    const fetch = vi.fn(() => Promise.reject(new TypeError('down')));
    const tokens = setting.instance({ clientSettings: { fetch } });
    const asked = Array.from({ length: 10 }, (_, index) => failureOf(tokens.get(signedAvatar(index))));
    expect(new Set((await Promise.all(asked)).map(({ code }) => code))).toEqual(new Set(['TRY_LATER']));
    expect(fetch).toHaveBeenCalledTimes(1);
  });

  it('an avatar that the API refuses keeps no other from being issued with', async () => {
    const setting = makeSetting();
    const fetch = async (request: Request) =>
      (await request.clone().text()).includes('signature=0')
        ? Response.json({ code: 1002 }, { status: 400 })
        : setting.mock.fetch(request);
    const tokens = setting.instance({ clientSettings: { fetch } });
    const asked = [0, 1, 2].map((index) => tokens.get(signedAvatar(index)));
    expect((await Promise.allSettled(asked)).map(({ status }) => status)).toEqual([
      'rejected',
      'fulfilled',
      'fulfilled',
    ]);
    expect(await setting.issued()).toBe(1);
  });

  it.each([
    ['half an emoji', 'Ada \ud83d'],
    ['NUL', 'Ada\0L'],
    ['control characters alone', '\0\u001b'],
    ['a line feed', 'Ada\nL'],
  ])('issues once for a name with %s, which not every store keeps as it is', async (_, name) => {
    const store = createMemoryStore();
    // As SQLite of Node 20 cuts a text, and as UTF-8 has no halves.
    const lossy: TokenStore = {
      ...store,
      write: (token, leaseId) => {
        const [kept = ''] = Buffer.from(token.name).toString().split('\0');
        return store.write({ ...token, name: kept }, leaseId);
      },
    };
    const { instance, issued, mock } = makeSetting(lossy);
    const tokens = instance({ changeCoolDownMs: 0 });
    for (let time = 0; time < 3; time += 1) await tokens.get({ ...ada, name, avatarUrl: `https://a.example/${name}` });
    expect(await issued()).toBe(1);
    const { users } = await mock.console.listUsers({ appKey: mock.appKey });
    expect(users[0]?.name).not.toMatch(/[\p{Cc}\p{Cs}]/u);
  });

  it('sends away whoever finds the queue full, without a trace in the store', async () => {
    const store = createMemoryStore();
    const { instance, issued } = makeSetting(store);
    const leased: string[] = [];
    const watched: typeof store = {
      ...store,
      acquireLease: (userId, leaseMs) => {
        leased.push(userId);
        return store.acquireLease(userId, leaseMs);
      },
    };
    const tokens = instance({ store: watched, clientSettings: { rateLimit: { perSecond: 1, maxQueueMs: 1500 } } });
    const [first, second, ...others] = Array.from({ length: 6 }, (_, index) => ({
      ...ada,
      userId: `user${index * 7919}x`,
    }));
    // One goes at once, one waits for a second, and nobody else can.
    fakeTime();
    await tokens.get(first ?? ada);
    const waiting = tokens.get(second ?? ada);
    await until(() => expect(leased).toContain(second?.userId));
    await vi.advanceTimersByTimeAsync(100);
    const failures = await Promise.all(others.map((user) => failureOf(tokens.get(user))));
    expect(failures.map(({ code }) => code)).toEqual(Array(4).fill('QUEUE_FULL'));
    const [soonestMs = 0, ...laterMs] = failures.map(({ retryAfterMs }) => retryAfterMs ?? 0);
    expect(soonestMs).toBeGreaterThan(0);
    // One a second, after one another; the real clock goes on meanwhile.
    const seconds = laterMs.map((ms) => Math.round((ms - soonestMs) / 1_004));
    expect(seconds).toEqual([1, 2, 3]);
    await passTime(waiting);
    expect([leased.length, await issued()]).toEqual([2, 2]);
  });

  it('ends where the provider of App Secrets is silent', async () => {
    const { instance } = makeSetting();
    const tokens = instance({ clientSettings: { appSecret: () => new Promise<never>(() => {}) } });
    fakeTime();
    expect(await passTime(failureOf(tokens.get(ada)))).toMatchObject({ code: 'TRY_LATER', retryAfterMs: 2_000 });
  });

  it('gives the token also where the listener of events fails', async () => {
    const { instance, issued } = makeSetting();
    const onEvent = (): never => {
      throw new Error('The log is full.');
    };
    const tokens = instance({ onEvent });
    const { accessToken } = await tokens.get(ada);
    expect((await tokens.get(ada)).accessToken).toBe(accessToken);
    expect(await issued()).toBe(1);
  });

  it('still hands stored tokens out while the API is down, and says when to come back for others', async () => {
    const { instance, mock } = makeSetting();
    let isDown = false;
    const fetch = (request: Request) => (isDown ? Promise.reject(new TypeError('down')) : mock.fetch(request));
    const tokens = instance({ clientSettings: { fetch } });
    const { accessToken } = await tokens.get(ada);
    isDown = true;
    expect((await tokens.get(ada)).accessToken).toBe(accessToken);
    const failure = await failureOf(tokens.get({ ...ada, userId: 'bob1' }));
    const network = { code: 'NETWORK' };
    expect(failure).toMatchObject({ code: 'TRY_LATER', retryAfterMs: 2_000, cause: network, apiError: network });
    isDown = false;
    expect(await tokens.get({ ...ada, userId: 'bob1' })).toHaveProperty('accessToken');
  });

  it('tells a set-up that no wait can mend from trouble that passes', async () => {
    const { instance } = makeSetting();
    const failure = await failureOf(instance({ appSecret: 'AnotherSecret' }).get(ada));
    expect(failure).toMatchObject({ code: 'ISSUE_FAILED', retryAfterMs: undefined });
  });

  it('warns once where the IDs of new users follow each other', async () => {
    const { instance, events } = makeSetting();
    const tokens = instance();
    for (const userId of ['user7', 'user8', 'user9', 'user10']) await tokens.get({ ...ada, userId });
    expect(events.filter(({ type }) => type === 'sequential-ids')).toEqual([
      { type: 'sequential-ids', examples: ['user7', 'user8', 'user9'] },
    ]);
  });
});

it('IDs of users who were known already are no sequence of new ones', async () => {
  const { instance, events } = makeSetting();
  let now = Date.now();
  const options = { tokenValiditySeconds: day, now: () => now };
  const userIds = ['user9', 'user8', 'user7'];
  for (const userId of userIds) await instance(options).get({ ...ada, userId });
  now += day * 1000;
  const restarted = instance(options);
  for (const userId of userIds.reverse()) await restarted.get({ ...ada, userId });
  expect(events.map(({ type }) => type)).toEqual(Array(6).fill('issued'));
});

describe('what a store returns', () => {
  const row = { ...ada, avatarUrl: '', accessToken: 'a stored token', issuedAt: 1 };

  async function secretIdOf({ mock }: ReturnType<typeof makeSetting>): Promise<string> {
    const { appKey, appSecret } = mock;
    return (await createNexconnClient({ appKey, appSecret, region: 'sg' }).appSecrets.ids()).inForce;
  }

  it.each([
    ["another user's row", { userId: 'bob1' }],
    ['a row without a user', { userId: undefined }],
    ['an empty token', { accessToken: '' }],
    ['a token that is no text', { accessToken: { a: 'b' } }],
    ['no token', { accessToken: null }],
    ['a time that is no number', { issuedAt: 'yesterday' }],
    ['a name that is no text', { name: 7 }],
  ])('counts as none where it is %s', async (_, wrong) => {
    const setting = makeSetting();
    const secretId = await secretIdOf(setting);
    const token = { ...row, secretId, ...wrong } as never;
    const store = { ...createMemoryStore(), read: async () => ({ token, currentSecret: undefined }) };
    const { accessToken } = await setting.instance({ store }).get(ada);
    expect(await setting.connect(accessToken)).toBe(0);
    const right = { ...store, read: async () => ({ token: { ...row, secretId }, currentSecret: undefined }) };
    expect((await setting.instance({ store: right }).get(ada)).accessToken).toBe('a stored token');
  });

  it('is never handed out while it is encrypted: another is issued, or none where that is to be refused', async () => {
    const store = createMemoryStore();
    const setting = makeSetting(store);
    const encrypted = createEncryptedStore(store, { keys: [randomBytes(32).toString('base64')] });
    const first = await setting.instance({ store: encrypted }).get(ada);
    const kept = (await store.read(ada.userId)).token?.accessToken ?? '';
    for (const sealed of [
      kept,
      'nexconn-encrypted:3:of a later version',
      `1a2b3c4d.${randomBytes(60).toString('base64')}`,
    ]) {
      const put = async () => store.write({ ...row, secretId: await secretIdOf(setting), accessToken: sealed }, '');
      for (const otherKey of [undefined, randomBytes(32).toString('base64')]) {
        await put();
        const without = otherKey === undefined ? store : createEncryptedStore(store, { keys: [otherKey] });
        const strict = setting.instance({ store: without, unreadableTokens: 'refuse' });
        expect(await failureOf(strict.get(ada))).toMatchObject({ code: 'STORE_FAILED' });
        expect(await failureOf(strict.replace({ ...ada, rejectedToken: 'x' }))).toMatchObject({ code: 'STORE_FAILED' });
        expect((await store.read(ada.userId)).token?.accessToken).toBe(sealed);
        const { accessToken } = await setting.instance({ store: without }).get(ada);
        expect(accessToken).not.toBe(sealed);
        expect(await setting.connect(accessToken)).toBe(0);
      }
    }
    expect(await setting.connect(first.accessToken)).toBe(0);
  });

  it('refuses another word for unreadableTokens', () => {
    expect(() => makeSetting().instance({ unreadableTokens: 'serve' as never })).toThrow(/unreadableTokens/);
  });
});

describe('two App Keys on one store', () => {
  it.each([
    ['as it is', (store: TokenStore) => store],
    ['encrypted', (store: TokenStore) => createEncryptedStore(store, { keys: [randomBytes(32).toString('base64')] })],
  ])('%s, issue for their users once each, and void nothing of the other', async (_, wrap) => {
    const store = wrap(createMemoryStore());
    const [one, two] = [makeSetting(store), makeSetting(store)];
    const other = { appKey: 'another1', appSecret: 'AnotherSecret1' };
    await two.mock.console.createApp(other);
    const first = one.instance();
    const second = createTokenService({
      client: createNexconnClient({ ...other, baseUrl: 'http://localhost', fetch: two.mock.fetch }),
      store,
    });
    const users = ['ada', 'bob', 'eve'].map((userId) => ({ userId, name: userId }));
    for (let round = 0; round < 5; round += 1) {
      for (const user of users) await first.get(user);
      for (const user of users) await second.get(user);
    }
    const issuedByOther = (await two.mock.console.listTokens({ appKey: 'another1', limit: 100 })).tokens.length;
    expect([await one.issued(), issuedByOther]).toEqual([3, 3]);
    expect((await first.get({ userId: 'ada', name: 'ada' })).accessToken).not.toBe(
      (await second.get({ userId: 'ada', name: 'ada' })).accessToken,
    );
    await second.forget('ada');
    await first.get({ userId: 'ada', name: 'ada' });
    expect(await one.issued()).toBe(3);
    // A rotation of one app concerns its users alone.
    await one.mock.console.rotateSecret({ appKey: one.mock.appKey, appSecret: 'NextSecretOfTheApp' });
    expect(await one.instance({ appSecret: 'NextSecretOfTheApp' }).reissueAll()).toMatchObject({ failed: 0 });
    expect(await second.reissueAll()).toMatchObject({ total: 0, done: 0, failed: 0 });
    const { users: known } = await one.mock.console.listUsers({ appKey: one.mock.appKey });
    expect(known.map(({ userId }) => userId).toSorted()).toEqual(['ada', 'bob', 'eve']);
  });
});

describe('replace', () => {
  it('issues anew for a rejected token once, whoever asks, and gives the others the new one', async () => {
    const { instance, issued } = makeSetting();
    let now = Date.now();
    const instances = [instance({ now: () => now }), instance({ now: () => now })];
    const { accessToken: rejectedToken } = (await instances[0]?.get(ada)) ?? { accessToken: '' };
    now += 60_000;
    const asked = Array.from({ length: 20 }, (_, index) => instances[index % 2]?.replace({ ...ada, rejectedToken }));
    const given = new Set((await Promise.all(asked)).map((token) => token?.accessToken));
    expect(given.size).toBe(1);
    expect(given.has(rejectedToken)).toBe(false);
    expect(await issued()).toBe(2);
    // A device that was away has a token that was replaced long ago.
    expect((await instances[0]?.replace({ ...ada, rejectedToken }))?.accessToken).toBe([...given][0]);
    expect(await issued()).toBe(2);
  });

  it('does not replace a token that was issued only just now', async () => {
    const { instance, issued } = makeSetting();
    let now = Date.now();
    const tokens = instance({ now: () => now, replaceCoolDownMs: 10_000 });
    const { accessToken: rejectedToken } = await tokens.get(ada);
    now += 4_000;
    const failure = await failureOf(tokens.replace({ ...ada, rejectedToken }));
    expect(failure).toMatchObject({ code: 'COOLING_DOWN', retryAfterMs: 6_000 });
    now += 6_000;
    await tokens.replace({ ...ada, rejectedToken });
    expect(await issued()).toBe(2);
  });

  it('replaces a token that looks younger than new, since the clock was set back', async () => {
    const { instance, issued } = makeSetting();
    let now = Date.now();
    const tokens = instance({ now: () => now, tokenValiditySeconds: day });
    const { accessToken: rejectedToken } = await tokens.get(ada);
    now -= 60_000;
    const { accessToken, expiresInSeconds } = await tokens.replace({ ...ada, rejectedToken });
    expect([accessToken === rejectedToken, expiresInSeconds, await issued()]).toEqual([false, day, 2]);
    // From here on the clock goes its way again, and the token's age with it.
    now += 4_000;
    const failure = await failureOf(tokens.replace({ ...ada, rejectedToken: accessToken }));
    expect(failure).toMatchObject({ code: 'COOLING_DOWN', retryAfterMs: 6_000 });
  });

  it('issues for a user who is not known', async () => {
    const { instance, connect } = makeSetting();
    const { accessToken } = await instance().replace({ ...ada, rejectedToken: 'never issued' });
    expect(await connect(accessToken)).toBe(0);
  });
});

describe('after a rotation of the App Secret', () => {
  it.each(['at-once', 'on-first-use'] as const)(
    '%s: a pair goes over by itself, and no void token is handed out',
    async (takesEffect) => {
      const { instance, mock, connect, issued } = makeSetting();
      const { appKey, appSecret: current } = mock;
      const next = 'NextSecretOfTheApp';
      const [one, two] = [instance({ appSecret: { current, next } }), instance({ appSecret: { current, next } })];
      const { accessToken: before } = await one.get(ada);
      // Configuring a pair alone makes nothing void.
      expect((await two.get(ada)).accessToken).toBe(before);
      expect(await issued()).toBe(1);
      await mock.console.rotateSecret({ appKey, appSecret: next, takesEffect });
      expect(await connect((await one.get({ ...ada, userId: 'bob1' })).accessToken)).toBe(0);
      // The rotation was seen by one instance, and so by both.
      for (const service of [two, one]) {
        const { accessToken } = await service.get(ada);
        // One that waits for its first use has made nothing void yet.
        expect(accessToken === before).toBe(takesEffect === 'on-first-use');
        expect(await connect(accessToken)).toBe(0);
      }
    },
  );

  it('a service that is started again with the new secret hands out none of the old tokens', async () => {
    const { instance, mock, connect } = makeSetting();
    const { accessToken: before } = await instance().get(ada);
    await mock.console.rotateSecret({ appKey: mock.appKey, appSecret: 'NewSecretOfTheApp' });
    const { accessToken } = await instance({ appSecret: 'NewSecretOfTheApp' }).get(ada);
    expect(accessToken).not.toBe(before);
    expect(await connect(accessToken)).toBe(0);
    // An instance that was not started again vouches for nothing.
    expect((await failureOf(instance().get(ada))).code).toBe('ISSUE_FAILED');
  });

  it('reissueAll issues anew for all stored users once, with progress, and goes on after a break', async () => {
    const { instance, mock, connect, issued } = makeSetting();
    const { appKey, appSecret: current } = mock;
    const next = 'NextSecretOfTheApp';
    const tokens = instance({ appSecret: { current, next } });
    const users = Array.from({ length: 30 }, (_, index) => ({ userId: `u${(index * 7919) % 10007}x`, name: 'A' }));
    for (const user of users) await tokens.get(user);
    expect(await tokens.reissueAll()).toMatchObject({ total: 0, done: 0, failed: 0 });
    await mock.console.rotateSecret({ appKey, appSecret: next });
    const stop = new AbortController();
    const seen: number[] = [];
    const onProgress = ({ done }: { readonly done: number }) => {
      seen.push(done);
      if (done === 10) stop.abort();
    };
    const broken = tokens.reissueAll({ concurrency: 4, signal: stop.signal, onProgress });
    expect((await failureOf(broken)).code).toBe('ABORTED');
    expect(seen.slice(0, 10)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    const rest = await instance({ appSecret: next }).reissueAll();
    expect(rest).toMatchObject({ failed: 0, remainingMs: 0 });
    for (const user of users) expect(await connect((await tokens.get(user)).accessToken)).toBe(0);
    // One probe before the rotation, and each user once before it and once after it.
    expect(await issued()).toBeLessThanOrEqual(62);
  });

  it('reissueAll waits where log-ins take all of the limit, and leaves nobody out', async () => {
    const { instance, mock, connect } = makeSetting();
    const { appKey, appSecret: current } = mock;
    const next = 'NextSecretOfTheApp';
    const users = Array.from({ length: 8 }, (_, index) => ({ userId: `u${index * 7919}x`, name: 'A' }));
    const before = instance();
    for (const user of users) await before.get(user);
    await mock.console.rotateSecret({ appKey, appSecret: next });
    const clientSettings = { rateLimit: { perSecond: 20, maxQueueMs: 400 } };
    const tokens = instance({ appSecret: { current, next }, clientSettings });
    let loggedIn = 0;
    async function keepLoggingIn(kind: string): Promise<void> {
      // On a busy machine faked time passes faster than what is not faked.
      for (const endsAt = performance.now() + 1500; performance.now() < endsAt || loggedIn <= 10; ) {
        const user = { userId: `${kind}${loggedIn * 7919}x`, name: 'A' };
        const isIn = await tokens.get(user).then(
          () => true,
          () => false,
        );
        if (isIn) loggedIn += 1;
        else await new Promise((resolve) => setTimeout(resolve, 10));
      }
    }
    fakeTime();
    const crowd = Promise.all(Array.from('abcdefghijkl', keepLoggingIn));
    // By then the API has shown which App Secret is in force, and no user is tried to find it out.
    await passTime(until(() => loggedIn > 0));
    const progress = await passTime(tokens.reissueAll());
    await passTime(crowd);
    vi.useRealTimers();
    expect(progress).toMatchObject({ total: 8, done: 8, failed: 0 });
    expect(loggedIn).toBeGreaterThan(10);
    for (const user of users) expect(await connect((await tokens.get(user)).accessToken)).toBe(0);
  });

  it('reissueAll keeps no log-in from a user whose turn has not come', async () => {
    const { instance, mock, connect } = makeSetting();
    const next = 'NextSecretOfTheApp';
    const users = Array.from({ length: 4 }, (_, index) => ({ userId: `u${index * 7919}x`, name: 'A' }));
    const before = instance();
    for (const user of users) await before.get(user);
    await mock.console.rotateSecret({ appKey: mock.appKey, appSecret: next });
    const sent: string[] = [];
    const fetch = async (request: Request): Promise<Response> => {
      const body = await request.clone().text();
      sent.push(...users.map(({ userId }) => userId).filter((userId) => body.includes(`"${userId}"`)));
      return mock.fetch(request);
    };
    const clientSettings = { fetch, rateLimit: { perSecond: 1, maxQueueMs: 60_000 } };
    const reissuing = instance({ appSecret: next, clientSettings }).reissueAll();
    await until(() => sent.length > 1);
    const [user] = users.filter(({ userId }) => !sent.includes(userId)).slice(-1);
    if (!user) throw new Error('All of them were.');
    // Another instance, with room of its own.
    const { accessToken } = await instance({ appSecret: next, maxWaitMs: 1 }).get(user);
    expect(await reissuing).toMatchObject({ failed: 0 });
    expect(sent).not.toContain(user.userId);
    expect(await connect(accessToken)).toBe(0);
  });

  it('reissueAll ends at its signal also while it waits for a permit', async () => {
    const { instance, mock, issued } = makeSetting();
    const next = 'NextSecretOfTheApp';
    const users = Array.from({ length: 8 }, (_, index) => ({ userId: `u${index * 7919}x`, name: 'A' }));
    const before = instance();
    for (const user of users) await before.get(user);
    await mock.console.rotateSecret({ appKey: mock.appKey, appSecret: next });
    const tokens = instance({
      appSecret: next,
      clientSettings: { rateLimit: { perSecond: 1, maxQueueMs: 1 } },
    });
    const stopped = tokens.reissueAll({ signal: AbortSignal.timeout(200) });
    expect((await failureOf(stopped)).code).toBe('ABORTED');
    expect(await issued()).toBeLessThan(8 + 8);
  });

  it('reissueAll leaves nobody out where the store is away for a moment', async () => {
    const store = createMemoryStore();
    const { instance, mock } = makeSetting(store);
    const next = 'NextSecretOfTheApp';
    for (const userId of ['ada', 'bob', 'eve']) await instance().get({ userId, name: 'A' });
    await mock.console.rotateSecret({ appKey: mock.appKey, appSecret: next });
    const asked = { listOutdated: 0, acquireLease: 0 };
    const failSecond = (what: keyof typeof asked): void => {
      asked[what] += 1;
      if (asked[what] === 2) throw new Error('The connection broke.');
    };
    const shaky: typeof store = {
      ...store,
      listOutdated: async (...page) => {
        failSecond('listOutdated');
        return store.listOutdated(...page);
      },
      acquireLease: async (...lease) => {
        failSecond('acquireLease');
        return store.acquireLease(...lease);
      },
    };
    const tokens = instance({ store: shaky, appSecret: next });
    // The first user is a probe that finds out what to do.
    expect(await tokens.reissueAll()).toMatchObject({ total: 3, done: 3, failed: 0 });
    expect(asked).toEqual({ listOutdated: 4, acquireLease: 4 });
  });

  it('reissueAll does not say done of what was never stored', async () => {
    const store = createMemoryStore();
    const { instance, mock, issued } = makeSetting(store);
    const next = 'NextSecretOfTheApp';
    const userIds = Array.from({ length: 20 }, (_, index) => `u${index * 7919}x`);
    for (const userId of userIds) await instance().get({ userId, name: 'A' });
    await mock.console.rotateSecret({ appKey: mock.appKey, appSecret: next });
    const before = await issued();
    const full: TokenStore = { ...store, write: () => Promise.reject(new Error('The disk is full.')) };
    fakeTime();
    const run = instance({ store: full, appSecret: next }).reissueAll({ concurrency: 2 });
    expect((await passTime(failureOf(run))).code).toBe('STORE_FAILED');
    // Two at once, until the third one, five attempts each.
    expect((await issued()) - before).toBeLessThanOrEqual(20);
  });

  it('reissueAll passes over a user whom the API does not take, be it the first one', async () => {
    const store = createMemoryStore();
    const { instance, mock } = makeSetting(store);
    const next = 'NextSecretOfTheApp';
    for (const userId of ['ada', 'bob', 'eve']) await instance().get({ userId, name: 'A' });
    const { token } = await store.read('ada');
    const leaseId = await store.acquireLease('ada', 1000);
    if (token && leaseId) await store.write({ ...token, name: 'A'.repeat(65) }, leaseId);
    await mock.console.rotateSecret({ appKey: mock.appKey, appSecret: next });
    const tokens = instance({ appSecret: next });
    // The second one has been the probe that finds out what to do.
    expect(await tokens.reissueAll()).toMatchObject({ total: 3, done: 2, failed: 1 });
  });

  it('reissueAll sees a rotation that waits for its first use, though the next secret was refused a moment ago', async () => {
    const { instance, mock, connect } = makeSetting();
    const { appKey, appSecret: current } = mock;
    const next = 'NextSecretOfTheApp';
    const tokens = instance({ appSecret: { current, next } });
    // This call tries the next secret, which is none yet.
    await tokens.get(ada);
    await mock.console.rotateSecret({ appKey, appSecret: next, takesEffect: 'on-first-use' });
    // The one whose call has found that out is counted as well.
    expect(await tokens.reissueAll()).toMatchObject({ total: 1, done: 1, failed: 0, remainingMs: 0 });
    const { accessToken } = await tokens.get(ada);
    expect(await connect(accessToken)).toBe(0);
    // It is of the next secret: an instance that knows no other hands it out.
    expect((await instance({ appSecret: next }).get(ada)).accessToken).toBe(accessToken);
  });
});

describe('the store', () => {
  it('is asked again after forget', async () => {
    const { instance, issued } = makeSetting();
    const tokens = instance();
    await tokens.get(ada);
    await tokens.forget(ada.userId);
    await tokens.get(ada);
    expect(await issued()).toBe(2);
  });

  it('has nothing of a user who was forgotten while a token was issued, and the next get issues another', async () => {
    const store = createMemoryStore();
    const { mock, instance, issued } = makeSetting(store);
    const held: (() => void)[] = [];
    const fetch = async (request: Request) => {
      await new Promise<void>((resolve) => held.push(resolve));
      return mock.fetch(request);
    };
    const tokens = instance({ clientSettings: { fetch } });
    const before = tokens.get(ada);
    await until(() => expect(held).toHaveLength(1));
    await tokens.forget(ada.userId);
    const after = tokens.get(ada);
    held[0]?.();
    await before;
    await until(() => expect(held).toHaveLength(2));
    held[1]?.();
    expect((await after).accessToken).not.toBe((await before).accessToken);
    expect(await tokens.get(ada)).toEqual(await after);
    expect(await issued()).toBe(2);
  });

  it('that fails to remove a user is told as such', async () => {
    const { instance } = makeSetting();
    const store: TokenStore = { ...createMemoryStore(), remove: () => Promise.reject(new Error('The disk is full.')) };
    expect(await failureOf(instance({ store }).forget(ada.userId))).toMatchObject({ code: 'STORE_FAILED' });
  });

  it('that fails to answer is no reason to issue, and one that fails to keep is none to withhold a token', async () => {
    const working = createMemoryStore();
    const broken = async (): Promise<never> => {
      throw new Error('The disk is full.');
    };
    const { instance, issued, events } = makeSetting();
    const reading: TokenStore = { ...working, read: broken };
    expect((await failureOf(instance({ store: reading }).get(ada))).code).toBe('STORE_FAILED');
    expect(await issued()).toBe(0);
    const writing: TokenStore = { ...working, write: broken };
    expect(await instance({ store: writing }).get(ada)).toHaveProperty('accessToken');
    expect(events.map(({ type }) => type)).toContain('store-failed');
  });

  it('that fails to keep what a job has had issued is told, since nobody has the token', async () => {
    const { instance, events } = makeSetting();
    const writing: TokenStore = { ...createMemoryStore(), write: () => Promise.reject(new Error('The disk is full.')) };
    const failure = await failureOf(instance({ store: writing }).get({ ...ada, priority: 'bulk' }));
    expect(failure).toMatchObject({ code: 'STORE_FAILED' });
    expect(events.map(({ type }) => type)).not.toContain('store-failed');
  });

  it.each(['read', 'acquireLease'] as const)(
    'that does not answer its %s is waited for no longer than set',
    async (step) => {
      const { instance, issued } = makeSetting();
      const silent: TokenStore = { ...createMemoryStore(), [step]: () => new Promise(() => {}) };
      const failure = await failureOf(instance({ store: silent, storeTimeoutMs: 20 }).get(ada));
      const cause = { message: expect.stringContaining('20 ms') };
      expect(failure).toMatchObject({ code: 'STORE_FAILED', retryAfterMs: 2_000, cause });
      expect(await issued()).toBe(0);
    },
  );

  it('that grants a lease when nobody waits for it any more gets it back', async () => {
    const working = createMemoryStore();
    let answer = () => {};
    const gate = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const slow: TokenStore = { ...working, acquireLease: (...args) => gate.then(() => working.acquireLease(...args)) };
    const { instance } = makeSetting();
    expect((await failureOf(instance({ store: slow, storeTimeoutMs: 20 }).get(ada))).code).toBe('STORE_FAILED');
    answer();
    await new Promise((resolve) => setImmediate(resolve));
    expect(await working.acquireLease(ada.userId, 10_000)).toBeTypeOf('string');
  });

  it('keeps a lease for as long as the API takes, however long that is', async () => {
    fakeTime();
    let asked = 0;
    const memory = createMemoryStore();
    const acquireLease: typeof memory.acquireLease = (...given) => {
      asked += 1;
      return memory.acquireLease(...given);
    };
    const { instance, mock, issued } = makeSetting({ ...memory, acquireLease });
    let calls = 0;
    let answer = () => {};
    const gate = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const fetch = async (request: Request) => {
      calls += 1;
      await gate;
      return mock.fetch(request);
    };
    const patience = { fetch, timeoutMs: 200_000, deadlineMs: 200_000 };
    const first = instance({ clientSettings: patience }).get(ada);
    await until(() => expect(calls).toBe(1));
    const second = instance({ clientSettings: patience, maxWaitMs: 200_000 }).get(ada);
    await until(() => expect(asked).toBe(2));
    // Three times as long as a lease that nobody extends.
    for (let passedMs = 0; passedMs < 46_000; passedMs += 500) await vi.advanceTimersByTimeAsync(500);
    expect(calls).toBe(1);
    answer();
    const tokens = await passTime(Promise.all([first, second]));
    expect(tokens[0].accessToken).toBe(tokens[1].accessToken);
    expect([calls, await issued()]).toEqual([1, 1]);
  });

  it('that fails to keep a token has the lease back at once, so that the next log-in need not wait for its end', async () => {
    const working = createMemoryStore({ monotonicNow: () => 0 });
    const { instance, issued } = makeSetting(working);
    let isFull = true;
    const full: TokenStore = {
      ...working,
      write: (...args) => (isFull ? Promise.reject(new Error('The disk is full.')) : working.write(...args)),
    };
    const tokens = instance({ store: full, maxWaitMs: 1 });
    await tokens.get(ada);
    isFull = false;
    await tokens.get(ada);
    expect(await issued()).toBe(2);
  });

  it.each([
    ['a token that is near its end', {}, 0.95],
    ['a changed name', { name: 'Grace' }, 0.1],
  ])('that cannot keep tokens has the API asked once a minute for %s, however many log in', async (_, changed, age) => {
    const working = createMemoryStore();
    const { instance, issued } = makeSetting(working);
    let now = Date.now();
    const full: TokenStore = { ...working, write: () => Promise.reject(new Error('The disk is full.')) };
    const options = { tokenValiditySeconds: day, now: () => now, changeCoolDownMs: 0 };
    const { accessToken } = await instance(options).get(ada);
    now += age * day * 1000;
    const tokens = instance({ ...options, store: full });
    for (const asked of [2, 3]) {
      for (let logIn = 0; logIn < 5; logIn += 1) {
        const token = await tokens.get({ ...ada, ...changed });
        if (logIn > 0) expect(token.accessToken).toBe(accessToken);
        await tokens.idle();
      }
      expect(await issued()).toBe(asked);
      now += 60_000;
    }
  });

  it('hands out what another instance has written while the lease was waited for, be it due for renewal', async () => {
    let now = Date.now();
    const store = createMemoryStore();
    const { instance, issued } = makeSetting(store);
    const options = { tokenValiditySeconds: day, now: () => now };
    const { accessToken } = await instance(options).get(ada);
    const { token } = await store.read(ada.userId);
    await store.remove(ada.userId);
    const leaseId = await store.acquireLease(ada.userId, 60_000);
    const waiting = instance(options).get(ada);
    now += day * 0.95 * 1000;
    if (token && leaseId !== undefined) await store.write(token, leaseId);
    expect((await waiting).accessToken).toBe(accessToken);
    expect(await issued()).toBe(1);
  });

  it('does not hold up the others where an instance died with a lease', async () => {
    let now = 0;
    const store = createMemoryStore({ monotonicNow: () => now });
    const { instance, issued } = makeSetting(store);
    await store.acquireLease(ada.userId, 10_000);
    const waiting = instance().get(ada);
    now = 10_001;
    await waiting;
    expect(await issued()).toBe(1);
  });
});

describe('a client that is not the one of this package', () => {
  const secretIds = { inForce: 'a', all: ['a'] };

  it('has no log-in wait for the renewal of the same user that waits behind all log-ins', async () => {
    let now = 1_000_000;
    let letRenewalThrough = () => {};
    const renewalsTurn = new Promise<void>((resolve) => {
      letRenewalThrough = resolve;
    });
    const called: string[] = [];
    const client = {
      appSecrets: { ids: async () => secretIds },
      async issueAccessToken(
        { userId }: { readonly userId: string },
        options: { priority: string; onPermit?: () => Promise<void>; onAccepted: (by: object) => void },
      ) {
        called.push(options.priority);
        if (options.priority === 'bulk') await renewalsTurn;
        await options.onPermit?.();
        options.onAccepted({ secretId: 'a' });
        return { userId, accessToken: `token ${now}` };
      },
    };
    const tokens = createTokenService({
      ...{ client: client as never, store: createMemoryStore(), tokenValiditySeconds: 1_000, now: () => now },
      changeCoolDownMs: 0,
    });
    const { accessToken: first } = await tokens.get(ada);
    now += 950_000;
    expect((await tokens.get(ada)).accessToken).toBe(first);
    await until(() => expect(called).toEqual(['interactive', 'bulk']));
    const { accessToken: second } = await tokens.replace({ ...ada, rejectedToken: first });
    expect([second, called]).toEqual([`token ${now}`, ['interactive', 'bulk', 'interactive']]);
    letRenewalThrough();
    await tokens.idle();
    // The renewal has found the new one.
    expect((await tokens.get(ada)).accessToken).toBe(second);
  });

  it('keeps nobody waiting for longer than callTimeoutMs where its call never ends, and the next log-in calls anew', async () => {
    let calls = 0;
    const client = {
      appSecrets: { ids: async () => secretIds },
      async issueAccessToken(
        { userId }: { readonly userId: string },
        { onAccepted }: { readonly onAccepted: (by: object) => void },
      ) {
        calls += 1;
        if (calls < 3) await new Promise(() => {});
        onAccepted({ secretId: 'a' });
        return { userId, accessToken: `token ${calls}` };
      },
    };
    const tokens = createTokenService({ client: client as never, store: createMemoryStore(), callTimeoutMs: 500 });
    fakeTime();
    // All who ask meanwhile, by whatever name, end with the one call.
    const asked = ['Ada', 'Ada', 'Grace'].map((name) => failureOf(tokens.get({ ...ada, name })));
    expect((await passTime(Promise.all(asked))).map(({ code }) => code)).toEqual(Array(3).fill('TRY_LATER'));
    expect(calls).toBe(1);
    const handler = createTokenHandler(tokens, { authenticate: () => ada, onFailure: () => {} });
    const response = handler(new Request('http://localhost/', { method: 'POST' }));
    expect((await passTime(response)).status).toBe(503);
    expect(await passTime(tokens.get(ada))).toMatchObject({ accessToken: 'token 3' });
    await tokens.idle();
  });

  it.each<[claim: string, result: object]>([
    ['of another user', { userId: 'somebodyElse', accessToken: 'token' }],
    ['of no user', { accessToken: 'token' }],
    ['that is empty', { userId: ada.userId, accessToken: '' }],
    ['that is null', { userId: ada.userId, accessToken: null }],
    ['that is an object', { userId: ada.userId, accessToken: { a: 1 } }],
  ])('gets no token %s into the store', async (_, result) => {
    const store = createMemoryStore();
    const client = { issueAccessToken: async () => result, appSecrets: { ids: async () => secretIds } };
    const tokens = createTokenService({ client: client as never, store });
    const failure = await failureOf(tokens.get(ada));
    expect(failure.code).toBe('ISSUE_FAILED');
    expect(failure.message).not.toMatch(/somebodyElse|token'/);
    expect((await store.read(ada.userId)).token).toBeUndefined();
  });
});

it('refuses options that cannot work, by name', () => {
  const { mock } = makeSetting();
  const client = {
    issueAccessToken: async () => ({ userId: '', accessToken: '' }),
    appSecrets: { ids: async () => ({ inForce: '', all: [] }) },
  };
  const store = createMemoryStore();
  for (const [option, options] of Object.entries({
    client: { client: mock, store },
    store: { client, store: {} },
    tokenValiditySeconds: { client, store, tokenValiditySeconds: 0 },
    replaceCoolDownMs: { client, store, replaceCoolDownMs: '1' },
    maxWaitMs: { client, store, maxWaitMs: Number.NaN },
  })) {
    expect(() => createTokenService(options as never)).toThrow(option);
  }
});

it('a job has tokens issued behind the log-ins, and takes those that are stored', async () => {
  const called: unknown[] = [];
  const { appKey, appSecret, fetch } = createMock();
  const client = createNexconnClient({ appKey, appSecret, baseUrl: 'http://localhost', fetch });
  const issueAccessToken: typeof client.issueAccessToken = (request, options) => {
    called.push(options?.priority);
    return client.issueAccessToken(request, options);
  };
  const tokens = createTokenService({ client: { ...client, issueAccessToken }, store: createMemoryStore() });
  const given = await tokens.get({ ...ada, priority: 'bulk' });
  expect(await tokens.get({ ...ada, priority: 'bulk' })).toEqual(given);
  expect(await tokens.get(ada)).toEqual(given);
  await tokens.get({ ...ada, userId: 'grace' });
  expect(called).toEqual(['bulk', 'interactive']);
  const wrong = tokens.get({ ...ada, priority: 'high' as 'bulk' });
  expect(await failureOf(wrong)).toMatchObject({ code: 'INVALID_OPTION' });
});
