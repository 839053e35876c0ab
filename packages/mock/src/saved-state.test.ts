import { signRequest } from '@nexconn-kit/signing';
import { describe, expect, it } from 'vitest';
import { createMock } from './create-mock.js';
import type { SavedState } from './state/types.js';
import type { Mock, MockOptions } from './types.js';

/** Issues a token as a client does that takes the next App Secret where there is one. */
async function issue(mock: Mock, userId: string): Promise<string> {
  const secret = await mock.currentAppSecret();
  const appSecret = typeof secret === 'string' ? secret : secret.next;
  const response = await mock.fetch(
    new Request('http://localhost/v4/auth/access-token/issue', {
      method: 'POST',
      headers: { ...signRequest({ appKey: mock.appKey, appSecret }), 'content-type': 'application/json' },
      body: JSON.stringify({ userId, name: userId.toUpperCase() }),
    }),
  );
  const { result } = (await response.json()) as { readonly result: { readonly accessToken: string } };
  return result.accessToken;
}

/** Starts another mock of what the first has saved, through JSON, as a file does. */
function restart(mock: Mock, options: MockOptions = {}): Mock {
  return createMock({ ...options, state: JSON.parse(JSON.stringify(mock.exportState())) as SavedState });
}

const codeOf = async (mock: Mock, token: string) => (await mock.console.checkToken({ token })).code;

describe('a mock that is started with the state of another', () => {
  it('has its users, its tokens and its last requests', async () => {
    const first = createMock();
    const [ada, grace] = [await issue(first, 'ada'), await issue(first, 'grace')];
    await first.console.voidTokens({ userIds: ['grace'] });
    const next = restart(first);
    expect(await next.console.listUsers()).toEqual(await first.console.listUsers());
    expect(await next.console.listTokens()).toEqual(await first.console.listTokens());
    expect(await next.console.getApp()).toEqual(await first.console.getApp());
    expect(await next.console.listJournal()).toEqual(await first.console.listJournal());
    expect([await codeOf(next, ada), await codeOf(next, grace)]).toEqual([0, 31004]);
  });

  it('has the App Secret of the last rotation, and the tokens that it voided', async () => {
    const first = createMock();
    const before = await issue(first, 'ada');
    const { appSecret } = await first.console.rotateSecret();
    const after = await issue(first, 'ada');
    const next = restart(first);
    expect(next.appSecret).toBe(appSecret);
    expect([await codeOf(next, before), await codeOf(next, after)]).toEqual([31004, 0]);
    expect(await next.console.listUsers()).toEqual(await first.console.listUsers());
    expect(await codeOf(next, await issue(next, 'linus'))).toBe(0);
  });

  it('has a rotation that waits for its first use', async () => {
    const first = createMock();
    const token = await issue(first, 'ada');
    await first.console.rotateSecret({ takesEffect: 'on-first-use' });
    const next = restart(first);
    expect(await next.console.getApp()).toMatchObject({ rotationPending: true, tokenCount: 1 });
    expect(await next.currentAppSecret()).toEqual(await first.currentAppSecret());
    await issue(next, 'grace');
    expect(await codeOf(next, token)).toBe(31004);
  });

  it('has its settings, its other apps and its clock, and goes back by a reset to its options', async () => {
    const first = createMock();
    await first.console.updateApp({ suspended: true, tokenValiditySeconds: 60, rateLimit: false });
    await first.console.createApp({ appKey: 'other', environment: 'development', userLimit: 2 });
    await first.console.moveClock({ byMs: 3_600_000 });
    const next = restart(first);
    expect(await next.console.listApps()).toEqual(await first.console.listApps());
    expect((await next.console.getClock()).offsetMs).toBe(3_600_000);
    await next.console.resetState();
    expect(await next.console.listApps()).toEqual(await createMock().console.listApps());
  });

  it('keeps no token, and the first mock goes on by itself', async () => {
    const first = createMock();
    const token = await issue(first, 'ada');
    const saved = first.exportState();
    expect(JSON.stringify(saved)).not.toContain(token);
    await issue(first, 'grace');
    expect(saved.apps[0]?.users).toHaveLength(1);
  });

  it('saves the last 200 requests', async () => {
    const first = createMock({ rateLimit: false });
    for (let asked = 0; asked < 210; asked += 1) await first.fetch(new Request(`http://localhost/${asked}`));
    const { entries } = await restart(first).console.listJournal({});
    expect(entries).toHaveLength(200);
    expect(entries.at(-1)).toMatchObject({ path: '/209' });
  });
});

const good = createMock().exportState();
const [app] = good.apps;

it.each([
  ['state', 5],
  ['state', { ...good, version: 2 }],
  ['state', { apps: [] }],
  ['state.apps', { ...good, apps: 'x' }],
  ['state.clockOffsetMs', { ...good, clockOffsetMs: 'x' }],
  ['state.journal', { ...good, journal: {} }],
  ['state.journal.at', { ...good, journal: [{ status: 200, durationMs: 1 }] }],
  ['state.journal.path', { ...good, journal: [{ at: 1, status: 200, durationMs: 1, path: 5 }] }],
  ['state.settings', { ...good, apps: [{ ...app, settings: null }] }],
  ['environment', { ...good, apps: [{ ...app, settings: { ...app?.settings, environment: 'moon' } }] }],
  ['state.appSecret', { ...good, apps: [{ ...app, appSecret: 5 }] }],
  ['state.made.appSecret', { ...good, apps: [{ ...app, appKey: 'another', made: {} }] }],
  ['state.users', { ...good, apps: [{ ...app, users: ['x'] }] }],
  ['state.users.name', { ...good, apps: [{ ...app, users: [['ada']] }] }],
  ['state.tokens', { ...good, apps: [{ ...app, tokens: 5 }] }],
  ['state.tokens.user', { ...good, apps: [{ ...app, tokens: [['0123456789abcdef', 0, 1, 0]] }] }],
  ['state.tokens.tokenId', { ...good, apps: [{ ...app, users: [['a', 'A', '']], tokens: [['x', 0, 1, 0]] }] }],
  ['state.voidBefore', { ...good, apps: [{ ...app, voidBefore: 1 }] }],
])('%s that cannot be taken is refused by name', (name, state) => {
  const error = { code: 'INVALID_OPTION', message: expect.stringContaining(`The option ${name} `) };
  expect(() => createMock({ state: state as unknown as SavedState })).toThrow(expect.objectContaining(error));
});

it('tells of each change, of requests and of the console, and not of what is only read', async () => {
  let changes = 0;
  const mock = createMock({ onChange: () => (changes += 1) });
  await issue(mock, 'ada');
  expect(changes).toBe(1);
  await mock.console.listUsers();
  await mock.console.checkToken({ token: 'x' });
  await mock.console.takeSnapshot();
  expect(changes).toBe(1);
  await mock.console.rotateSecret();
  await mock.console.moveClock({ byMs: 1 });
  await mock.console.resetState();
  expect(changes).toBe(4);
});
