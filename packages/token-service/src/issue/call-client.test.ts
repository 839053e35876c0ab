import { createNexconnClient } from '@nexconn-kit/client';
import { createMock } from '@nexconn-kit/mock';
import { describe, expect, it } from 'vitest';
import { ada, makeSetting } from '../../test/support/make-setting.js';
import { createMemoryStore, createTokenService, type TokenServiceOptions, type TokenStore } from '../index.js';

const grace = { ...ada, name: 'Grace' };

/** A setting whose store can be looked into, and whose mock's answers can be a fault. */
function makeTelling(options: Parameters<ReturnType<typeof makeSetting>['instance']>[0] = {}) {
  const store = createMemoryStore();
  const setting = makeSetting(store);
  const { appKey, console: admin } = setting.mock;
  return {
    ...setting,
    store,
    tokens: setting.instance(options),
    stored: async () => ((await store.forApp?.(appKey)) ?? store).read(ada.userId).then(({ token }) => token),
    atApi: async () => (await admin.listUsers({ appKey })).users.find(({ userId }) => userId === ada.userId),
    types: () => setting.events.map(({ type }) => type),
  };
}

/** The status that an app is told for a token that is void. */
const refused = 31004;

describe('a changed name, told by updateUser', () => {
  it('is in the store and at the API, with the same token, which is served from then on', async () => {
    const { tokens, stored, atApi, issued, connect, types } = makeTelling({ changedUsers: 'update' });
    const { accessToken } = await tokens.get(ada);
    const before = await stored();
    const changed = { ...grace, avatarUrl: 'https://example.com/g.png' };
    expect(await tokens.get(changed)).toMatchObject({ accessToken });
    expect(await stored()).toEqual({ ...before, name: 'Grace', avatarUrl: changed.avatarUrl });
    expect(await atApi()).toMatchObject({ name: 'Grace', avatarUrl: changed.avatarUrl });
    expect(await tokens.get(changed)).toMatchObject({ accessToken });
    expect(await connect(accessToken)).toBe(0);
    expect(await issued()).toBe(1);
    expect(types()).toEqual(['issued', 'updated', 'served']);
  });

  it('is told by another token where nothing else is said', async () => {
    const { tokens, atApi, issued } = makeTelling();
    const { accessToken } = await tokens.get(ada);
    expect((await tokens.get(grace)).accessToken).not.toBe(accessToken);
    expect(await atApi()).toMatchObject({ name: 'Grace' });
    expect(await issued()).toBe(2);
  });

  it('is told once in changeCoolDownMs, and again after it', async () => {
    let now = Date.now();
    const { tokens, atApi, types } = makeTelling({ changedUsers: 'update', changeCoolDownMs: 1_000, now: () => now });
    await tokens.get(ada);
    await tokens.get(grace);
    await tokens.get(ada);
    expect(await atApi()).toMatchObject({ name: 'Grace' });
    now += 1_001;
    await tokens.get(ada);
    expect(await atApi()).toMatchObject({ name: 'Ada' });
    expect(types()).toEqual(['issued', 'updated', 'served', 'updated']);
  });

  it('is told in a job over all users as well, behind all log-ins', async () => {
    const { tokens, atApi, issued } = makeTelling({ changedUsers: 'update' });
    const { accessToken } = await tokens.get(ada);
    expect(await tokens.get({ ...grace, priority: 'bulk' })).toMatchObject({ accessToken });
    expect(await atApi()).toMatchObject({ name: 'Grace' });
    expect(await issued()).toBe(1);
  });

  it.each(['interactive', 'bulk'] as const)(
    'goes by a new token at the priority %s where an avatar is taken away',
    async (priority) => {
      const { tokens, stored, issued, types } = makeTelling({ changedUsers: 'update' });
      await tokens.get({ ...ada, avatarUrl: 'https://example.com/a.png' });
      const { accessToken } = await tokens.get({ ...ada, priority });
      expect(await stored()).toMatchObject({ accessToken, avatarUrl: '' });
      expect(await issued()).toBe(2);
      expect(types()).toEqual(['issued', 'issued']);
    },
  );

  it('goes by a new token where the API does not know the user', async () => {
    const { tokens, mock, atApi, connect } = makeTelling({ changedUsers: 'update' });
    await tokens.get(ada);
    await mock.console.resetState();
    const { accessToken } = await tokens.get(grace);
    expect(await connect(accessToken)).toBe(0);
    expect(await atApi()).toMatchObject({ name: 'Grace' });
  });

  it('goes by a new token where that call is the first under another App Secret, which voids the one before', async () => {
    const { mock, instance, connect, types, stored } = makeTelling();
    const { appKey, appSecret: current } = mock;
    const next = 'NextSecretOfTheApp';
    await instance().get(ada);
    await mock.console.rotateSecret({ appKey, appSecret: next, takesEffect: 'at-once' });
    // This client believes that the first is in force until it is refused.
    const tokens = instance({ appSecret: { current, next }, changedUsers: 'update' });
    const { accessToken } = await tokens.get(grace);
    expect(await connect(accessToken)).toBe(0);
    expect(await stored()).toMatchObject({ accessToken, name: 'Grace' });
    expect(types()).toEqual(['issued', 'issued']);
  });

  it('keeps nobody from logging in where the API cannot be told: the stored token is handed out, and the event says why', async () => {
    const { tokens, mock, events, stored, types } = makeTelling({ changedUsers: 'update' });
    const { accessToken } = await tokens.get(ada);
    await mock.console.setFault({ sequence: [{ kind: 'answer', code: 1000 }] });
    expect(await tokens.get(grace)).toMatchObject({ accessToken });
    expect(await stored()).toMatchObject({ name: 'Ada' });
    expect(types()).toEqual(['issued', 'issue-failed', 'served']);
    expect(events[1]).toMatchObject({ reason: 'changed', error: { code: 'TRY_LATER' } });
    expect(String(Reflect.get(events[1] ?? {}, 'error'))).toContain(
      'The API could not be told of another name or avatar',
    );
  });

  it('is told again by the next instance where it could not be stored, as where a process is killed before', async () => {
    const { tokens, store, mock, instance, atApi, issued, types, stored } = makeTelling({ changedUsers: 'update' });
    const { accessToken } = await tokens.get(ada);
    const rows = store.forApp?.(mock.appKey) ?? store;
    const full: TokenStore = {
      ...rows,
      forApp: () => full,
      write: () => Promise.reject(new Error('The disk is full.')),
    };
    expect(await instance({ store: full, changedUsers: 'update' }).get(grace)).toMatchObject({ accessToken });
    expect(await stored()).toMatchObject({ name: 'Ada' });
    expect(await instance({ changedUsers: 'update' }).get(grace)).toMatchObject({ accessToken });
    expect(await stored()).toMatchObject({ name: 'Grace', accessToken });
    expect(await atApi()).toMatchObject({ name: 'Grace' });
    expect(await issued()).toBe(1);
    expect(types()).toEqual(['issued', 'store-failed', 'updated', 'updated']);
  });
});

describe('forget with expire', () => {
  it('ends the tokens at the API and in the store; the next get issues one that is valid', async () => {
    const { tokens, stored, connect, types } = makeTelling();
    const { accessToken } = await tokens.get(ada);
    await tokens.forget(ada.userId, { expire: true });
    expect(await connect(accessToken)).toBe(refused);
    expect(await stored()).toBeUndefined();
    expect(types()).toEqual(['issued', 'expired']);
  });

  it('leaves the token valid at the API where nothing is said of it', async () => {
    const { tokens, connect } = makeTelling();
    const { accessToken } = await tokens.get(ada);
    await tokens.forget(ada.userId);
    expect(await connect(accessToken)).toBe(0);
  });

  it('changes nothing where the API fails, and does the rest when it is called again', async () => {
    const { tokens, mock, stored, connect, types } = makeTelling();
    const { accessToken } = await tokens.get(ada);
    await mock.console.setFault({ sequence: [{ kind: 'answer', code: 1000 }] });
    const failure = await tokens.forget(ada.userId, { expire: true }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'EXPIRE_FAILED', retryAfterMs: 2000, apiError: { code: 'SERVICE_FAILED' } });
    expect(await stored()).toMatchObject({ accessToken });
    expect(await connect(accessToken)).toBe(0);
    await tokens.forget(ada.userId, { expire: true });
    expect(await stored()).toBeUndefined();
    expect(await connect(accessToken)).toBe(refused);
    expect(types()).toEqual(['issued', 'expired']);
  });

  it('says that waiting does not help where the API refuses it', async () => {
    const { tokens, mock } = makeTelling();
    await mock.console.setFault({ sequence: [{ kind: 'answer', code: 1009 }] });
    const failure = await tokens.forget(ada.userId, { expire: true }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'EXPIRE_FAILED', retryAfterMs: undefined });
  });

  it('leaves a token in a store that fails after the API, or whose process was killed: it is void, and replaced once it is refused', async () => {
    const { tokens, store, mock, instance, stored, connect, types } = makeTelling();
    const { accessToken: rejectedToken } = await tokens.get(ada);
    const rows = store.forApp?.(mock.appKey) ?? store;
    const stuck: TokenStore = {
      ...rows,
      forApp: () => stuck,
      remove: () => Promise.reject(new Error('The disk is full.')),
    };
    const forgetting = instance({ store: stuck }).forget(ada.userId, { expire: true });
    await expect(forgetting).rejects.toMatchObject({ code: 'STORE_FAILED' });
    expect(await stored()).toMatchObject({ accessToken: rejectedToken });
    expect(await connect(rejectedToken)).toBe(refused);

    const after = instance({ replaceCoolDownMs: 0 });
    expect(await after.get(ada)).toMatchObject({ accessToken: rejectedToken });
    expect(await connect((await after.replace({ ...ada, rejectedToken })).accessToken)).toBe(0);
    await after.forget(ada.userId, { expire: true });
    expect(await stored()).toBeUndefined();
    expect(types()).toEqual(['issued', 'expired', 'served', 'issued', 'expired']);
  });

  it('ends nothing of other users, nor of one whom nobody knows', async () => {
    const { tokens, connect } = makeTelling();
    const { accessToken } = await tokens.get({ userId: 'grace1', name: 'Grace' });
    await tokens.forget('nobody1', { expire: true });
    await tokens.forget(ada.userId, { expire: true });
    expect(await connect(accessToken)).toBe(0);
  });
});

describe('a client that cannot', () => {
  const { appKey, appSecret, fetch } = createMock({ rateLimit: false });
  const { issueAccessToken, appSecrets } = createNexconnClient({
    appKey,
    appSecret,
    baseUrl: 'http://localhost',
    fetch,
  });
  const options: TokenServiceOptions = { client: { issueAccessToken, appSecrets }, store: createMemoryStore() };

  it('update users is refused at once, and one that cannot expire tokens where it is to', async () => {
    const code = 'INVALID_OPTION';
    expect(() => createTokenService({ ...options, changedUsers: 'update' })).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining('updateUser') }),
    );
    const tokens = createTokenService(options);
    await tokens.forget(ada.userId);
    const problems: [options: object, words: string][] = [
      [{ expire: true }, 'the client has no expireAccessToken'],
      [{ expire: 'yes' }, 'expire is neither true nor false'],
      [{ expired: true }, 'Did you mean expire?'],
    ];
    for (const [given, words] of problems) {
      const forgetting = tokens.forget(ada.userId, given);
      await expect(forgetting).rejects.toMatchObject({ code, message: expect.stringContaining(words) });
    }
  });
});
